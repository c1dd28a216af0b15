import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { MAX_NAME_CHARS } from '../../../shared/protocol/limits.ts';
import { inTime } from '../advise/in_time.ts';
import type { CallOutcome, FinishedCall } from '../mcp/call.ts';
import type { Spans } from './open_spans.ts';

declare const __VERSION__: string;

/** Longest that a process which is asked to end still sends, in ms. */
const LAST_SENDING_MS = 1000;

const parentOf = ({ traceparent }: FinishedCall): Context =>
  traceparent
    ? trace.setSpanContext(ROOT_CONTEXT, {
        traceId: traceparent.traceId,
        spanId: traceparent.spanId,
        traceFlags: traceparent.flags & TraceFlags.SAMPLED,
        isRemote: true,
      })
    : ROOT_CONTEXT;

/** Undefined where the call succeeded. */
function errorOf(outcome: CallOutcome): string | undefined {
  switch (outcome.kind) {
    case 'answered':
      return outcome.result.isError ? 'tool_error' : undefined;
    case 'refused':
      return outcome.code === undefined ? '_OTHER' : String(outcome.code);
    default:
      return outcome.kind;
  }
}

/** Names: semantic conventions of OpenTelemetry for generative AI and MCP. What is said in calls stays out of spans. */
function attributesOf({ run, tool, event_uuid, outcome }: FinishedCall): Attributes {
  const error = errorOf(outcome);
  return {
    'mcp.method.name': 'tools/call',
    'mcp.session.id': run.session_id,
    ...(run.proto_version === undefined ? {} : { 'mcp.protocol.version': run.proto_version }),
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': tool,
    ...(error === undefined ? {} : { 'error.type': error }),
    ...(outcome.kind === 'refused' && outcome.code !== undefined
      ? { 'rpc.response.status_code': String(outcome.code) }
      : {}),
    'laskobot.run_id': run.run_id,
    'laskobot.event_uuid': event_uuid,
  };
}

/** Sends a span of each call to an OTLP endpoint over HTTP, in batches; what it does not take is lost. */
export function createSpans({ url, serviceName }: { readonly url: string; readonly serviceName: string }): Spans {
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName, 'service.version': __VERSION__ }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url }))],
  });
  const tracer = provider.getTracer('laskobot-runs', __VERSION__);
  return {
    finished(call) {
      const tool = call.tool.slice(0, MAX_NAME_CHARS);
      const span = tracer.startSpan(
        `tools/call ${tool}`,
        { kind: SpanKind.SERVER, startTime: call.startedAt, attributes: attributesOf({ ...call, tool }) },
        parentOf(call),
      );
      if (errorOf(call.outcome) !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end(call.endedAt);
    },
    close: async () => {
      await inTime(LAST_SENDING_MS, provider.shutdown()).catch(() => undefined);
    },
  };
}
