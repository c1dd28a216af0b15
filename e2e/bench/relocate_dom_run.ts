import { bestSelector } from '../../server/hints/best_selector.ts';
import type { ElementSignature } from '../../shared/protocol/schema.ts';
import { sleep } from '../harness/wait.ts';
import { applicationOf, type PairsFile } from '../pairs/pairs_file.ts';
import { openSource } from '../pairs/source.ts';
import type { LiveCase } from './relocate/live_numbers.ts';
import type { ask, cases, Question, Recorded } from './relocate_dom_page.ts';
import type { PairResult } from './relocate_dom_score.ts';
import type { Tab, Tabs } from './relocate_dom_tabs.ts';

/** A page counts as loaded once it has not changed for QUIET_MS; one that never stops is used after MOST_MS. */
const QUIET_MS = 700;
const MOST_MS = 8000;
const POLL_MS = 50;
/** The same after attributes were removed, which scripts of the page may notice. */
const HIDDEN_MS = 100;

/** A label that names nothing on its page. */
export interface LabelError {
  readonly file: string;
  readonly pair: number;
  readonly side: 'old' | 'new';
  readonly xpath: string;
  readonly reason: string;
}

export interface FileResult {
  /** By the number of the pair; undefined where it is labelled wrongly. */
  readonly results: readonly (PairResult | undefined)[];
  readonly errors: readonly LabelError[];
}

/** The hint that the server makes of one successful call on the element, without its texts. */
export function targetOf({ identity, candidates, selector_norm }: ElementSignature) {
  const member = {
    elem_sig_id: '1',
    identity: identity ?? null,
    candidates: candidates ?? null,
    success_ct: 1,
    error_ct: 0,
  };
  const known = { selectors: new Map(), latencies: new Map(), avgLatencyMs: null, weights: { ok: 1, bad: 0 } };
  return bestSelector({ selector_norm, members: [{ ...member, last_success_at: null }], tools: [], runs: 1, ...known })
    ?.data;
}

/** Waits until the document that the script was injected into does not change any more. */
async function quiet(tab: Tab, quietMs: number, end: number): Promise<void> {
  while ((await tab.evaluate<number>('RelocateDom.quietMs()')) < quietMs && Date.now() < end) await sleep(POLL_MS);
}

/** Injects into the page that stays, where the first goes on to another address by itself. */
async function settle(tab: Tab, code: string): Promise<void> {
  const end = Date.now() + MOST_MS;
  for (;;) {
    try {
      await tab.inject(code);
      return await quiet(tab, QUIET_MS, end);
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(POLL_MS);
    }
  }
}

type Call = <R>(expression: string) => Promise<R>;

/** Opens one side of a pairs file and lets `work` evaluate there. */
async function on<T>(
  { tabs, code }: Pages,
  file: PairsFile,
  side: 'old' | 'new',
  labelError: (side: 'old' | 'new', reason: string) => (at: number) => void,
  work: (call: Call) => Promise<T>,
): Promise<T> {
  const source = await openSource(file[side], file.path);
  const tab = await tabs.newTab();
  try {
    await tab.goto(source.url);
    await settle(tab, code);
    const call: Call = (expression) => tab.evaluate(`RelocateDom.${expression}`);
    const xpaths = file.pairs.map((pair) => pair[side]);
    const missing = await call<number[]>(`choose(${JSON.stringify(xpaths)}, ${JSON.stringify(file.hide)})`);
    missing.forEach(labelError(side, 'names no element'));
    await quiet(tab, HIDDEN_MS, Date.now() + MOST_MS);
    (await call<number[]>('lost()')).forEach(labelError(side, 'is taken out of the page while it loads'));
    return await work(call);
  } finally {
    await tab.close();
    await source.close();
  }
}

/** Where pages are opened, and what is injected into each. */
export interface Pages {
  readonly tabs: Tabs;
  readonly code: string;
}

/** Records on the old page, resolves on the new one. */
export async function runPairs(pages: Pages, file: PairsFile): Promise<FileResult> {
  const errors: LabelError[] = [];
  const wrong = new Set<number>();
  const labelError = (side: 'old' | 'new', reason: string) => (at: number) => {
    wrong.add(at);
    errors.push({ file: file.path, pair: at, side, xpath: file.pairs[at]?.[side] ?? '', reason });
  };
  const recorded = await on(pages, file, 'old', labelError, (call) => call<(Recorded | null)[]>('record()'));
  const questions = recorded.map((one): Question | undefined => {
    const target = one ? targetOf(one.signature) : undefined;
    return one && target ? { target, peers: one.peers } : undefined;
  });
  const answers = await on(pages, file, 'new', labelError, (call) =>
    call<ReturnType<typeof ask>>(`ask(${JSON.stringify(questions)})`),
  );
  const results = file.pairs.map((pair, at): PairResult | undefined => {
    const [one, answer, question] = [recorded[at], answers[at], questions[at]];
    if (!one || !answer || !question || wrong.has(at)) return undefined;
    return { ...answer, gone: pair.new === null, ours: question.target.selector, sign_ms: one.sign_ms };
  });
  return { results, errors };
}

/** What the model is fitted to: of each pair the candidates as the page shows them. */
export async function collectCases(pages: Pages, file: PairsFile): Promise<LiveCase[]> {
  const wrong = new Set<number>();
  const labelError = () => (at: number) => wrong.add(at);
  const signed = await on(pages, file, 'old', labelError, (call) =>
    call<(Pick<Recorded, 'signature'> | null)[]>('signAll()'),
  );
  const targets = signed.map((one) => (one ? targetOf(one.signature) : undefined));
  const seen = await on(pages, file, 'new', labelError, (call) =>
    call<ReturnType<typeof cases>>(`cases(${JSON.stringify(targets)})`),
  );
  return file.pairs.flatMap((pair, at): LiveCase[] => {
    const one = seen[at];
    if (!one || wrong.has(at)) return [];
    const about = { application: applicationOf(file), page: file.name, pair: at };
    const there = { ...about, gone: pair.new === null, removed: false, ...one.there };
    return one.removed ? [there, { ...about, gone: true, removed: true, ...one.removed }] : [there];
  });
}
