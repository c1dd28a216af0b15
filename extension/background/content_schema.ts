import {
  MAX_CANDIDATES,
  MAX_ERROR_CHARS,
  MAX_JSON_BYTES,
  MAX_NAME_CHARS,
  MAX_SELECTOR_CHARS,
  MAX_SHADOW_DEPTH,
} from '../../shared/protocol/limits.ts';
import type { SelectorKind } from '../../shared/protocol/schema.ts';
import {
  MAX_LABEL_CHARS,
  MAX_RAW_URL_CHARS,
  MAX_SEQUENCE_CHARS,
  MAX_TITLE_CHARS,
  type ObservedChoices,
  type ObservedElement,
  type ObservedPage,
} from '../../shared/signature/observed.ts';
import { MAX_LOST, MAX_TYPED_CHARS, MAX_TYPED_TEXTS } from '../limits.ts';
import { CHANNEL, type Refusal, type Told } from '../messages.ts';
import { bool, type Check, integer, json, list, matching, number, object, oneOf, optional, text } from './check.ts';

/** A check for every field that the type has: a new field without one is a type error. */
const shape = <T>(fields: { readonly [K in keyof Required<T>]: Check }): Check => object(fields);

/** Longest text that the reader takes of one element, in UTF-16 units. */
const MAX_TEXT_CHARS = 300;
const MAX_INDEX = 1e7;
const uuid = matching(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const timestamp = matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const url = text(MAX_RAW_URL_CHARS);
const name = text(MAX_NAME_CHARS, 1);
const kind = oneOf(
  Object.keys({
    test_id: 0,
    role_name: 0,
    aria: 0,
    label: 0,
    placeholder: 0,
    id: 0,
    text: 0,
    attribute: 0,
    css: 0,
    positional: 0,
  } satisfies Record<SelectorKind, 0>),
);

const page = shape<ObservedPage>({
  title: text(MAX_TITLE_CHARS),
  canonical: optional(url),
  sequence: text(MAX_SEQUENCE_CHARS),
});

const choices = shape<ObservedChoices>({
  test_id: optional(object({ attribute: text(64, 1), value: text(128, 1) })),
  within: optional(text(160)),
  candidates: list(
    object({ kind, selector: text(MAX_SELECTOR_CHARS, 1), matches: integer(MAX_INDEX) }),
    MAX_CANDIDATES,
  ),
});

const coordinate = number(-1e9, 1e9);
const element = shape<ObservedElement>({
  tag: text(64, 1),
  role: optional(text(64)),
  type: optional(text(32)),
  id: optional(text(128)),
  name_attr: optional(text(128)),
  href: optional(text(256)),
  classes: optional(list(text(64), 12)),
  placeholder: optional(text(MAX_TEXT_CHARS)),
  name: text(MAX_TEXT_CHARS),
  text: text(MAX_TEXT_CHARS),
  label: text(MAX_LABEL_CHARS),
  near: text(MAX_TEXT_CHARS),
  heading: text(MAX_TEXT_CHARS),
  marks: text(MAX_TEXT_CHARS),
  before: text(MAX_TEXT_CHARS),
  after: text(MAX_TEXT_CHARS),
  landmark: optional(text(64)),
  index: optional(integer(MAX_INDEX)),
  count: optional(integer(MAX_INDEX)),
  told: optional(bool),
  path: optional(text(256)),
  shadow: optional(integer(MAX_SHADOW_DEPTH)),
  box: optional(list(coordinate, 4)),
  choices,
  plain: optional(choices),
});

const call = shape<Extract<Told, { type: 'call' }>['call']>({
  url,
  tool_name: name,
  event_uuid: uuid,
  started_at: timestamp,
  ended_at: optional(timestamp),
  input_json: json(MAX_JSON_BYTES),
  output_json: json(MAX_JSON_BYTES),
  success: optional(bool),
  error_msg: optional(text(MAX_ERROR_CHARS)),
  page: optional(page),
  element: optional(element),
});

const event = shape<Extract<Told, { type: 'event' }>['event']>({
  event_uuid: uuid,
  name,
  occurred_at: timestamp,
  url,
  data: json(MAX_JSON_BYTES),
  page: optional(page),
});

const report = object({ url, page });
const viewport = object({
  viewport_w: integer(100_000),
  viewport_h: integer(100_000),
  dpr: number(0, 100),
});

/** What each message holds beside its type. */
const MESSAGES: { readonly [T in Told['type']]: Readonly<Record<string, Check>> } = {
  hello: { viewport, ready: bool, error_event: optional(uuid) },
  call: { call, lost: optional(integer(MAX_LOST)) },
  event: { event },
  page: { report },
  hints: { report },
  typed: {},
  leave: { lost: integer(MAX_LOST) },
};
const CHECKS: Readonly<Record<string, Check>> = Object.fromEntries(
  Object.entries(MESSAGES).map(([type, fields]) => [
    type,
    object({
      ...fields,
      type: (value) => value === type,
      channel: (value) => value === CHANNEL,
      typed: optional(list(text(MAX_TYPED_CHARS), MAX_TYPED_TEXTS)),
    }),
  ]),
);
/** Of the page as a whole, which a frame in it has no part in. */
const TOP_FRAME_ONLY: readonly string[] = ['page', 'hints'];

/** The parts of the browser's `MessageSender` that tell who speaks. */
export interface Speaker {
  readonly id?: string | undefined;
  readonly frameId?: number | undefined;
}

/** The message, if a content script of ours may have sent it from there; else why nothing of it is taken. */
export function toldBy(message: unknown, { id, frameId }: Speaker, ourId: string): Told | Refusal {
  if (id !== ourId) return { refused: 'sender' };
  const { type } = message as { readonly type?: unknown };
  const check = typeof type === 'string' && Object.hasOwn(CHECKS, type) ? CHECKS[type] : undefined;
  if (!check?.(message)) return { refused: 'malformed' };
  if (frameId !== 0 && TOP_FRAME_ONLY.includes(type as string)) return { refused: 'frame' };
  return message as Told;
}
