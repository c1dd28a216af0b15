import type { Complaints } from '../complaints.ts';
import { createSession, type SessionDeps, type SessionEnd } from '../session.ts';
import { frameOf, type RelayEnds, relay } from './relay.ts';
import { type ChildEnd, spawnServer } from './spawn_server.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface StdioOptions {
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly client: RelayEnds['client'];
  readonly session: Omit<SessionDeps, 'toServer'>;
  readonly complaints: Complaints;
  /** Calls back for each signal that is to be passed on; returns how to stop listening. */
  readonly onSignal: (signals: readonly NodeJS.Signals[], listener: (signal: NodeJS.Signals) => void) => () => void;
}

/** Stands between a client on stdio and a server that it starts, until that server has ended; tells how. */
export async function runStdio({
  command,
  env,
  client,
  session: deps,
  complaints,
  onSignal,
}: StdioOptions): Promise<ChildEnd> {
  const { child, ended } = spawnServer(command, env);
  const session = createSession({ ...deps, toServer: (message) => child.stdin.write(frameOf(message)) });
  let stopped = false;
  let clientLeft = false;
  const unlisten = onSignal(SIGNALS, (signal) => {
    stopped = true;
    child.kill(signal);
  });
  const relayed = relay({ client, server: { input: child.stdin, output: child.stdout } }, session, complaints);
  const leave = (): void => {
    clientLeft = true;
    child.stdin.end();
  };
  void relayed.client.then(leave);
  // Nobody listens any more.
  client.output.on('error', leave);

  const end = await ended;
  unlisten();
  const lost = end.kind === 'signalled' || end.kind === 'not_started' || end.code !== 0;
  const how: SessionEnd = stopped ? 'stopped' : clientLeft || !lost ? 'closed' : 'server_lost';
  session.end(how);
  return end;
}
