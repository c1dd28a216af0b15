import * as z from 'zod';
import * as limits from './limits.ts';

/** Selector kinds, best first. The order is the prior of `best_selector`; evidence corrects it. */
export const SELECTOR_KINDS = [
  'test_id',
  'attribute',
  'id',
  'text',
  'role_name',
  'aria',
  'label',
  'placeholder',
  'css',
  'positional',
] as const;
export const ARTIFACT_TYPES = ['screenshot', 'dom', 'har', 'logs', 'scaffold'] as const;
export const HINT_TYPES = ['best_selector', 'wait_condition', 'recipe', 'safe_ops'] as const;
export const HINT_STATES = ['candidate', 'canary', 'active', 'quarantined'] as const;
export const RUN_STATUSES = ['running', 'completed', 'failed', 'partial'] as const;
/** What `verify` can answer. Only `found` names an element. */
export const VERIFY_OUTCOMES = ['found', 'not_found', 'ambiguous', 'identity_mismatch', 'page_mismatch'] as const;

/** Postgres text takes neither U+0000 nor unpaired surrogates: one of them would fail the whole batch. */
const WELL_FORMED = 'holds U+0000 or an unpaired surrogate';
export const isStorableText = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine(isStorableText, { error: WELL_FORMED, params: { code: 'invalid_text' } });
const id = text(limits.MAX_ID_CHARS).min(1);
const hex = (min: number, max: number) => z.string().regex(new RegExp(`^[0-9a-f]{${min},${max}}$`), 'lower-case hex');
const hash = hex(16, 64);
const wordHashes = z.array(hex(8, 8)).max(limits.MAX_WORDS);
const uuid = z.guid();
const timestamp = z.iso.datetime({ offset: true });
const url = text(limits.MAX_URL_CHARS);
const tabId = z.union([z.number().int().nonnegative().transform(String), id]);
/** What JSON.parse made is JSON; ingest bounds its size, depth and text. No schema, because its copy would lose keys such as __proto__. */
const json = z.unknown();

export const SelectorCandidate = z.strictObject({
  kind: z.enum(SELECTOR_KINDS),
  /** In Playwright's selector syntax; an array in JSON would be one entry per shadow root, joined here by ` >> `. */
  selector: text(limits.MAX_SELECTOR_CHARS).min(1),
  /** How many elements it matched when it was recorded. */
  matches: z.number().int().nonnegative(),
});

export const ElementIdentity = z.strictObject({
  tag: text(64).min(1),
  role: text(64).optional(),
  type: text(32).optional(),
  test_id: z.strictObject({ attribute: text(64), value: text(128) }).optional(),
  id: text(128).optional(),
  name_attr: text(128).optional(),
  href: text(256).optional(),
  /** Keyed hash of the accessible name, and of each of its words. */
  name_hash: hash.optional(),
  name_words: wordHashes.optional(),
  text_words: wordHashes.optional(),
  label_words: wordHashes.optional(),
  placeholder_words: wordHashes.optional(),
  near_words: wordHashes.optional(),
  heading_words: wordHashes.optional(),
  /** What its icon is called and toolkits let it do; what the controls right before and after it are called. */
  mark_words: wordHashes.optional(),
  before_words: wordHashes.optional(),
  after_words: wordHashes.optional(),
  classes: z.array(text(64)).max(12).optional(),
  /** Role of the landmark that the element stands in. */
  landmark: text(64).optional(),
  /** Nearest ancestor that a developer named, as a selector; only where it tells the element from its like. */
  within: text(160).optional(),
  /** 0-based place among elements of the same tag, role and name on the page, and how many there are. */
  index: z.number().int().nonnegative().optional(),
  count: z.number().int().positive().optional(),
  /** Whether what stands around it told it from them; left out where there are no others. */
  told: z.boolean().optional(),
  /** Tags from the element up to body, nearest first. */
  path: text(256).optional(),
  /** How many shadow roots it stands in; absent where none. */
  shadow: z.number().int().positive().max(limits.MAX_SHADOW_DEPTH).optional(),
  /** x, y, width, height in CSS pixels, relative to the document. */
  box: z.tuple([z.number(), z.number(), z.number(), z.number()]).optional(),
});

