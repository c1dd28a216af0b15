import type { ElementIdentity } from '../protocol/schema.ts';
import { dice } from './dice.ts';
import type { Surroundings } from './seal-element.ts';

/** How far two accessible names agree, 0 to 1; 1 when neither has one. */
export function nameAgreement(a: ElementIdentity, b: ElementIdentity): number {
  if (a.name_hash === b.name_hash) return 1;
  return a.name_words && b.name_words ? dice(a.name_words, b.name_words) : 0;
}

/** How far what stands around two elements agrees, 0 to 1, by what agrees least; undefined where the first has nothing recorded. */
export function placeAgreement(a: Surroundings, b: Surroundings): number | undefined {
  if (!a.near_words && !a.heading_words) return undefined;
  if (a.landmark !== b.landmark) return 0;
  return Math.min(dice(a.near_words ?? [], b.near_words ?? []), dice(a.heading_words ?? [], b.heading_words ?? []));
}
