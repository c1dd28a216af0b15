import type { PageSeen } from '../types.ts';

/** Tools whose own words hold nothing that a page wrote: what follows them in an answer is the server's. */
const PLAIN =
  /^(list_pages|new_page|navigate_page|select_page|close_page|click|fill|fill_form|hover|drag|press_key|take_snapshot|upload_file|resize_page)$/;
const PAGE = /^(\d+): (?:(.*) )?\(([^\s()]\S*)\)( \[selected\])?( isolatedContext=\S+)?$/;
const BARE_PAGE = /^(\d+): (\S+)( \[selected\])?( isolatedContext=\S+)?$/;
const MAX_PAGES = 200;

export interface DevtoolsAnswer {
  /** Pages by their ids, where all of them were listed. */
  readonly pages?: ReadonlyMap<number, PageSeen>;
  readonly selected?: number;
  /** Where the page of the call was led. */
  readonly navigatedTo?: string;
  /** Lines of the snapshot. */
  readonly snapshot?: readonly string[];
}

/**
 * Takes an answer of chrome-devtools-mcp apart. Its parts begin with headings that a page could write too wherever its text may stand before
 * them: then nothing is read.
 */
export function readAnswer(tool: string, text: string): DevtoolsAnswer {
  const lines = text.split('\n');
  if (!PLAIN.test(tool)) return {};
  const tree = lines.indexOf('## Latest page snapshot');
  const head = tree < 0 ? lines : lines.slice(0, tree);
  // The message of a dialog is free text.
  if (head.includes('# Open dialog')) return {};
  const navigated = head.map((line) => /^Page navigated to (\S+)\.$/.exec(line)?.[1]).find(Boolean);
  const snapshot = tree < 0 ? undefined : lines.slice(tree + 1);
  return {
    ...listedPages(head),
    ...(navigated ? { navigatedTo: navigated } : {}),
    ...(snapshot ? { snapshot } : {}),
  };
}

function listedPages(lines: readonly string[]): Pick<DevtoolsAnswer, 'pages' | 'selected'> {
  const from = lines.indexOf('## Pages');
  if (from < 0 || lines.length - from > MAX_PAGES) return {};
  const pages = new Map<number, PageSeen>();
  let selected: number | undefined;
  for (const line of lines.slice(from + 1)) {
    if (line === '') continue;
    const [, id, title, url = '', isSelected] = PAGE.exec(line) ?? titled(BARE_PAGE.exec(line));
    if (id === undefined || pages.has(Number(id))) return {};
    pages.set(Number(id), { url, ...(title ? { title } : {}) });
    if (isSelected) selected = Number(id);
  }
  return { pages, ...(selected === undefined ? {} : { selected }) };
}

const titled = (found: RegExpExecArray | null): (string | undefined)[] =>
  found ? [found[0], found[1], undefined, found[2], found[3]] : [];