export const PageSignature = z.strictObject({
  url_norm: text(limits.MAX_URL_NORM_CHARS).min(1),
  domain: text(255),
  canonical_link_hash: hash.optional(),
  title_hash: hash.optional(),
  dom_fingerprint_hash: hash.optional(),
  /** 64-bit SimHash of the same sequence as the fingerprint, 16 hex digits. */
  dom_simhash: hex(16, 16).optional(),
});

export const ElementSignature = z.strictObject({
  selector_norm: text(limits.MAX_SELECTOR_CHARS).min(1),
  role: text(64).optional(),
  text_hash: hash.optional(),
  attr_fingerprint_hash: hash,
  identity: ElementIdentity.optional(),
  candidates: z.array(SelectorCandidate).max(limits.MAX_CANDIDATES).optional(),
});

export const Context = z.strictObject({
  run_id: uuid,
  session_id: id.optional(),
  instance_id: id.optional(),
  tab_id: tabId.optional(),
  url: url.optional(),
});

export const ArtifactRef = z.strictObject({
  type: z.enum(ARTIFACT_TYPES),
  content_hash: hex(64, 64),
  storage_path: text(300).min(1),
  size: z.number().int().nonnegative().max(limits.MAX_ARTIFACT_BYTES),
});

export const ToolCall = z.strictObject({
  kind: z.literal('tool_call').optional(),
  context: Context,
  tool_name: text(limits.MAX_NAME_CHARS).min(1),
  seq: z.number().int().nonnegative().max(2_147_483_647),
  event_uuid: uuid,
  started_at: timestamp,
  ended_at: timestamp.optional(),
  input_json: json.optional(),
  output_json: json.optional(),
  success: z.boolean().nullish(),
  error_msg: text(limits.MAX_ERROR_CHARS).optional(),
  artifacts: z.array(ArtifactRef).max(limits.MAX_ARTIFACTS_PER_CALL).optional(),
  page_signature: PageSignature.optional(),
  /** The first is the element that the call acted on. */
  element_signatures: z.array(ElementSignature).max(limits.MAX_ELEMENT_SIGNATURES).optional(),
});

export const EventItem = z.strictObject({
  kind: z.literal('event'),
  context: Context.partial({ run_id: true }),
  name: text(limits.MAX_NAME_CHARS).min(1),
  event_uuid: uuid,
  occurred_at: timestamp,
  data: json.optional(),
  page_signature: PageSignature.optional(),
  element_signature: ElementSignature.optional(),
});

/** Names of the signals that a control may be waited for by, the one that comes first first. */
export const WAIT_SIGNALS = ['url_change', 'visible', 'enabled', 'dom_quiet', 'network_quiet'] as const;
/** As much as an integer column holds; in ms 24 days. */
export const MAX_INTEGER = 2_147_483_647;
const ms = z.number().int().nonnegative().max(MAX_INTEGER);

/**
 * Data of the event `call.effects`: what a control was waited for, and what followed its use; times in ms from the call's begin. What
 * could not be seen is counted as unseen or left out, and never taken for nothing.
 */
export const CallEffects = z.object({
  /** `event_uuid` of the call, of the same run. */
  call: uuid,
  /** When each signal came, in ms from the end of the call before or the navigation; left out where it did not before the use. */
  wait: z
    .object({
      visible: ms,
      enabled: ms,
      url_change: ms.optional(),
      dom_quiet: ms.optional(),
      network_quiet: ms.optional(),
    })
    .optional(),
  /** The call that opened the dialog in which the control stands. */
  opener: uuid.optional(),
  url_change: ms.optional(),
  dom_quiet: ms.optional(),
  network_quiet: ms.optional(),
  /** When the control of the next call could be used. */
  next_usable: ms.optional(),
  navigation: z.enum(['none', 'same_document', 'load']),
  /** Requests by methods that change state; paths of the page's origin, ids as `:id`. */
  requests: z
    .array(
      z.object({ method: z.enum(['POST', 'PUT', 'PATCH', 'DELETE', 'OTHER']), path: text(limits.MAX_URL_NORM_CHARS) }),
    )
    .max(5),
  /** Requests whose method or address could not be seen. */
  unseen_requests: z.number().int().nonnegative().max(MAX_INTEGER),
  download: z.boolean(),
  /** A dialog that became visible: one that asks, or one with fields. */
  dialog: z.enum(['confirm', 'form']).optional(),
});

