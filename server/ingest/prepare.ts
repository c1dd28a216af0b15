import {
  type ElementSignature,
  type IngestItem,
  ITEM_SCHEMAS,
  type PageSignature,
  type ToolCall,
} from '../../shared/protocol/schema.ts';
import { normaliseUrl } from '../../shared/signature/url.ts';
import { isPlaceOf } from '../artifacts/place.ts';
import { checkJson } from './check_json.ts';
import { checkSpan, checkTime, storableTime } from './check_times.ts';
import { type Refusal, refusalOf } from './refusal.ts';
import { stripUrl } from './strip_url.ts';

export interface PrepareOptions {
  readonly projectId: string;
  /** ms since 1970 */
  readonly now: number;
  /** Told of each URL that still held something that the client should have scrubbed. */
  readonly onCaught: () => void;
}

export type Prepared =
  | { readonly ok: true; readonly item: IngestItem }
  | { readonly ok: false; readonly refusal: Refusal };

/** One item of a request, checked against everything that could make a statement fail, in the form that is stored. */
export function prepareItem(raw: unknown, options: PrepareOptions): Prepared {
  const kind = typeof raw === 'object' && raw !== null && 'kind' in raw ? raw.kind : 'tool_call';
  if (typeof kind !== 'string' || !Object.hasOwn(ITEM_SCHEMAS, kind)) {
    return refused({ code: 'invalid_value', reason: `kind: not one of ${Object.keys(ITEM_SCHEMAS).join(', ')}` });
  }
  const parsed = ITEM_SCHEMAS[kind as keyof typeof ITEM_SCHEMAS].safeParse(raw, { reportInput: true });
  if (!parsed.success) return refused(refusalOf(parsed.error));
  // A schema's copy of free JSON would lose keys such as __proto__.
  const item = { ...withJson(parsed.data, raw as object), kind } as IngestItem;
  const refusal = checkItem(item, options);
  return refusal ? refused(refusal) : { ok: true, item: storable(item, options) };
}

const refused = (refusal: Refusal): Prepared => ({ ok: false, refusal });

function withJson(item: object, raw: object): object {
  const json = ['input_json', 'output_json', 'data'].filter((field) => field in item);
  return { ...item, ...Object.fromEntries(json.map((field) => [field, raw[field as keyof typeof raw]])) };
}

function checkItem(item: IngestItem, { projectId, now }: PrepareOptions): Refusal | undefined {
  switch (item.kind) {
    case 'tool_call':
      return (
        checkSpan(item.started_at, item.ended_at, now) ??
        checkJson('input_json', item.input_json) ??
        checkJson('output_json', item.output_json) ??
        checkArtifacts(item, projectId) ??
        checkSignatures(item.page_signature, item.element_signatures?.[0], item.context)
      );
    case 'event':
      return (
        checkTime('occurred_at', item.occurred_at, now) ??
        checkJson('data', item.data) ??
        checkSignatures(item.page_signature, item.element_signature, item.context)
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
  page: PageSignature | undefined,
  element: ElementSignature | undefined,
  context: { readonly url?: string | undefined },
): Refusal | undefined {
  if (page && !normaliseUrl(page.url_norm)) return { code: 'invalid_value', reason: 'page_signature.url_norm: no URL' };
  if (!element || page || (context.url && normaliseUrl(context.url))) return undefined;
  return { code: 'invalid_value', reason: 'an element signature needs a page_signature or a context.url' };
}

function storable(item: IngestItem, { onCaught }: PrepareOptions): IngestItem {
  const url = (text: string): string => {
    const stripped = stripUrl(text);
    if (stripped !== text) onCaught();
    return stripped;
  };
  const times = (fields: object) =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        name,
        /_at$/.test(name) && typeof value === 'string' ? storableTime(value) : value,
      ]),
    );
  const out = times(item) as IngestItem;
  if (out.kind === 'tab') {
    return out.url_first_seen === undefined ? out : { ...out, url_first_seen: url(out.url_first_seen) };
  }
  if (out.kind === 'run') return { ...out, run_id: out.run_id.toLowerCase() };
  if (out.kind !== 'tool_call' && out.kind !== 'event') return out;

  const { context } = out;
  const page = pageOf(out, onCaught);
  return {
    ...out,
    event_uuid: out.event_uuid.toLowerCase(),
    context: {
      ...context,
      ...(context.run_id === undefined ? {} : { run_id: context.run_id.toLowerCase() }),
      ...(context.url === undefined ? {} : { url: url(context.url) }),
    },
    ...(page ? { page_signature: page } : {}),
  } as IngestItem;
}

/** The page signature with an address that is certainly normal; of an element without a page, its address alone. */
function pageOf(item: IngestItem & { kind: 'tool_call' | 'event' }, onCaught: () => void): PageSignature | undefined {
  const sent = item.page_signature;
  const hasElement = item.kind === 'event' ? item.element_signature : item.element_signatures?.length;
  const url = sent?.url_norm ?? (hasElement ? item.context.url : undefined);
  const normal = url === undefined ? undefined : normaliseUrl(url);
  if (!normal) return undefined;
  if (sent && sent.url_norm !== normal.url_norm) onCaught();
  return { ...sent, url_norm: normal.url_norm, domain: normal.domain.slice(0, 255) };
}
