import { safely, scrub } from '../../shared/privacy/scrub.ts';
import { createTaint } from '../../shared/privacy/taint.ts';
import type { BestSelectorHint, ElementSignature, RecipeHint } from '../../shared/protocol/schema.ts';
import { parseHashKey, type SignatureContext, signElement } from '../../shared/signature/index.ts';
import { type HintOutcome, outcomeData } from '../hint_outcome.ts';
import type { HintsForTab, Refusal } from '../messages.ts';
import { send } from './bridge.ts';
import { changedForm } from './changed_form.ts';
import { currentRecording, onTypedHere } from './recording.ts';
import { type Resolved, resolveHint } from './verify.ts';

const taint = createTaint();
onTypedHere((text) => taint.add(text));

/** For signing in the page itself, as the background seals: without what was typed here. */
function signing(): SignatureContext | undefined {
  const recording = currentRecording();
  if (!recording) return undefined;
  const { textKey, masked, testIdAttributes } = recording;
  return { key: parseHashKey(textKey), scrub: safely((text) => scrub(taint.scrub(text))), masked, testIdAttributes };
}

/** Signature of the control that an element belongs to, as recorded calls carry it. Undefined while nothing is recorded. */
export function describe(element: Element): ElementSignature | undefined {
  const ctx = signing();
  return ctx && signElement(element, ctx);
}

/** Hints for this page as it is now, best first. None while nothing is recorded: without consent nothing is asked either. */
export async function hintsForPage(): Promise<HintsForTab> {
  const none: HintsForTab = {
    page_match: 'none',
    page_similarity: null,
    hints: [],
    waits: [],
    safe_ops: [],
    recipes: [],
    from: 'none',
    age_ms: 0,
    lookup_ms: 0,
  };
  // Hints are of the page as a whole.
  const reported = window.top === window ? currentRecording()?.report() : undefined;
  if (!reported) return none;
  const { typed, ...report } = reported;
  const found = await send<HintsForTab | Refusal | false>({ type: 'hints', report, typed });
  return found && !('refused' in found) ? found : none;
}

/** Tells the server what became of a hint: evidence for or against it. Of a recipe `found` says that all of it was done. */
export function reportOutcome(hint: BestSelectorHint | RecipeHint, outcome: HintOutcome): void {
  currentRecording()?.recorder.event('hint.outcome', () => outcomeData(hint, outcome));
}

/** The element of a hint on this page as it is now, with a confidence, or a typed miss; the outcome is reported. */
export function resolve(hint: BestSelectorHint): Resolved {
  const ctx = signing();
  if (!ctx) return { outcome: 'not_found', reason: 'Nothing is recorded: without consent no page is read.' };
  const started = performance.now();
  const resolved = resolveHint(hint, ctx);
  const ms = performance.now() - started;
  if (resolved.outcome === 'found') {
    const { element, ...how } = resolved;
    const changed_to = changedForm(element, hint, ctx);
    reportOutcome(hint, { ...how, ms, ...(changed_to ? { changed_to } : {}) });
  } else reportOutcome(hint, { outcome: resolved.outcome, ms });
  return resolved;
}
