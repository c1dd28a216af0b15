import type { ServerSeen } from '../understand/types.ts';
import { isObject, type JsonObject, listOf, objectOf, textOf } from './message.ts';

/** Where a server of revision 2026-07-28 says who it is, in any result. */
const SERVER_INFO = 'io.modelcontextprotocol/serverInfo';

/** What the answers of a server tell of it. */
export function createServerSeen() {
  let seen: ServerSeen = { name: '' };
  let revision: string | undefined;

  return {
    server: (): ServerSeen => seen,
    protocolVersion: (): string | undefined => revision,
    speaks(version: string | undefined): void {
      revision = version ?? revision;
    },
    /** Returns whether it told anything new. */
    tells(result: JsonObject): boolean {
      const info = isObject(result.serverInfo) ? result.serverInfo : objectOf(result._meta)[SERVER_INFO];
      const name = textOf(objectOf(info).name);
      if (name === undefined || name === seen.name) return false;
      seen = { ...seen, name, version: textOf(objectOf(info).version) };
      return true;
    },
    /** One page of its tools. Returns whether they are the first that it listed. */
    lists(result: JsonObject): boolean {
      const names = listOf(result.tools).flatMap((tool) => textOf(objectOf(tool).name) ?? []);
      const first = seen.tools === undefined;
      seen = { ...seen, tools: [...new Set([...(seen.tools ?? []), ...names])] };
      return first;
    },
  };
}
