import type { ElementIdentity, ElementSignature, SelectorCandidate } from '../../../shared/protocol/schema.ts';
import { fingerprintOf } from '../../../shared/signature/fingerprint.ts';
import { type HashKey, hashText } from '../../../shared/signature/hash.ts';

/** Hours that pass in a simulation, and what happens in them. */
export const HOURS = 30 * 24;
export const SITES = 40;
export const CONTROLS = 5;

/** Of redesigned controls, how many are still found by their identity; relocate-dom finds 88 % of those of applications that it was not fitted to. */
const STILL_ALIKE = 0.85;

/** What a site does in the middle of the simulation. */
export const FATES = ['still', 'moves', 'redesigned'] as const;
export type Fate = (typeof FATES)[number];

export interface Site {
  readonly url: string;
  readonly fate: Fate;
  /** Hour of its change. */
  readonly changesAt: number;
  /** Share of uses that fail for no reason. */
  readonly flake: number;
}

/** A control as it is on its page at an hour. */
export interface Control {
  readonly site: number;
  readonly number: number;
  /** What a person calls it, in every version. */
  readonly name_hash: string;
  readonly signature: ElementSignature & { readonly identity: ElementIdentity };
  /** Selectors that name it and nothing else. */
  readonly selectors: ReadonlySet<string>;
  /** Whether the identity of the version before leads to it. */
  readonly alike: boolean;
}

export interface World {
  readonly sites: readonly Site[];
  /** The page of a site at an hour, and which state of it that is. */
  page(site: number, hour: number): { readonly state: string; readonly controls: readonly Control[] };
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/**
 * Sites with one page each. One that moves gives the test id of each control to the next one; a redesigned one keeps nothing but the
 * names. A third of them does neither.
 */
export function createWorld(random: () => number, key: HashKey): World {
  const sites = Array.from(
    { length: SITES },
    (_, n): Site => ({
      url: `https://site-${n}.example/page`,
      fate: FATES[n % FATES.length]!,
      changesAt: Math.floor(HOURS * (0.3 + 0.3 * random())),
      flake: n % 4 === 0 ? 0.2 : 0.02,
    }),
  );
  const alike = sites.map(() => Array.from({ length: CONTROLS }, () => random() < STILL_ALIKE));

  function control(site: number, number: number, changed: boolean): Control {
    const { fate } = sites[site]!;
    const redesigned = changed && fate === 'redesigned';
    const design = redesigned ? 'b' : 'a';
    const test = `${design}-${changed && fate === 'moves' ? (number + 1) % CONTROLS : number}`;
    const selectors: SelectorCandidate[] = [
      { kind: 'test_id', selector: `[data-testid="${test}"]`, matches: 1 },
      { kind: 'id', selector: `#${design}${number}`, matches: 1 },
      { kind: 'css', selector: `main > .${design} > button:nth-of-type(${number + 1})`, matches: 1 },
    ];
    const name_hash = hashText(key, `control ${site} ${number}`);
    const identity: ElementIdentity = {
      tag: redesigned ? 'a' : 'button',
      role: 'button',
      id: `${design}${number}`,
      test_id: { attribute: 'data-testid', value: test },
      name_hash,
    };
    return {
      site,
      number,
      name_hash,
      signature: {
        selector_norm: selectors[0]!.selector,
        role: 'button',
        attr_fingerprint_hash: fingerprintOf(identity, key),
        identity,
        candidates: selectors,
      },
      selectors: new Set(selectors.map(({ selector }) => selector)),
      alike: !redesigned || alike[site]![number]!,
    };
  }

  const pages = sites.map(({ fate }, site) =>
    [false, true].map((changed) => ({
      state: hex(site * 2 + Number(changed && fate !== 'still') + 1, 16),
      controls: Array.from({ length: CONTROLS }, (_, number) => control(site, number, changed)),
    })),
  );
  return { sites, page: (site, hour) => pages[site]![Number(hour >= sites[site]!.changesAt)]! };
}
