import type { FormsOfPages } from './forms.ts';
import { controlKey, type SequenceKeys, sequenceKey, sequenceKeys, stepKey } from './keys.ts';
import { MAX_STEPS } from './limits.ts';
import type { Step } from './steps.ts';

export type Verdict = 'ok' | 'bad';

/** A sequence of steps that a run made. */
export interface Sequence extends SequenceKeys {
  readonly steps: readonly Step[];
  readonly control_keys: readonly string[];
  readonly verdict: Verdict;
}

interface Keyed {
  readonly step: Step;
  readonly control: string;
  readonly key: string;
}

const keyed =
  (forms: FormsOfPages) =>
  (step: Step): Keyed => {
    const control = controlKey(step.page_key, step.form ? forms.first(step.page_key, step.form) : undefined);
    return { step, control, key: stepKey(control, step) };
  };

/** Keys of all pairs of steps, one after the other. */
export function pairsOf(stretches: readonly (readonly Step[])[], forms: FormsOfPages): string[] {
  return stretches.flatMap((stretch) => {
    const steps = stretch.map(keyed(forms));
    return steps.slice(1).map(({ key }, at) => sequenceKey([steps[at]?.key ?? '', key]));
  });
}

export interface Cutting {
  readonly forms: FormsOfPages;
  /** Whether another run made this pair of steps before: longer sequences are counted of such pairs alone. */
  readonly knows: (pair: string) => boolean;
  /** Sequences that end with earlier steps were counted before. */
  readonly afterSeq: number;
  /** The run as a whole failed: none of it counts as success, and what it ended with as failure. */
  readonly failed: boolean;
}

/** Sequences of 2 steps to `MAX_STEPS`, and single ones that were repeated. */
export function sequencesOf(
  stretches: readonly (readonly Step[])[],
  { forms, knows, afterSeq, failed }: Cutting,
): Sequence[] {
  const lastSeq = Math.max(...stretches.flatMap((stretch) => stretch.map(({ seq }) => seq)));
  const verdictAt = (stretch: readonly Step[], end: number): Verdict | undefined => {
    const step = stretch[end];
    if (!step?.ok || (failed && step.seq === lastSeq)) return 'bad';
    return failed || stretch[end + 1]?.ok === false ? undefined : 'ok';
  };
  return stretches.flatMap((stretch) => {
    const steps = stretch.map(keyed(forms));
    return steps.flatMap(({ step }, end) => {
      const verdict = step.seq > afterSeq ? verdictAt(stretch, end) : undefined;
      if (!verdict) return [];
      const found: Sequence[] = [];
      const knowsPair = (from: number): boolean =>
        knows(sequenceKey(steps.slice(from, from + 2).map(({ key }) => key)));
      for (let from = end; from >= 0 && end - from < MAX_STEPS; from -= 1) {
        const part = steps.slice(from, end + 1);
        if (part.length > 2 && !(knowsPair(from) && knowsPair(end - 1))) break;
        if (part.length === 1 && !part[0]?.step.repeat) continue;
        found.push({
          ...sequenceKeys(part.map(({ key }) => key)),
          steps: part.map((each) => each.step),
          control_keys: part.map(({ control }) => control),
          verdict,
        });
      }
      return found;
    });
  });
}
