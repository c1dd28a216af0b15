import type * as z from 'zod';
import { ApiError } from '../errors.ts';
import { refusalOf } from '../ingest/refusal.ts';

/** `value` as `schema` has it. Throws `ApiError` with the code of the first thing wrong. */
export function parseRequest<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  const { code, reason } = refusalOf(parsed.error);
  throw new ApiError(code, reason);
}
