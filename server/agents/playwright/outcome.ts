import type { Signed } from './engine_request.ts';
import type { FoundOther } from './find_other.ts';
import type { Run } from './run.ts';

/** Tells the server what became of its hint, or that a locator was found again without one. */
export function tellOutcome(
  run: Pick<Run, 'event'>,
  looked: FoundOther,
  call: string,
  acted: boolean,
  control: Signed | undefined,
): void {
  const { hint } = looked;
  if ('missed' in looked) {
    if (hint && looked.outcome)
      run.event('hint.outcome', { hint_id: hint.hint_id, version: hint.version, outcome: looked.outcome, acted, call });
    return;
  }
  const { confidence, found_by, by_selector } = looked.found;
  if (!hint) {
    run.event('locator.found', { confidence, found_by, acted, call });
    return;
  }
  const now = control?.project;
  const same =
    hint.element?.selector_norm === now?.selector_norm &&
    hint.element?.attr_fingerprint_hash === now?.attr_fingerprint_hash;
  run.event('hint.outcome', {
    hint_id: hint.hint_id,
    version: hint.version,
    outcome: 'found',
    // The server credits the selector that led there; found by identity credits none.
    selector: by_selector ?? '',
    found_by,
    confidence,
    acted,
    call,
    ...(now && hint.element && !same
      ? { changed_to: { selector_norm: now.selector_norm, attr_fingerprint_hash: now.attr_fingerprint_hash } }
      : {}),
  });
}
