import { v7 as uuidv7 } from 'uuid';
import { aCall, anElement, aPage } from '../../server/testing/items.ts';

/** Pages and elements a page that the calls of a bench go around among, as the runs of one team's tasks do. */
const PAGES = 40;
const ELEMENTS = 12;

/** Calls of one run as the extension sends them: context, input, output, page and element signatures; about 1.6 KB each. */
export function callsOfRun(count: number): { runId: string; calls: Record<string, unknown>[] } {
  const runId = uuidv7();
  const session_id = uuidv7();
  const calls = Array.from({ length: count }, (_, seq) => {
    const page = seq % PAGES;
    const element = (seq * 7) % ELEMENTS;
    const started = Date.now() - 60_000 + seq;
    return aCall({
      context: {
        run_id: runId,
        session_id,
        instance_id: `instance-${session_id}`,
        tab_id: 1 + (seq % 3),
        url: `https://shop.example/page-${page}/${seq}?sort=&page=`,
      },
      seq,
      tool_name: seq % 3 ? 'browser_click' : 'browser_type',
      started_at: new Date(started).toISOString(),
      ended_at: new Date(started + 180).toISOString(),
      success: seq % 11 !== 0,
      input_json: { element: `Button ${element}`, ref: `e${seq}`, selector: `[data-testid="e${element}"]`, n: seq },
      output_json: {
        content: [{ type: 'text', text: `Clicked ${seq}. ${'The page shows what it showed before. '.repeat(6)}` }],
        isError: false,
        page: { title: `Page ${page}`, url: `https://shop.example/page-${page}` },
      },
      page_signature: aPage(`page-${page}`, { title_hash: hex(page, 16), dom_fingerprint_hash: hex(page + 1000, 16) }),
      element_signatures: [
        anElement({
          selector_norm: `[data-testid="e${element}"]`,
          attr_fingerprint_hash: hex(element, 16),
          identity: {
            tag: 'button',
            role: 'button',
            test_id: { attribute: 'data-testid', value: `e${element}` },
            name_hash: hex(element + 1, 16),
            name_words: [hex(element, 8), hex(element + 1, 8)],
            path: 'div div main body',
            box: [10, 20, 120, 32],
          },
        }),
      ],
    });
  });
  return { runId, calls };
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
