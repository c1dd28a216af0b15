import type { Scrub } from '../../../../shared/privacy/scrub.ts';
import { safely } from '../../../../shared/privacy/scrub.ts';
import { scrubItem } from '../../../../shared/privacy/scrub-item.ts';
import { scrubUrl } from '../../../../shared/privacy/url.ts';
import { MAX_ERROR_CHARS, MAX_NAME_CHARS } from '../../../../shared/protocol/limits.ts';
import type { ToolCall } from '../../../../shared/protocol/schema.ts';
import { pageOf } from '../../understand/sign.ts';
import type { Understood } from '../../understand/types.ts';
import type { CallOutcome, FinishedCall } from '../call.ts';
import { resultJson, textOfResult } from './result_json.ts';
import { createScrubText, withoutTyped } from './scrub_text.ts';
import { beginningOf, storable, storableText } from './storable.ts';

export type SealedCall = ToolCall & { readonly kind: 'tool_call' };

/** Makes signatures of what a call told of page and element; what stands in them is scrubbed with `scrub` first. */
export type Sign = (
  understood: Understood,
  scrub: Scrub,
) => Pick<ToolCall, 'page_signature' | 'element_signatures'> | undefined;

/** Room for an error before it is scrubbed, so that what is cut off afterwards was seen whole. */
const RAW_ERROR_CHARS = 2 * MAX_ERROR_CHARS;

type Told = Pick<SealedCall, 'success' | 'error_msg' | 'output_json'>;

const failed = (error: string): Told => ({
  success: false,
  error_msg: storableText(beginningOf(error, RAW_ERROR_CHARS)) || 'failed',
});

function told(outcome: CallOutcome): Told {
  switch (outcome.kind) {
    case 'answered': {
      const output_json = resultJson(outcome.result);
      return outcome.result.isError
        ? { ...failed(textOfResult(outcome.result)), output_json }
        : { success: true, output_json };
    }
    case 'refused':
      return failed(outcome.code === undefined ? outcome.message : `${outcome.code}: ${outcome.message}`);
    case 'cancelled':
      return {
        success: null,
        error_msg: 'cancelled',
        output_json: { cancelled: true, reason: storable(outcome.reason) },
      };
    case 'unanswered':
      return { success: null, error_msg: 'the session ended before an answer came' };
  }
}

/** A call as it may be stored. Never throws: what cannot be scrubbed goes without its content. */
export function sealCall(call: FinishedCall, sign: Sign = () => undefined): { item: SealedCall; withheld: boolean } {
  const { run, understood, typed } = call;
  const scrub = createScrubText(typed);
  const page = pageOf(understood);
  const base = {
    kind: 'tool_call' as const,
    context: {
      run_id: run.run_id,
      session_id: run.session_id,
      ...(page ? { url: scrubUrl(storableText(page.url), undefined, safely(scrub)) } : {}),
    },
    tool_name: storableText(call.tool.slice(0, MAX_NAME_CHARS)) || 'unnamed',
    seq: call.seq,
    event_uuid: call.event_uuid,
    started_at: new Date(call.startedAt).toISOString(),
    ended_at: new Date(call.endedAt).toISOString(),
  };
  const signed = tried(() => sign(understood, scrub));
  const item: SealedCall = {
    ...base,
    input_json: withoutTyped(storable(call.args), typed.exactly),
    ...told(call.outcome),
    ...signed,
  };
  return scrubItem(item, scrub);
}

function tried<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
