import type { ErrorBody, ErrorCode } from '../shared/protocol/codes.ts';

type Status = 400 | 401 | 403 | 404 | 413 | 415 | 429 | 500 | 503;

const STATUS: Partial<Record<ErrorCode, Status>> = {
  missing_key: 401,
  invalid_key: 401,
  revoked_key: 401,
  forbidden: 403,
  not_found: 404,
  payload_too_large: 413,
  unsupported_encoding: 415,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
};

/** A refusal of a whole request, answered as `ErrorBody`. Codes without a status of their own are 400. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorCode;
  readonly status: Status;
  /** Seconds until a retry makes sense, sent as Retry-After. */
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, message: string, retryAfter?: number) {
    super(message);
    this.code = code;
    this.status = STATUS[code] ?? 400;
    this.retryAfter = retryAfter;
  }

  body(requestId: string): ErrorBody {
    return { error: { code: this.code, message: this.message, request_id: requestId } };
  }
}

/** A mistake of whoever started the program: shown without a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A command did not do what it was called for: shown without a stack. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}
