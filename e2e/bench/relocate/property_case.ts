import type { ElementIdentity } from '../../../shared/protocol/schema.ts';
import { compared, reachable } from '../../../shared/signature/model.ts';
import type { Case } from './case.ts';
import { identityOf } from './identity_of.ts';
import { sameControl } from './same_control.ts';
import type { Properties, Site } from './site.ts';

/** A pair of the data set that only knows properties. */
export interface PropertyCase extends Case {
  readonly target: Properties;
  readonly wanted: ElementIdentity;
  readonly candidates: readonly Properties[];
  readonly identities: readonly ElementIdentity[];
  /** Which of the candidates the data set names; -1 where it is gone. */
  readonly labelled: number;
}

/** Each pair twice: as it is, and with the control and all that is the same control taken out. */
export function casesOf(site: Site): { there: PropertyCase[]; gone: PropertyCase[] } {
  const targets = new Map(site.targets.map((target) => [target.xpath, target]));
  const everything = site.candidates.map((properties) => ({
    properties,
    identity: identityOf(properties, site.newUrl),
  }));
  const there: PropertyCase[] = [];
  const gone: PropertyCase[] = [];
  for (const { old, new: now, disputed } of site.pairs) {
    if (disputed) continue;
    const target = targets.get(old);
    const truth = site.candidates.find(({ xpath }) => xpath === now);
    if (!target || !truth) throw new Error(`${site.site}: no properties for the pair ${old} → ${now}`);
    const wanted = identityOf(target, site.oldUrl);
    const add = (cases: PropertyCase[], kept: typeof everything, isGone: boolean): void => {
      const looked = kept.filter(({ identity }) => reachable(identity));
      const identities = looked.map(({ identity }) => identity);
      const candidates = looked.map(({ properties }) => properties);
      const related = (a: number, b: number): boolean => sameControl(candidates[a]!, candidates[b]!);
      cases.push({
        site: site.site,
        inPlace: false,
        gone: isGone,
        target,
        wanted,
        candidates,
        identities,
        features: compared(wanted, { identities, related }),
        right: looked.map(({ properties }) => !isGone && sameControl(properties, truth)),
        labelled: looked.findIndex(({ properties }) => !isGone && properties === truth),
        related,
      });
    };
    add(there, everything, false);
    add(
      gone,
      everything.filter(({ properties }) => !sameControl(properties, truth)),
      true,
    );
  }
  return { there, gone };
}
