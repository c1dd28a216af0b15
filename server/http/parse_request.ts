import type * as z from 'zod';
import { ApiError } from '../errors.ts';
import { compileCheck } from '../ingest/compile_check.ts';
import { refusalOf } from '../ingest/refusal.ts';

/** `value` as `schema` has it. Throws `ApiError` with the code of the first thing wrong. */
export function parseRequest<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  const { code, reason } = refusalOf(parsed.error);
  throw new ApiError(code, reason);
}

/** `parseRequest` for what is asked often, of a schema that changes nothing: asked itself only where its check says no. */
export function requestParser<S extends z.ZodType>(schema: S): (value: unknown) => z.output<S> {
  const check = compileCheck(schema);
  return (value) => (check(value) ? (value as z.output<S>) : parseRequest(schema, value));
}