export const RunItem = z.strictObject({
  kind: z.literal('run'),
  run_id: uuid,
  session_id: id.optional(),
  instance_id: id.optional(),
  status: z.enum(RUN_STATUSES),
  root_request_id: id.optional(),
  started_at: timestamp,
  ended_at: timestamp.optional(),
  server_version: text(64).optional(),
  proto_version: text(64).optional(),
});

export const SessionItem = z.strictObject({
  kind: z.literal('session'),
  session_id: id,
  /** Keyed hash of whoever the session belongs to; never a name or an address. */
  user_hash: hash.optional(),
  started_at: timestamp,
  ended_at: timestamp.optional(),
  ttl_expires_at: timestamp.optional(),
});

export const InstanceItem = z.strictObject({
  kind: z.literal('instance'),
  instance_id: id,
  session_id: id.optional(),
  extension: z.enum(['chrome', 'firefox']).optional(),
  extension_version: text(64).optional(),
});

export const TabItem = z.strictObject({
  kind: z.literal('tab'),
  tab_id: tabId,
  instance_id: id,
  session_id: id.optional(),
  url_first_seen: url.optional(),
  viewport_w: z.number().int().nonnegative().max(100_000).optional(),
  viewport_h: z.number().int().nonnegative().max(100_000).optional(),
  dpr: z.number().positive().max(100).optional(),
  closed_at: timestamp.optional(),
});

/** Schema by `kind`; an item without `kind` is a tool call. */
export const ITEM_SCHEMAS = {
  tool_call: ToolCall,
  event: EventItem,
  run: RunItem,
  session: SessionItem,
  instance: InstanceItem,
  tab: TabItem,
} as const;

export const LookupRequest = z.strictObject({
  url,
  title: text(1000).optional(),
  /** Instead of `title`, so that the title itself need not be sent. */
  title_hash: hash.optional(),
  /** `dom_fingerprint_hash` of the page as it is now. */
  dom_top_signature: hash.optional(),
  dom_simhash: hex(16, 16).optional(),
  /** The run that asks: a share of runs is told hints that have not yet earned their place. */
  run_id: uuid.optional(),
  candidate_elements: z
    .array(
      z.strictObject({
        selector_norm: text(limits.MAX_SELECTOR_CHARS).optional(),
        role: text(64).optional(),
        text_hash: hash.optional(),
        attr_fingerprint_hash: hash.optional(),
      }),
    )
    .max(limits.MAX_LOOKUP_ELEMENTS)
    .optional(),
  /** Most controls that hints are told about, the best ones. */
  top_k: z.number().int().min(1).max(limits.MAX_LOOKUP_ELEMENTS).optional(),
  trace: z.boolean().optional(),
});

/** A selector as other tools write it, see `render`. */
export const Renderings = z.strictObject({
  playwright: z.string(),
  css: z.union([z.string(), z.array(z.string())]).optional(),
  pierce: z.string().optional(),
  xpath: z.string().optional(),
});

export const BestSelectorData = z.strictObject({
  selector: text(limits.MAX_SELECTOR_CHARS).min(1),
  kind: z.enum(SELECTOR_KINDS),
  alternatives: z.array(SelectorCandidate).max(limits.MAX_CANDIDATES),
  /** What `verify` compares the element with before anybody acts on it. */
  identity: ElementIdentity,
  /** The selector for Playwright, CSS and XPath; absent in hints made before there were any. */
  renderings: Renderings.optional(),
  /** Tools that succeeded on this element, most used first. */
  tools: z.array(text(limits.MAX_NAME_CHARS)).max(8),
});

export const WaitConditionData = z.strictObject({
  /** What to wait for: it was enough in 99 % of the uses. */
  signal: z.enum(WAIT_SIGNALS),
  /** Longest that it should take, from the end of the action before or the navigation; 500 to 60,000. */
  timeout_ms: ms,
  /** Quantiles of what it took, 5 % at the most off. */
  p50_ms: ms,
  p95_ms: ms,
  p99_ms: ms,
  samples: z.number().int().positive(),
});

/** What using a control may do, the best first. */
export const OP_CLASSES = ['read_only', 'reversible', 'state_changing', 'destructive'] as const;
const ct = z.number().int().nonnegative();

