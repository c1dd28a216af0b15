import type { ElementSignature, PageSignature } from '../../shared/protocol/schema.ts';

/** Rows as `jsonb_to_recordset` reads them; what is undefined is null there. Times are ISO 8601. */
export interface SessionRow {
  readonly session_id: string;
  readonly user_hash?: string | undefined;
  /** Undefined where only something without a time names the session: it starts now. */
  readonly started_at?: string | undefined;
  readonly ended_at?: string | undefined;
  readonly ttl_expires_at?: string | undefined;
}

export interface InstanceRow {
  readonly instance_id: string;
  readonly session_id?: string | undefined;
  readonly extension?: string | undefined;
  readonly extension_version?: string | undefined;
}

export interface TabRow {
  readonly instance_id: string;
  readonly tab_id: string;
  readonly url_first_seen?: string | undefined;
  readonly viewport_w?: number | undefined;
  readonly viewport_h?: number | undefined;
  readonly dpr?: number | undefined;
  readonly closed_at?: string | undefined;
}

export interface RunRow {
  readonly run_id: string;
  readonly session_id?: string | undefined;
  readonly instance_id?: string | undefined;
  readonly status: string;
  readonly root_request_id?: string | undefined;
  readonly started_at: string;
  readonly ended_at?: string | undefined;
  readonly server_version?: string | undefined;
  readonly proto_version?: string | undefined;
}

/** Places of the page state and the element that an item is about among those of its batch. */
export interface SignatureNumbers {
  readonly page?: number | undefined;
  readonly element?: number | undefined;
}

/** `n` is the row's place in its batch. */
export type PageRow = PageSignature & { readonly n: number };

/** `page` is the `n` of the page state that the element was seen on. */
export type ElementRow = ElementSignature & { readonly n: number; readonly page: number };

export interface CallRow extends SignatureNumbers {
  readonly run_id: string;
  readonly seq: number;
  readonly event_uuid: string;
  readonly tool_name: string;
  readonly started_at: string;
  readonly ended_at?: string | undefined;
  readonly success?: boolean | null | undefined;
  readonly error_msg?: string | undefined;
  readonly input_jsonb?: unknown;
  readonly output_jsonb?: unknown;
  readonly instance_id?: string | undefined;
  readonly session_id?: string | undefined;
  readonly tab_id?: string | undefined;
  readonly url_at_call?: string | undefined;
}

export interface ArtifactRow {
  readonly call_id: string;
  readonly type: string;
  readonly content_hash: string;
  readonly size_bytes: number;
  readonly storage_path: string;
}

export interface EventRow extends SignatureNumbers {
  readonly event_uuid: string;
  readonly run_id?: string | undefined;
  readonly session_id?: string | undefined;
  readonly instance_id?: string | undefined;
  readonly tab_id?: string | undefined;
  readonly url?: string | undefined;
  readonly name: string;
  readonly occurred_at: string;
  readonly data?: unknown;
}

/** Two tellings of one thing: what the first says stays, the second fills what it left empty. Neither is changed. */
export function filled<T extends object>(first: T | undefined, second: T): T {
  if (!first) return second;
  let merged = first;
  for (const name in second) {
    if (second[name] == null || first[name] != null) continue;
    if (merged === first) merged = { ...first };
    merged[name] = second[name];
  }
  return merged;
}

/** The earlier of two times. Texts of one form, which nearly all are, compare as they stand. */
export function earlier(a: string, b: string): string {
  if (a.length === b.length && a.endsWith('Z') && b.endsWith('Z')) return b < a ? b : a;
  return Date.parse(b) < Date.parse(a) ? b : a;
}
