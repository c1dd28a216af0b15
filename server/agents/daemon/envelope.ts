import * as z from 'zod';
import { MAX_ID_CHARS, MAX_NAME_CHARS } from '../../../shared/protocol/limits.ts';
import { isStorableText } from '../../../shared/protocol/schema.ts';

const text = (max: number) =>
  z.string().min(1).max(max).refine(isStorableText, 'holds U+0000 or an unpaired surrogate');

/** LaskoBOT's protocol v2. What else an envelope holds is passed on. */
export const Envelope = z.looseObject({
  /** Tells this message from all others of its session; a response has that of its command. */
  wireId: text(MAX_ID_CHARS),
  sessionId: text(MAX_ID_CHARS),
  type: z.enum(['command', 'response', 'event']),
  name: text(MAX_NAME_CHARS),
  payload: z.unknown().optional(),
  tabId: z.union([z.number().int().nonnegative(), text(MAX_ID_CHARS)]).nullish(),
  /** When it happened, ms since 1970; where it is not told, when it arrived. */
  timestamp: z.number().optional(),
});
export type Envelope = z.infer<typeof Envelope>;

export type DaemonErrorCode =
  | 'invalid_json'
  | 'invalid_envelope'
  | 'not_joined'
  | 'wrong_direction'
  | 'no_extension'
  | 'extension_gone'
  | 'unknown_command'
  | 'unanswered'
  | 'duplicate_command'
  | 'too_many_commands'
  | 'too_many_sessions';

export interface DaemonError {
  readonly code: DaemonErrorCode;
  readonly message: string;
}

export const failure = (code: DaemonErrorCode, message: string): DaemonError => ({ code, message });

type About = Pick<Envelope, 'wireId' | 'sessionId' | 'name'>;

export type Parsed =
  | { readonly ok: true; readonly envelope: Envelope }
  | { readonly ok: false; readonly error: DaemonError; readonly about?: About };

const About = Envelope.pick({ wireId: true, sessionId: true, name: true });

export function parseEnvelope(frame: string): Parsed {
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return { ok: false, error: failure('invalid_json', 'the message is no JSON') };
  }
  return checkEnvelope(value);
}

export function checkEnvelope(value: unknown): Parsed {
  const parsed = Envelope.safeParse(value);
  if (parsed.success) return { ok: true, envelope: parsed.data };
  const [issue] = parsed.error.issues;
  const message = `${issue?.path.join('.') || 'the message'}: ${issue?.message ?? 'is no envelope'}`;
  const about = About.safeParse(value);
  return { ok: false, error: failure('invalid_envelope', message), ...(about.success && { about: about.data }) };
}

const EVENT_ABOUT: About = { wireId: 'daemon', sessionId: 'daemon', name: 'daemon.error' };

export const response = ({ wireId, sessionId, name }: About, payload: unknown): string =>
  JSON.stringify({ wireId, sessionId, type: 'response', name, payload });

/** Tells that something was refused: of a message that can be told, as its response; else as an event. */
export const errorEnvelope = (error: DaemonError, about?: About): string =>
  about ? response(about, { error }) : JSON.stringify({ ...EVENT_ABOUT, type: 'event', payload: { error } });
