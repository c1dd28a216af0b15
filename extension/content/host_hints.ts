import type { ElementSignature, Hint } from '../../shared/protocol/schema.ts';
import { signElement } from '../../shared/signature/index.ts';
import { type HintOutcome, outcomeData } from '../hint_outcome.ts';
import type { HintsForTab } from '../messages.ts';
import { send } from './bridge.ts';
import { currentRecording } from './start.ts';
import { type Resolved, resolveHint } from './verify.ts';

/** Signature of the control that an element belongs to, as recorded calls carry it. Undefined while nothing is recorded. */
export function describe(element: Element): ElementSignature | undefined {
  const recording = currentRecording();
  return recording && signElement(element, recording.signature);
}

/** Hints for this page as it is now, best first. None while nothing is recorded: without consent nothing is asked either. */
export async function hintsForPage(): Promise<HintsForTab> {
  const recorder = currentRecording()?.recorder;
  const page = recorder?.signedPage();
  const found = recorder && page && (await send<HintsForTab>({ type: 'hints', url: recorder.currentUrl(), page }));
  return found || { page_match: 'none', hints: [], cached: false, lookup_ms: 0 };
}

/** Tells the server what became of a hint: evidence for or against it. */
export function reportOutcome(hint: Hint, outcome: HintOutcome): void {
  currentRecording()?.recorder.event('hint.outcome', () => outcomeData(hint, outcome));
}

/** The element of a hint on this page as it is now, with a confidence, or a typed miss; the outcome is reported. */
export function resolve(hint: Hint): Resolved {
  const recording = currentRecording();
  if (!recording) return { outcome: 'not_found', reason: 'Nothing is recorded: without consent no page is read.' };
  const started = performance.now();
  const resolved = resolveHint(hint, recording.signature);
  const ms = performance.now() - started;
  if (resolved.outcome === 'found') {
    const { element: _element, ...how } = resolved;
    reportOutcome(hint, { ...how, ms });
  } else reportOutcome(hint, { outcome: resolved.outcome, ms });
  return resolved;
}
