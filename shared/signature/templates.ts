import { VARYING } from './url.ts';

/** A page state as far as learning templates needs it. */
export interface SeenPage {
  readonly url_norm: string;
  /** 64-bit SimHash of its structure, 16 hex digits. */
  readonly dom_simhash?: string | undefined;
}

export interface LearnedTemplate {
  /** A `url_norm` with `:id` in place of each segment that varies. */
  readonly template: string;
  /** Addresses seen that it stands for. */
  readonly examples: number;
}

/** Different values at one place before it counts as varying: of values that look made for one thing of many, and of any. */
const MIN_NAMED = 5;
const MIN_WORDS = 12;
/** Share of the values that look so, and of the pages whose structure is that of most. */
const MOST = 0.7;
/** Bits by which the SimHashes of one kind of page differ at the most. */
const SAME_KIND_BITS = 8;
/** Pages compared with each other at one place. */
const MAX_COMPARED = 40;
const MAX_SEGMENTS = 16;
const FIRST_SEGMENT = 3;

/** Titles made into addresses, names with numbers: nobody calls a part of a site so. */
const named = (segment: string): boolean => /[-_.+~%]|\d/.test(segment) && segment.length >= 5;

const bits = (a: string, b: string): number => {
  let count = 0;
  for (let at = 0; at < 16; at += 1) {
    let differs = Number.parseInt(a[at]!, 16) ^ Number.parseInt(b[at]!, 16);
    for (; differs; differs &= differs - 1) count += 1;
  }
  return count;
};

/** Whether most of the pages are built alike: then one place in their addresses says which thing they show. */
function builtAlike(pages: readonly SeenPage[]): boolean {
  const hashes = pages.flatMap(({ dom_simhash }) => (dom_simhash ? [dom_simhash] : [])).slice(0, MAX_COMPARED);
  if (hashes.length < Math.min(pages.length, MIN_NAMED)) return false;
  const likeMost = Math.max(
    ...hashes.map((one) => hashes.filter((other) => bits(one, other) <= SAME_KIND_BITS).length),
  );
  return likeMost >= MOST * hashes.length;
}

function varies(values: ReadonlySet<string>, pages: readonly SeenPage[], at: number): boolean {
  const words = [...values];
  const slugs = words.filter(named).length >= MOST * words.length;
  // `/about`, `/prices`, `/jobs`: the first place names parts of a site more often than things.
  const least = (slugs ? MIN_NAMED : MIN_WORDS) * (at === FIRST_SEGMENT ? 2 : 1);
  return values.size >= least && builtAlike(pages);
}

interface Page extends SeenPage {
  readonly parts: readonly string[];
}

function groupBy<T, K>(all: Iterable<T>, keyOf: (one: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups;
}

/** Pages whose addresses differ at one place only, if that place varies. */
function joinAt(pages: readonly Page[], at: number): Page[] {
  const groups = groupBy(pages, ({ parts }) => parts.map((part, n) => (n === at ? '' : part)).join('/'));
  return [...groups.values()].flatMap((group) => {
    const values = new Set(group.map(({ parts }) => parts[at]!).filter((part) => part !== VARYING));
    if (!varies(values, group, at)) return group;
    return group.map((page) => ({ ...page, parts: page.parts.map((part, n) => (n === at ? VARYING : part)) }));
  });
}

/**
 * Templates of the addresses of one site, learned from what was seen: a place in the path varies where many values stand at it, the
 * rest of the address is the same, and the pages are built alike. The patterns of `normaliseUrl` know ids by their form; this
 * knows `/people/ana`, `/docs/getting-started` and whatever else a site calls its things.
 * @param pages states of pages of one host
 */
export function learnTemplates(pages: readonly SeenPage[]): readonly LearnedTemplate[] {
  const byUrl = new Map<string, Page>();
  // What is compared must not depend on what was seen first.
  for (const page of pages.toSorted((a, b) => (a.url_norm < b.url_norm ? -1 : 1))) {
    const parts = page.url_norm.split('/');
    if (parts.length > FIRST_SEGMENT && parts.length <= MAX_SEGMENTS && !byUrl.has(page.url_norm))
      byUrl.set(page.url_norm, { ...page, parts });
  }
  const byLength = groupBy(byUrl.values(), ({ parts }) => parts.length);
  const templates = new Map<string, number>();
  for (const [length, group] of byLength) {
    let joined: Page[] = group;
    // The last place varies most often, and what varies there hides what varies before it.
    for (let at = length - 1; at >= FIRST_SEGMENT; at -= 1) joined = joinAt(joined, at);
    for (const { parts, url_norm } of joined) {
      const template = parts.join('/');
      if (template !== url_norm) templates.set(template, (templates.get(template) ?? 0) + 1);
    }
  }
  return [...templates]
    .map(([template, examples]) => ({ template, examples }))
    .sort((a, b) => b.examples - a.examples || (a.template < b.template ? -1 : 1));
}
