import type { ElementIdentity, ElementSignature } from '../protocol/schema.ts';
import { selectorIsClean } from './clean-selector.ts';
import type { SealContext } from './context.ts';
import { fingerprintOf } from './fingerprint.ts';
import { hashText, hashWords } from './hash.ts';
import type { ObservedChoices, ObservedElement } from './observed.ts';
import type { Place } from './place.ts';

/** Keyed hashes of a text's words, after scrubbing. */
function wordsOf(raw: string | undefined, { key, scrub, words, hashes }: SealContext): string[] {
  if (!raw) return [];
  const hashed = words?.get(raw) ?? hashWords(key, scrub(raw), undefined, hashes);
  words?.set(raw, hashed);
  return hashed;
}

const nameHash = ({ name }: Pick<ObservedElement, 'name'>, { key, scrub }: SealContext): string | undefined =>
  name ? hashText(key, scrub(name)) : undefined;

/** Drops what is undefined or empty, as `exactOptionalPropertyTypes` and the wire want it. */
function present<T extends object>(values: { [K in keyof T]: T[K] | undefined }): T {
  const kept: Partial<T> = {};
  for (const key in values) {
    const value = values[key];
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) kept[key] = value as T[typeof key];
  }
  return kept as T;
}

export type Surroundings = Pick<ElementIdentity, 'near_words' | 'heading_words' | 'landmark'>;

export const sealPlace = ({ near, heading, landmark }: Place, ctx: SealContext): Surroundings =>
  present<Surroundings>({ near_words: wordsOf(near, ctx), heading_words: wordsOf(heading, ctx), landmark });

const clean = (value: string | undefined, { scrub }: SealContext): string | undefined =>
  value !== undefined && scrub(value) === value ? value : undefined;

/** Scrubbed, bounded, texts as keyed hashes of their words. */
export function sealIdentity(
  observed: Omit<ObservedElement, 'choices' | 'plain'>,
  { test_id, within }: Pick<ObservedChoices, 'test_id' | 'within'>,
  ctx: SealContext,
): ElementIdentity {
  const { id, name_attr, href, classes, placeholder, name, text, label, near, heading, landmark, ...others } = observed;
  const { marks, before, after, ...rest } = others;
  return present<ElementIdentity>({
    ...rest,
    test_id,
    id: clean(id, ctx),
    name_attr: clean(name_attr, ctx),
    href: clean(href, ctx),
    classes: clean(classes?.join(' '), ctx) === undefined ? undefined : classes,
    within,
    name_hash: nameHash({ name }, ctx),
    name_words: wordsOf(name, ctx),
    text_words: wordsOf(text, ctx),
    label_words: wordsOf(label, ctx),
    placeholder_words: wordsOf(clean(placeholder, ctx), ctx),
    ...sealPlace({ near, heading, landmark }, ctx),
    mark_words: wordsOf(marks, ctx),
    before_words: wordsOf(before, ctx),
    after_words: wordsOf(after, ctx),
  });
}

/** The choices without those in which scrubbing finds anything: with a placeholder in it a selector would name nothing. */
const cleanChoices = ({ test_id, within, candidates }: ObservedChoices, ctx: SealContext): ObservedChoices => ({
  test_id: clean(test_id?.value, ctx) === undefined ? undefined : test_id,
  within: within !== undefined && selectorIsClean(within, ctx.scrub) ? within : undefined,
  candidates: candidates.filter(({ selector }) => selectorIsClean(selector, ctx.scrub)),
});

function chosen(choices: ObservedChoices, plain: ObservedChoices | undefined, ctx: SealContext): ObservedChoices {
  const left = cleanChoices(choices, ctx);
  const whole =
    left.test_id === choices.test_id &&
    left.within === choices.within &&
    left.candidates.length === choices.candidates.length;
  return plain && !whole ? cleanChoices(plain, ctx) : left;
}

/**
 * Signature of an observed control. `attr_fingerprint_hash` is the same for one control in every state of its page; `text_hash` and
 * `identity` follow its text.
 */
export function sealElement({ choices, plain, ...observed }: ObservedElement, ctx: SealContext): ElementSignature {
  const { candidates, ...named } = chosen(choices, plain, ctx);
  const identity = sealIdentity(observed, named, ctx);
  const { tag, role } = identity;
  const best = candidates.find(({ matches }) => matches === 1);
  return {
    selector_norm: best?.selector ?? tag,
    ...(role && { role }),
    ...(observed.text && { text_hash: hashText(ctx.key, ctx.scrub(observed.text)) }),
    attr_fingerprint_hash: fingerprintOf(identity, ctx.key),
    identity,
    candidates: [...candidates],
  };
}
