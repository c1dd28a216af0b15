/** What the capture bench measures, bundled to one script: our signatures and what others do on the same page. */
import { finder } from '@medv/finder';
import { snapshot } from 'rrweb-snapshot';
import { masked, safely, scrub } from '../../shared/privacy/index.ts';
import { parseHashKey } from '../../shared/signature/hash.ts';
import { signElement, signPage } from '../../shared/signature/index.ts';

const context = { key: parseHashKey('00112233445566778899aabbccddeeff'), scrub: safely(scrub), masked };
const CONTROLS = 'a[href],button,input:not([type=hidden]),select,textarea,summary,[role=button],[onclick]';

/**
 * A change as pages make them all the time, so that nothing remembered of the page may serve again; and its layout, which is the
 * page's own cost and is done when a user's event arrives, since the browser had to find what is under the pointer.
 */
function change(): void {
  const mark = document.createElement('i');
  document.body.append(mark);
  mark.remove();
  document.body.getBoundingClientRect();
}

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

/** Times in ms: of the page's signature, of up to 40 controls' spread over the page, and of the others on the same ones. */
export function measure(rounds: number, others: boolean) {
  const all = [...document.querySelectorAll(CONTROLS)];
  const step = Math.max(1, Math.floor(all.length / 40));
  const controls = all.filter((_, n) => n % step === 0).slice(0, 40);
  const signed = () => signPage(document, 'https://app.example/page', context);
  timed(3, signed);
  const page_ms = timed(rounds, signed);
  const element_ms = timed(controls.length, (n) => signElement(controls[n]!, context));
  return {
    nodes: document.querySelectorAll('*').length,
    page_ms,
    element_ms,
    rrweb_ms: others ? timed(3, () => snapshot(document)) : [],
    finder_ms: others ? timed(Math.min(10, controls.length), (n) => finder(controls[n]!)) : [],
  };
}
