import { type HashKey, hashText } from '../../../shared/signature/hash.ts';
import type { ElementSeen, Understood } from '../understand/types.ts';
import type { Control } from './controls.ts';

/** The control that a failed call was about: that of its selector, or the only one of its role and whole name. */
export function controlMeant(
  controls: readonly Control[],
  { element, meant }: Understood,
  key: HashKey | undefined,
): Control | undefined {
  const wanted: ElementSeen | undefined = meant ?? element;
  if (!wanted) return undefined;
  const { target, role, name } = wanted;
  const bySelector = controls.filter(
    ({ best: { data } }) =>
      target !== undefined &&
      (data.selector === target ||
        data.alternatives.some(({ selector, matches }) => matches === 1 && selector === target)),
  );
  const name_hash = key && name !== undefined ? hashText(key, name) : undefined;
  const byName = controls.filter(
    ({ best: { data } }) =>
      name_hash !== undefined && data.identity.name_hash === name_hash && data.identity.role === role,
  );
  const found = bySelector.length > 0 ? bySelector : byName;
  return found.length === 1 ? found[0] : undefined;
}
