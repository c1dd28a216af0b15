import { FEATURES } from '../../../shared/signature/model-features.ts';
import type { Judged } from './judge.ts';
import type { PropertyCase } from './property_case.ts';
import type { Properties } from './site.ts';

const MAX_TEXT = 60;

const shown = ({
  tag,
  id,
  name,
  class: classes,
  href,
  x,
  y,
  width,
  height,
  xpath,
  visible_text = '',
}: Properties): string =>
  JSON.stringify({
    tag,
    id,
    name,
    class: classes,
    href,
    text: visible_text.slice(0, MAX_TEXT),
    box: [x, y, width, height],
    xpath,
  });

function whatItWas({ gone, right, accepted }: Judged<PropertyCase>): string | undefined {
  if (gone) return accepted ? 'gone, yet accepted' : undefined;
  if (!right) return accepted ? 'wrong, and accepted' : 'wrong, and refused';
  return accepted ? undefined : 'right, but refused';
}

/** Prints each pair that was not found and taken, and each gone one that was, with what the model saw. */
export function explain(judged: readonly Judged<PropertyCase>[]): void {
  for (const one of judged) {
    const what = whatItWas(one);
    if (!what) continue;
    const { candidates, features, target, site, labelled } = one.one;
    const probability = one.probability.toFixed(3);
    console.log(`\n${site}: ${what}, probability ${probability}${one.evident ? '' : ', no evidence beside its place'}`);
    console.log(`  wanted ${shown(target)}`);
    if (labelled >= 0 && labelled !== one.best) console.log(`  is     ${shown(candidates[labelled]!)}`);
    console.log(`  best   ${shown(candidates[one.best]!)}`);
    const agreed = FEATURES.map((feature) => `${feature} ${features[one.best]![feature].toFixed(2)}`);
    console.log(`  ${agreed.filter((text) => !text.endsWith(' 0.00')).join(', ')}`);
    const inputs = Object.entries(one.inputs).map(([input, value]) => `${input} ${value.toFixed(2)}`);
    console.log(`  ${inputs.join(', ')}`);
  }
}
