import { OP_CLASSES, type OpClass } from '../../../shared/protocol/schema.ts';
import { UsageError } from '../../errors.ts';
import { HEALED } from '../advise/advice.ts';
import { DEFAULT_WAIT_MS } from '../advise/lookup_hints.ts';
import { DEFAULT_HINT_TOKENS } from '../advise/tokens.ts';
import { defaultOutbox } from '../default_outbox.ts';
import type { UnderstandConfig } from '../understand/configured/config.ts';
import { ARTIFACT_CHOICES, type ArtifactChoice } from './record/artifact_watcher.ts';

/**
 * `off`: nothing is read; `record-only`: the agent sees what it would see without us; `advise`: it is told what earlier runs learned;
 * `heal`: and a call whose element was not found is made once more on the one that was meant, where that is safe.
 */
export const MODES = ['off', 'record-only', 'advise', 'heal'] as const;
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
  /** How servers are understood that are none of those known. */
  readonly config?: UnderstandConfig | undefined;
  readonly artifacts: ArtifactChoice;
  readonly advice: { readonly hintTokens: number; readonly waitMs: number; readonly healClasses: readonly OpClass[] };
}

export interface RawChoice {
  readonly mode?: string | undefined;
  readonly serverUrl?: string | undefined;
  readonly key?: string | undefined;
  readonly outbox?: string | undefined;
  readonly redact?: readonly string[] | undefined;
  readonly config?: UnderstandConfig | undefined;
  readonly hintTokens?: number | undefined;
  readonly hintWait?: number | undefined;
  readonly healClasses?: string | undefined;
  readonly artifacts?: string | undefined;
}

/** What the options and the environment say together; options first. Throws `UsageError`. */
export function readChoice(
  {
    mode,
    serverUrl,
    key,
    outbox,
    redact = [],
    config,
    hintTokens,
    hintWait,
    healClasses,
    artifacts = 'texts',
  }: RawChoice,
  env: Readonly<Record<string, string | undefined>>,
): RecordingChoice {
  const chosen = mode ?? env.LASKOBOT_MODE ?? 'record-only';
  if (!(MODES as readonly string[]).includes(chosen)) throw new UsageError(`--mode is one of ${MODES.join(', ')}`);
  const kept = ARTIFACT_CHOICES.find((one) => one === artifacts);
  if (!kept) throw new UsageError(`--artifacts is one of ${ARTIFACT_CHOICES.join(', ')}`);
  const server_url = (serverUrl ?? env.LASKOBOT_SERVER_URL ?? DEFAULT_SERVER_URL).replace(/\/+$/, '');
  if (!/^https?:\/\//.test(server_url) || !URL.canParse(server_url))
    throw new UsageError('--server-url takes an address that begins with http:// or https://');
  const secret = key ?? env.LASKOBOT_KEY;
  const endpoint = secret ? { server_url, key: secret } : undefined;
  return {
    mode: chosen as Mode,
    to: endpoint && { endpoint, dir: outbox ?? env.LASKOBOT_OUTBOX ?? defaultOutbox(endpoint) },
    config,
    artifacts: kept,
    advice: {
      hintTokens: hintTokens ?? DEFAULT_HINT_TOKENS,
      waitMs: hintWait ?? DEFAULT_WAIT_MS,
      healClasses: classesOf(healClasses ?? HEALED.join(',')),
    },
    redact: new Set(redact.flatMap((names) => names.split(',')).map((name) => name.trim().toLowerCase())),
  };
}

function classesOf(names: string): OpClass[] {
  return names
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
    .map((name) => {
      const known = OP_CLASSES.find((one) => one === name);
      if (!known) throw new UsageError(`--heal-classes takes ${OP_CLASSES.join(', ')}, separated by commas`);
      return known;
    });
}
