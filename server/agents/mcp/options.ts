import { UsageError } from '../../errors.ts';
import { defaultOutbox } from './open_recording.ts';

/** `off`: nothing is read; `record-only`: the agent sees what it would see without us. */
export const MODES = ['off', 'record-only'] as const;
export type Mode = (typeof MODES)[number];

export const DEFAULT_SERVER_URL = 'http://127.0.0.1:8787';

export interface RecordingChoice {
  readonly mode: Mode;
  /** Undefined where nothing is recorded. */
  readonly to:
    | { readonly endpoint: { readonly server_url: string; readonly key: string }; readonly dir: string }
    | undefined;
  /** Names, in lower case, of arguments that hold secrets. */
  readonly redact: ReadonlySet<string>;
}

export interface RawChoice {
  readonly mode?: string | undefined;
  readonly serverUrl?: string | undefined;
  readonly key?: string | undefined;
  readonly outbox?: string | undefined;
  readonly redact?: readonly string[] | undefined;
}

/** What the options and the environment say together; options first. Throws `UsageError`. */
export function readChoice(
  { mode, serverUrl, key, outbox, redact = [] }: RawChoice,
  env: Readonly<Record<string, string | undefined>>,
): RecordingChoice {
  const chosen = mode ?? env.LASKOBOT_MODE ?? 'record-only';
  if (!(MODES as readonly string[]).includes(chosen)) throw new UsageError(`--mode is one of ${MODES.join(', ')}`);
  const server_url = (serverUrl ?? env.LASKOBOT_SERVER_URL ?? DEFAULT_SERVER_URL).replace(/\/+$/, '');
  if (!/^https?:\/\//.test(server_url) || !URL.canParse(server_url))
    throw new UsageError('--server-url takes an address that begins with http:// or https://');
  const secret = key ?? env.LASKOBOT_KEY;
  const endpoint = secret ? { server_url, key: secret } : undefined;
  return {
    mode: chosen as Mode,
    to: endpoint && { endpoint, dir: outbox ?? env.LASKOBOT_OUTBOX ?? defaultOutbox(endpoint) },
    redact: new Set(redact.flatMap((names) => names.split(',')).map((name) => name.trim().toLowerCase())),
  };
}