export const SafeOpsData = z.strictObject({
  class: z.enum(OP_CLASSES),
  /** Whether it may be repeated without asking: of read_only ones alone. */
  replay: z.boolean(),
  because: z.enum([
    'delete_seen',
    'change_confirmed',
    'change_seen',
    'unseen_requests',
    'little_evidence',
    'words',
    'unknown_control',
    'nothing_changed',
  ]),
  /** Uses by what followed; of requests how many there were. */
  follows: z.strictObject({
    uses: ct,
    nothing: ct,
    same_document: ct,
    load: ct,
    downloads: ct,
    dialogs: ct,
    changes: ct,
    deletes: ct,
    unseen_requests: ct,
    /** Dialogs that asked, after which something was changed. */
    confirmed: ct,
  }),
  /** The most frequent requests that change state. */
  requests: z.array(z.strictObject({ method: z.string(), path: z.string(), count: ct })).max(5),
});

/** What a recipe is for, as far as its controls tell. */
export const RECIPE_SHAPES = ['consent', 'login', 'search', 'pagination', 'menu', 'scroll', 'other'] as const;
/** What a value is asked for by; never a value. */
const param = z.string().regex(/^[A-Za-z_][\w-]{0,39}$/);
const screens = z.number();

export const RecipeStep = z.strictObject({
  /** Tool that succeeded on it. */
  tool: text(limits.MAX_NAME_CHARS),
  /** Page that it is done on, as `page.url_norm` of a hint. */
  url_norm: text(limits.MAX_URL_NORM_CHARS),
  /** Absent: the page as a whole is scrolled. */
  control: z
    .strictObject({
      /** The `best_selector` that this was taken from. */
      hint_id: z.string(),
      selector: text(limits.MAX_SELECTOR_CHARS).min(1),
      kind: z.enum(SELECTOR_KINDS),
      alternatives: z.array(SelectorCandidate).max(limits.MAX_CANDIDATES),
      identity: ElementIdentity,
      selector_norm: text(limits.MAX_SELECTOR_CHARS).min(1),
      role: text(64).nullable(),
      attr_fingerprint_hash: hash,
    })
    .optional(),
  /** Done again until what is wanted is there. */
  repeat: z.literal(true).optional(),
  /** Values that are to be given: how each is called in the recipe, and the tool's argument for it. */
  params: z.array(z.strictObject({ name: param, argument: param })).max(8),
  /** Arguments that were either true or false. */
  flags: z.record(param, z.boolean()),
  /** How far down until the control of the next step was used, in screens; upwards negative. */
  scroll: z.strictObject({ p50: screens, p95: screens, samples: z.number().int().positive() }).optional(),
  /** What to wait for before, from the `wait_condition` of the control. */
  wait: z.strictObject({ hint_id: z.string(), signal: z.enum(WAIT_SIGNALS), timeout_ms: ms }).optional(),
  /** What it does, from the `safe_ops` of the control; absent: not known. */
  op: z.strictObject({ hint_id: z.string(), class: z.enum(OP_CLASSES) }).optional(),
});

export const RecipeData = z.strictObject({
  /** The same for all versions. */
  recipe: z.string(),
  shape: z.enum(RECIPE_SHAPES),
  /** In their order; each control is to be resolved on its page before it is used. */
  steps: z.array(RecipeStep).min(1).max(12),
  /** Whether all of it may be repeated without asking. */
  replayable: z.boolean(),
  /** The first step that may not, its place from 0. */
  unsafe: z
    .strictObject({ step: z.number().int().nonnegative(), class: z.enum([...OP_CLASSES, 'unknown']) })
    .optional(),
  /** Left out to keep it small: alternatives, and what identities need least; all of it is in Storage. */
  shortened: z.literal(true).optional(),
});

const hintBase = z.object({
  hint_id: z.string(),
  state: z.enum(HINT_STATES),
  version: z.number().int().positive(),
  /** An operator decided that it is served. */
  pinned: z.literal(true).exactOptional(),
  /** 0 to 1: lower bound of the share of successes, times how good the selector's kind is. */
  confidence: z.number(),
  page: z.object({ page_sig_id: z.string(), url_norm: z.string(), dom_fingerprint_hash: z.string().nullable() }),
  /**
   * Of a control of the whole domain, offered where nothing is known of the page itself: on how many other pages it was right. `page` is
   * one of them, so the control is to be verified more strictly than on a page that is known.
   */
  domain: z.object({ pages: z.number().int().positive() }).exactOptional(),
  element: z
    .object({
      elem_sig_id: z.string(),
      selector_norm: z.string(),
      role: z.string().nullable(),
      attr_fingerprint_hash: z.string(),
    })
    .optional(),
  evidence: z.object({
    success_ct: z.number(),
    error_ct: z.number(),
    runs: z.number(),
    avg_latency_ms: z.number().nullable(),
    /** Times that a half, 95 and 99 percent of the calls took no longer than. */
    latency_ms: z.object({ p50: z.number(), p95: z.number(), p99: z.number() }).optional(),
    last_success_at: z.string().nullable(),
  }),
});

