import type { ElementSignature, Hint } from '../../shared/protocol/schema.ts';
import { signElement } from '../../shared/signature/index.ts';
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

/** What became of a hint. `found_by` of `resolve`, and whether the element was then used with success. */
export interface HintOutcome {
  readonly outcome: Resolved['outcome'];
  readonly by_selector?: string;
  readonly found_by?: string;
  readonly confidence?: number;
  readonly ms?: number;
  readonly acted?: boolean;
}

/** Tells the server what became of a hint: evidence for or against it. */
export function reportOutcome(hint: Hint, { by_selector, ms, ...told }: HintOutcome): void {
  const { hint_id, version } = hint;
  // The server credits the selector that led there; found by identity credits none.
  const found = told.outcome === 'found' ? { selector: by_selector ?? '' } : {};
  const data = { hint_id, version, ...told, ...found, ...(ms === undefined ? {} : { ms: Math.round(ms) }) };
  currentRecording()?.recorder.event('hint.outcome', data);
}

/** The element of a hint on this page as it is now, with a confidence, or a typed miss; the outcome is reported. */
export function resolve(hint: Hint): Resolved {
  const recording = currentRecording();
  if (!recording) return { outcome: 'not_found', reason: 'Nothing is recorded: without consent no page is read.' };
  const started = performance.now();
  const resolved = resolveHint(hint, recording.signature);
  const { outcome } = resolved;
  const how = resolved.outcome === 'found' ? { ...resolved, element: undefined } : {};
  const { by_selector, found_by, confidence } = how as Partial<Extract<Resolved, { outcome: 'found' }>>;
  reportOutcome(hint, {
    outcome,
    ms: performance.now() - started,
    ...(by_selector === undefined ? {} : { by_selector }),
    ...(found_by === undefined ? {} : { found_by }),
    ...(confidence === undefined ? {} : { confidence }),
  });
  return resolved;
}
