/** What the capture bench measures, bundled to one script: what a page is read for, and what others do on the same page. */
import { finder } from '@medv/finder';
import { snapshot } from 'rrweb-snapshot';
import { createDoubt } from '../../shared/privacy/doubt.ts';
import { masked } from '../../shared/privacy/index.ts';
import { observeElement, observePage } from '../../shared/signature/index.ts';
import { prepareSigning } from '../../shared/signature/prepare.ts';
import { change } from './change.ts';

/** As the content script reads; it is sealed elsewhere. */
const context = { masked, keeps: () => true, doubtful: createDoubt().doubts };
const CONTROLS = 'a[href],button,input:not([type=hidden]),select,textarea,summary,[role=button],[onclick]';

function timed(rounds: number, work: (round: number) => unknown): number[] {
  const ms: number[] = [];
  for (let round = 0; round < rounds; round++) {
    change();
    const started = performance.now();
    work(round);
    ms.push(performance.now() - started);
  }
  return ms;
}

/** Controls signed on one page, and signings before the ones that are counted: the first is told by itself. */
const MAX_CONTROLS = 200;
const WARM_UP = 5;

/** Times in ms of each step that the recorder takes in idle time before anybody clicks. */
function prepare(): number[] {
  const steps = prepareSigning(document, context);
  const ms: number[] = [];
  for (let done: boolean | undefined = false; !done; ) {
    const started = performance.now();
    ({ done } = steps.next());
    ms.push(performance.now() - started);
  }
  return ms;
}

/** Times in ms: of reading the page, of controls spread over it, and of the others on the same ones. */
export function measure(rounds: number, { others, prepared }: { others: boolean; prepared: boolean }) {
  const all = [...document.querySelectorAll(CONTROLS)];
  const step = Math.max(1, Math.floor(all.length / MAX_CONTROLS));
  const controls = all.filter((_, n) => n % step === 0).slice(0, MAX_CONTROLS);
  const read = () => observePage(document, context);
  timed(3, read);
  const page_ms = timed(rounds, read);
  const step_ms = prepared ? prepare() : [];
  const sign = (n: number) => observeElement(controls[n % controls.length]!, context);
  const [first_element_ms] = controls.length ? timed(WARM_UP, sign) : [];
  const element_ms = timed(controls.length, sign);
  return {
    nodes: document.querySelectorAll('*').length,
    page_ms,
    step_ms,
    first_element_ms,
    element_ms,
    rrweb_ms: others ? timed(3, () => snapshot(document)) : [],
    finder_ms: others ? timed(Math.min(10, controls.length), (n) => finder(controls[n]!)) : [],
  };
}