export const BestSelectorHint = hintBase.extend({ hint_type: z.literal('best_selector'), data: BestSelectorData });
export const WaitConditionHint = hintBase.extend({ hint_type: z.literal('wait_condition'), data: WaitConditionData });
export const SafeOpsHint = hintBase.extend({ hint_type: z.literal('safe_ops'), data: SafeOpsData });
export const RecipeHint = hintBase.extend({ hint_type: z.literal('recipe'), data: RecipeData });
export const Hint = z.discriminatedUnion('hint_type', [BestSelectorHint, WaitConditionHint, SafeOpsHint, RecipeHint]);

/**
 * What the hints were found by: the state of the page itself, a state of it a few SimHash bits away, its address or what is learned to
 * be the same page, or its domain, where the page has no hints of its own.
 */
export const PAGE_MATCHES = ['exact', 'near', 'url', 'domain', 'none'] as const;

const step = <Name extends string, Detail extends z.ZodRawShape>(name: Name, detail: Detail) =>
  z.object({ step: z.literal(name), detail: z.object(detail), ms: z.number() });

/** What a lookup did, in its order; `ms` each. */
export const TraceStep = z.discriminatedUnion('step', [
  step('normalise', { url_norm: z.string() }),
  /** Which layer remembered the answer. */
  step('cache', { hit: z.enum(['memory', 'redis']).nullable() }),
  step('page', {
    /** By which step of the chain a known state was chosen. */
    match: z.enum(['exact', 'near', 'url', 'none']),
    /** What the address is known by: a learned template, else itself. */
    page_key: z.string(),
    page_sig_id: z.string().nullable(),
    /** SimHash bits that differ from that state; near: 6 at the most. */
    distance: z.number().int().nullable(),
  }),
  /** Of the page; `candidates`: how many were asked for, null: all. */
  step('hints', { found: z.number().int(), candidates: z.number().int().nullable() }),
  /** Of controls of the domain; asked only where the page has no hints. */
  step('domain', { domain: z.string(), found: z.number().int() }),
  /** Versions that are being tried: told to this run, and kept from it. */
  step('canary', { told: z.number().int(), kept: z.number().int() }),
  step('holdout', { withheld: z.number().int() }),
  /** Hints left out because they are about more controls than were asked for. */
  step('top_k', { left_out: z.number().int() }),
]);

export const LookupResponse = z.object({
  page_match: z.enum(PAGE_MATCHES),
  /**
   * Share of the 64 SimHash bits in which the page and the known state agree: 1 for the same state, 58/64 and more is near, about a half
   * is chance. Null where one of the two is not known.
   */
  page_similarity: z.number().nullable(),
  /** Of what is served for the domain of the page; another number is news to whoever holds its bundle. Null: there is nothing. */
  bundle_version: z.number().int().nullable(),
  page_hints: z.array(Hint),
  element_hints: z.array(Hint),
  trace: z.array(TraceStep).optional(),
});

export const SignRequest = z.strictObject({
  artifacts: z
    .array(
      z.strictObject({
        type: z.enum(ARTIFACT_TYPES),
        content_hash: hex(64, 64),
        size: z.number().int().positive().max(limits.MAX_ARTIFACT_BYTES),
        /** File ending without a dot; decides the content type. */
        ext: z.enum(['webp', 'png', 'html', 'html.gz', 'html.br', 'json', 'json.gz', 'txt', 'txt.gz', 'jsonl.gz']),
      }),
    )
    .min(1)
    .max(limits.MAX_SIGN_ITEMS),
});

