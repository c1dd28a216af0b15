/** Why a request or one of its items was refused. Clients decide by the code; the reason is for people. */
export const ERROR_CODES = [
  'invalid_json',
  'invalid_body',
  'unknown_field',
  'invalid_type',
  'invalid_value',
  'invalid_text',
  'out_of_range',
  'too_large',
  'seq_conflict',
  'id_conflict',
  'missing_key',
  'invalid_key',
  'revoked_key',
  'forbidden',
  'not_found',
  'payload_too_large',
  'unsupported_encoding',
  'rate_limited',
  'unavailable',
  'internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** Body of every answer that is not 2xx. */
export interface ErrorBody {
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly request_id?: string };
}
