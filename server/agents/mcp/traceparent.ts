/** W3C Trace Context, version 00: https://www.w3.org/TR/trace-context/#traceparent-header */
export interface Traceparent {
  readonly traceId: string;
  readonly spanId: string;
  readonly flags: number;
}

const FORM = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

export function parseTraceparent(value: unknown): Traceparent | undefined {
  const [, traceId, spanId, flags] = (typeof value === 'string' && FORM.exec(value)) || [];
  return traceId && spanId && flags ? { traceId, spanId, flags: Number.parseInt(flags, 16) } : undefined;
}
