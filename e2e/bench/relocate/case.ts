import type { ElementIdentity } from '../../../shared/protocol/schema.ts';
import { reachable } from '../../../shared/signature/model.ts';
import { type Features, featuresOf } from '../../../shared/signature/model-features.ts';
import { prepare } from '../../../shared/signature/model-prepared.ts';
import { statisticsOf } from '../../../shared/signature/model-statistics.ts';
import { identityOf } from './identity_of.ts';
import { sameControl } from './same_control.ts';
import type { Properties, Site } from './site.ts';

/** A recorded control, and the candidates of the page as it is now. */
export interface Case {
  readonly site: string;
  readonly gone: boolean;
  readonly target: Properties;
  readonly wanted: ElementIdentity;
  readonly candidates: readonly Properties[];
  readonly identities: readonly ElementIdentity[];
  readonly features: readonly Features[];
  /** Which candidates are the control: none of them where it is gone. */
  readonly right: readonly boolean[];
  /** Which of the candidates the data set names; -1 where it is gone. */
  readonly labelled: number;
}

/** Each pair twice: as it is, and with the control and all that is the same control taken out. */
export function casesOf(site: Site): { there: Case[]; gone: Case[] } {
  const targets = new Map(site.targets.map((target) => [target.xpath, target]));
  const everything = site.candidates.map((properties) => ({
    properties,
    identity: identityOf(properties, site.newUrl),
  }));
  const there: Case[] = [];
  const gone: Case[] = [];
  for (const { old, new: now, disputed } of site.pairs) {
    if (disputed) continue;
    const target = targets.get(old);
    const truth = site.candidates.find(({ xpath }) => xpath === now);
    if (!target || !truth) throw new Error(`${site.site}: no properties for the pair ${old} → ${now}`);
    const wanted = identityOf(target, site.oldUrl);
    const add = (cases: Case[], kept: typeof everything, isGone: boolean): void => {
      const looked = kept.filter(({ identity }) => reachable(identity));
      const identities = looked.map(({ identity }) => identity);
      const page = statisticsOf(identities);
      const prepared = prepare(wanted);
      cases.push({
        site: site.site,
        gone: isGone,
        target,
        wanted,
        candidates: looked.map(({ properties }) => properties),
        identities,
        features: identities.map((identity) => featuresOf(prepared, prepare(identity), page)),
        right: looked.map(({ properties }) => !isGone && sameControl(properties, truth)),
        labelled: looked.findIndex(({ properties }) => !isGone && properties === truth),
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
