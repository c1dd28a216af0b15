import { join } from 'node:path';
import type { Endpoint } from '../../../shared/client/endpoint.ts';
import { UsageError } from '../../errors.ts';

export const MODES = ['off', 'record', 'advise', 'heal'] as const;
/** `off`: nothing. `record`: only records. `advise`: reports what a failing locator should be, and fails. `heal`: uses it. */
export type Mode = (typeof MODES)[number];

export interface HintsOptions {
  /** Default `record`, or LASKOBOT_HINTS. */
  readonly mode?: Mode;
  /** Where calls are sent to and hints come from; LASKOBOT_SERVER_URL and LASKOBOT_KEY. Without both all stays in `dir`. */
  readonly serverUrl?: string;
  readonly key?: string;
  /** Folder of the outbox and of what was learnt; default `.laskobot`. */
  readonly dir?: string;
  /** What the locators of passing tests named; default `identities.json` in `dir`. */
  readonly identities?: string;
  /** File that a unified diff is written to which replaces healed locators in the tests' sources; LASKOBOT_PATCH. */
  readonly exportPatch?: string;
  /** Share of an action's timeout after which its locator counts as failed, 0 to 1; default 0.5. */
  readonly waitShare?: number;
}

export interface Settings {
  readonly mode: Mode;
  readonly endpoint: Endpoint | undefined;
  readonly dir: string;
  readonly identities: string;
  readonly exportPatch: string | undefined;
  readonly waitShare: number;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Throws `UsageError`. */
export function settingsOf(options: HintsOptions, env: Env): Settings {
  const mode = options.mode ?? env.LASKOBOT_HINTS ?? 'record';
  const dir = options.dir ?? '.laskobot';
  const serverUrl = options.serverUrl ?? env.LASKOBOT_SERVER_URL;
  const key = options.key ?? env.LASKOBOT_KEY;
  if (!isMode(mode)) throw new UsageError(`the mode of hints is ${JSON.stringify(mode)}, it takes ${MODES.join(', ')}`);
  return {
    mode,
    endpoint: serverUrl && key ? { server_url: serverUrl.replace(/\/+$/, ''), key } : undefined,
    dir,
    identities: options.identities ?? join(dir, 'identities.json'),
    exportPatch: options.exportPatch ?? (env.LASKOBOT_PATCH || undefined),
    waitShare: Math.min(1, Math.max(0, options.waitShare ?? 0.5)),
  };
}

const isMode = (text: string): text is Mode => (MODES as readonly string[]).includes(text);