/** What is to be erased: one of the three. */
export const EraseRequest = z.union([
  z.strictObject({ session_id: id }),
  /** All sessions of that user. */
  z.strictObject({ user_hash: hash }),
  /** With its subdomains. */
  z.strictObject({
    domain: text(255)
      .regex(/^[^\s/?#@]+$/, 'no host')
      .toLowerCase(),
  }),
]);

export interface SignedArtifact {
  readonly content_hash: string;
  /** `exists`: the bytes are stored already, name the artifact and upload nothing. */
  readonly status: 'exists' | 'upload' | 'rejected';
  readonly bucket?: string;
  /** Key inside the bucket: `{project}/{type}/{sha256}.{ext}`. */
  readonly path?: string;
  /** `{bucket}/{path}`, to be put into the tool call's `artifacts[].storage_path`. */
  readonly storage_path?: string;
  /** For `uploadToSignedUrl(path, token, body)`. */
  readonly token?: string;
  readonly content_type?: string;
  readonly code?: string;
  readonly reason?: string;
}

export interface SignResponse {
  /** Base URL of a Supabase Storage API, for `new StorageClient(storage_url, {})`. */
  readonly storage_url: string;
  readonly artifacts: readonly SignedArtifact[];
}

/** Answer for the item at `index` of an ingest request. */
export interface ItemResult {
  readonly index: number;
  readonly status: 'accepted' | 'duplicate' | 'rejected';
  readonly event_uuid?: string;
  readonly code?: string;
  readonly reason?: string;
}

export interface IngestResponse {
  readonly accepted: number;
  readonly duplicate: number;
  readonly rejected: number;
  readonly results: readonly ItemResult[];
}

/** `GET /v1/project`: what a client must know to make signatures that compare with those of others. */
export interface ProjectInfo {
  readonly project_id: string;
  readonly name: string;
  /** 128-bit key of the word hashes, 32 hex digits. */
  readonly text_key: string;
  /** With what bundles of hints are verified: SPKI of an ECDSA key on P-256, base64url. Absent from servers before there were any. */
  readonly bundle_key?: string;
}

export type SelectorKind = (typeof SELECTOR_KINDS)[number];
export type ArtifactType = (typeof ARTIFACT_TYPES)[number];
export type HintType = (typeof HINT_TYPES)[number];
export type HintState = (typeof HINT_STATES)[number];
export type RunStatus = (typeof RUN_STATUSES)[number];
export type VerifyOutcome = (typeof VERIFY_OUTCOMES)[number];
export type PageMatch = (typeof PAGE_MATCHES)[number];
export type SelectorCandidate = z.infer<typeof SelectorCandidate>;
export type ElementIdentity = z.infer<typeof ElementIdentity>;
export type PageSignature = z.infer<typeof PageSignature>;
export type ElementSignature = z.infer<typeof ElementSignature>;
export type Context = z.infer<typeof Context>;
export type ArtifactRef = z.infer<typeof ArtifactRef>;
export type ToolCall = z.infer<typeof ToolCall>;
export type EventItem = z.infer<typeof EventItem>;
export type CallEffects = z.infer<typeof CallEffects>;
export type WaitSignal = (typeof WAIT_SIGNALS)[number];
export type RunItem = z.infer<typeof RunItem>;
export type SessionItem = z.infer<typeof SessionItem>;
export type InstanceItem = z.infer<typeof InstanceItem>;
export type TabItem = z.infer<typeof TabItem>;
export type IngestItem =
  | (ToolCall & { kind: 'tool_call' })
  | EventItem
  | RunItem
  | SessionItem
  | InstanceItem
  | TabItem;
export type LookupRequest = z.infer<typeof LookupRequest>;
export type LookupResponse = z.infer<typeof LookupResponse>;
export type TraceStep = z.infer<typeof TraceStep>;
export type BestSelectorData = z.infer<typeof BestSelectorData>;
export type WaitConditionData = z.infer<typeof WaitConditionData>;
export type SafeOpsData = z.infer<typeof SafeOpsData>;
export type OpClass = (typeof OP_CLASSES)[number];
export type BestSelectorHint = z.infer<typeof BestSelectorHint>;
export type WaitConditionHint = z.infer<typeof WaitConditionHint>;
export type SafeOpsHint = z.infer<typeof SafeOpsHint>;
export type RecipeStep = z.infer<typeof RecipeStep>;
export type RecipeData = z.infer<typeof RecipeData>;
export type RecipeShape = (typeof RECIPE_SHAPES)[number];
export type RecipeHint = z.infer<typeof RecipeHint>;
export type Hint = z.infer<typeof Hint>;
export type EraseRequest = z.infer<typeof EraseRequest>;
export type SignRequest = z.infer<typeof SignRequest>;
