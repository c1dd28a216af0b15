import type { Watcher } from '../mcp/call.ts';

/** Tells calls as spans; what could not be sent yet goes with `close`. */
export interface Spans extends Watcher {
  close(): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** By the variables of the OpenTelemetry specification; undefined where none names an endpoint. */
export function tracesUrlOf(env: Environment): string | undefined {
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || env.OTEL_TRACES_EXPORTER === 'none') return undefined;
  if (env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) return env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  return base ? `${base.replace(/\/+$/, '')}/v1/traces` : undefined;
}

/** What tells calls to an OTLP endpoint; nothing of it is loaded where none is configured. */
export async function openSpans(env: Environment): Promise<Spans | undefined> {
  const url = tracesUrlOf(env);
  if (url === undefined) return undefined;
  const { createSpans } = await import('./create_spans.ts');
  return createSpans({ url, serviceName: env.OTEL_SERVICE_NAME || 'laskobot-runs' });
}
