import type { Api } from '../../../shared/client/api.ts';
import type { BestSelectorHint, ElementSignature } from '../../../shared/protocol/schema.ts';
import type { Target } from '../../../shared/signature/recorded-selectors.ts';
import { askEngine, type Root } from './ask_engine.ts';
import type { Keys, Looked, LookRequest, SignedPage } from './engine_request.ts';
import type { Identities } from './identities.ts';
import { pageTemplate } from './page_template.ts';
import { hintFor } from './server_hints.ts';

/** Longest wait for what the page tells of itself, in ms: it is asked, not waited for. */
const ASK_MS = 5000;

export interface Failing {
  readonly root: Root;
  /** The locator that failed, as the script would write it. */
  readonly locator: string;
}

export interface Sources {
  readonly identities: Pick<Identities, 'get'>;
  readonly api: Pick<Api, 'lookup'> | undefined;
  readonly keys: Keys;
  readonly testIds: readonly string[];
  readonly typed: () => readonly string[];
  readonly baseUrl: string | undefined;
  readonly run_id: string;
}

/** The control that a locator named on an earlier run, as it was found again. */
export interface Other {
  readonly page: SignedPage;
  /** Selects the control, and only as long as it is the one. */
  readonly act: LookRequest;
  readonly found: Extract<Looked, { outcome: 'found' }>;
  readonly from: 'file' | 'server';
  readonly hint?: BestSelectorHint;
}

/** Why there is none; with the hint that was refused, where it was one. */
export interface Missed {
  readonly missed: string;
  readonly outcome?: Exclude<Looked['outcome'], 'found'>;
  readonly hint?: BestSelectorHint;
}

export type FoundOther = Other | Missed;

const targetOf = ({ selector_norm, identity, candidates = [] }: ElementSignature): Target | undefined =>
  identity && {
    selector: selector_norm,
    kind: candidates.find(({ selector }) => selector === selector_norm)?.kind ?? 'positional',
    alternatives: candidates,
    identity,
  };

/** Looks for the control by what the file of identities knows of the locator, then by the server's hints. */
export async function findOther({ root, locator }: Failing, sources: Sources): Promise<FoundOther> {
  const { identities, api, keys, testIds, baseUrl, run_id } = sources;
  const reading = { testIds, typed: sources.typed() };
  const asked = await askEngine<SignedPage>(root, { ...reading, do: 'page', keys }, ASK_MS);
  if (asked.kind !== 'answered') return { missed: 'the page cannot be read' };
  const page = asked.value;

  async function look(target: Target, key: string): Promise<Pick<Other, 'act' | 'found'> | Missed> {
    const answer = await askEngine<Looked>(root, { ...reading, do: 'look', key, target }, ASK_MS);
    if (answer.kind !== 'answered') return { missed: 'the page cannot be read' };
    const { value } = answer;
    if (value.outcome !== 'found') return { missed: `${value.outcome}: ${value.reason}`, outcome: value.outcome };
    return { found: value, act: { ...reading, do: 'act', key, target } };
  }

  const known = identities.get(pageTemplate(page.url_norm, baseUrl), locator);
  const target = known && targetOf(known);
  const byFile = target ? await look(target, keys.local) : ({ missed: 'no passing test has recorded it' } as Missed);
  if (!('missed' in byFile)) return { ...byFile, page, from: 'file' };
  const hint = api && keys.project ? await hintFor(api, page, { locator, testIds, run_id }) : undefined;
  if (!hint || !keys.project) return byFile;
  const byServer = await look(hint.data, keys.project);
  return 'missed' in byServer ? { ...byServer, hint } : { ...byServer, page, from: 'server', hint };
}
