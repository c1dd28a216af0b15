import {
  type ElementSignature,
  type IngestItem,
  ITEM_SCHEMAS,
  isStorableText,
  type PageSignature,
  type ToolCall,
} from '../../shared/protocol/schema.ts';
import type { NormalisedUrl } from '../../shared/signature/url.ts';
import { isPlaceOf } from '../artifacts/place.ts';
import { checkJson } from './check_json.ts';
import { checkSpan, checkTime, storableTime } from './check_times.ts';
import { type Check, compileCheck } from './compile_check.ts';
import { type Refusal, refusalOf } from './refusal.ts';

/** `normaliseUrl`, which may remember: the items of a batch are about few pages. */
export type Normalise = (url: string) => NormalisedUrl | undefined;

export interface PrepareOptions {
  readonly projectId: string;
  /** ms since 1970 */
  readonly now: number;
  readonly normalise: Normalise;
  /** `stripUrl`, which may remember. */
  readonly strip: (url: string) => string;
  /** Whether all texts of the items are known to be `isStorableText`. */
  readonly storable: boolean;
  /** Told of each URL that still held something that the client should have scrubbed. */
  readonly onCaught: () => void;
}

export type Prepared =
  | { readonly ok: true; readonly item: IngestItem }
  | { readonly ok: false; readonly refusal: Refusal };

/** One item of a request, checked against everything that could make a statement fail, in the form that is stored. `raw` is changed. */
export function prepareItem(raw: unknown, options: PrepareOptions): Prepared {
  const kind = typeof raw === 'object' && raw !== null && 'kind' in raw ? raw.kind : 'tool_call';
  if (typeof kind !== 'string' || !Object.hasOwn(ITEM_SCHEMAS, kind)) {
    return refused({ code: 'invalid_value', reason: `kind: not one of ${Object.keys(ITEM_SCHEMAS).join(', ')}` });
  }
  const known = kind as IngestItem['kind'];
  // The schema itself is asked only where the check says no, to say why.
  const parsed = (options.storable ? STORABLE_CHECKS : CHECKS)[known](raw)
    ? ({ success: true, data: raw } as const)
    : ITEM_SCHEMAS[known].safeParse(raw, { reportInput: true });
  if (!parsed.success) return refused(refusalOf(parsed.error));
  // Changed in place: it came from JSON.parse and nobody else reads it, and copies cost as much as all the checks.
  const item = parsed.data as IngestItem;
  item.kind = known;
  const refusal = checkItem(item, options);
  if (refusal) return refused(refusal);
  makeStorable(item, options);
  return { ok: true, item };
}

const checksOf = (given?: typeof isStorableText) =>
  Object.fromEntries(
    Object.entries(ITEM_SCHEMAS).map(([kind, schema]) => [kind, compileCheck(schema, given)]),
  ) as Record<IngestItem['kind'], Check>;

const CHECKS = checksOf();
const STORABLE_CHECKS = checksOf(isStorableText);

const refused = (refusal: Refusal): Prepared => ({ ok: false, refusal });

function checkItem(item: IngestItem, { projectId, now, normalise, storable }: PrepareOptions): Refusal | undefined {
  switch (item.kind) {
    case 'tool_call':
      return (
        checkSpan(item.started_at, item.ended_at, now) ??
        checkJson('input_json', item.input_json, storable) ??
        checkJson('output_json', item.output_json, storable) ??
        checkArtifacts(item, projectId) ??
        checkSignatures(normalise, item.page_signature, item.element_signatures?.[0], item.context)
      );
    case 'event':
      return (
        checkTime('occurred_at', item.occurred_at, now) ??
        checkJson('data', item.data, storable) ??
        checkSignatures(normalise, item.page_signature, item.element_signature, item.context)
      );
    case 'run':
    case 'session':
      return checkSpan(item.started_at, item.ended_at, now);
    case 'tab':
      return checkTime('closed_at', item.closed_at, now);
    case 'instance':
      return undefined;
  }
}

function checkArtifacts(call: ToolCall, projectId: string): Refusal | undefined {
  const at = call.artifacts?.findIndex(
    (each) => !isPlaceOf(each.storage_path, projectId, each.type, each.content_hash),
  );
  if (at === undefined || at < 0) return undefined;
  return {
    code: 'invalid_value',
    reason: `artifacts.${at}.storage_path: not {bucket}/{project}/{type}/{content_hash}.{ext} of this project`,
  };
}

function checkSignatures(
  normalise: Normalise,
  page: PageSignature | undefined,
  element: ElementSignature | undefined,
  context: { readonly url?: string | undefined },
): Refusal | undefined {
  if (page && !normalise(page.url_norm)) return { code: 'invalid_value', reason: 'page_signature.url_norm: no URL' };
  if (!element || page || (context.url && normalise(context.url))) return undefined;
  return { code: 'invalid_value', reason: 'an element signature needs a page_signature or a context.url' };
}

function makeStorable(item: IngestItem, options: PrepareOptions): void {
  makeTimesStorable(item);
  switch (item.kind) {
    case 'tab':
      item.tab_id = String(item.tab_id);
      if (item.url_first_seen !== undefined) item.url_first_seen = stripped(item.url_first_seen, options);
      break;
    case 'run':
      item.run_id = item.run_id.toLowerCase();
      break;
    case 'tool_call':
    case 'event': {
      const { context } = item;
      const page = pageOf(item, options);
      if (page) item.page_signature = page;
      item.event_uuid = item.event_uuid.toLowerCase();
      // The browser's own number.
      if (context.tab_id !== undefined) context.tab_id = String(context.tab_id);
      if (context.run_id !== undefined) context.run_id = context.run_id.toLowerCase();
      if (context.url !== undefined) context.url = stripped(context.url, options);
    }
  }
}

const TIMES = ['started_at', 'ended_at', 'occurred_at', 'closed_at', 'ttl_expires_at'] as const;

function makeTimesStorable(item: IngestItem): void {
  const times: { [field in (typeof TIMES)[number]]?: string | undefined } & object = item as object;
  for (const field of TIMES) {
    const time = times[field];
    if (time !== undefined) times[field] = storableTime(time);
  }
}

function stripped(url: string, { strip, onCaught }: PrepareOptions): string {
  const clean = strip(url);
  if (clean !== url) onCaught();
  return clean;
}

/** The page signature with an address that is certainly normal; of an element without a page, its address alone. */
function pageOf(
  item: IngestItem & { kind: 'tool_call' | 'event' },
  { normalise, onCaught }: PrepareOptions,
): PageSignature | undefined {
  const sent = item.page_signature;
  const hasElement = item.kind === 'event' ? item.element_signature : item.element_signatures?.length;
  const url = sent?.url_norm ?? (hasElement ? item.context.url : undefined);
  const normal = url === undefined ? undefined : normalise(url);
  if (!normal) return undefined;
  if (sent && sent.url_norm !== normal.url_norm) onCaught();
  return { ...sent, url_norm: normal.url_norm, domain: normal.domain.slice(0, 255) };
}
