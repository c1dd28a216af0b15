import { serveLoopback } from './serve_loopback.ts';

export interface Span {
  readonly traceId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
  readonly status: { readonly code?: number };
}

interface ResourceSpans {
  readonly resource: { readonly attributes: Span['attributes'] };
  readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
}

/** Takes spans as OTLP over HTTP in JSON, on a free port of loopback. */
export async function collectSpans() {
  const paths: string[] = [];
  const bodies: string[] = [];
  const { origin, close } = await serveLoopback(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    paths.push(request.url ?? '');
    bodies.push(text);
    response.setHeader('content-type', 'application/json');
    response.end('{}');
  });
  const resources = (): ResourceSpans[] =>
    bodies.flatMap((body) => (JSON.parse(body) as { resourceSpans: ResourceSpans[] }).resourceSpans);
  return {
    origin,
    /** That were posted to. */
    paths: (): readonly string[] => paths,
    /** All that was sent, for looking for what must not be there. */
    text: () => bodies.join('\n'),
    resources,
    spans: (): Span[] => resources().flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    close,
  };
}
