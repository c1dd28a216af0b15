import { textOf } from '../content.ts';
import { merged, seenNode, unproven } from '../seen_node.ts';
import { seenSelector } from '../seen_selector.ts';
import type { Snapshot } from '../snapshot.ts';
import type { ElementSeen, PageSeen, ToolCallSeen, Understanding, Understood } from '../types.ts';
import { readLocator } from './locator.ts';
import { readSnapshot } from './read_snapshot.ts';
import { type Answer, readAnswer } from './sections.ts';
import { typing } from './typed.ts';

export interface PlaywrightOptions {
  /** As the server was told by `--test-id-attribute`; data-testid where it was not. */
  readonly testIdAttribute?: string | undefined;
  /** Text of a snapshot that the server put into a file, by what it called the file; undefined where it cannot be read. */
  readonly readSnapshotFile?: (link: string) => string | undefined;
}

/** Results of these are JSON, or a line each. */
const PLAIN_RESULTS = new Set(['browser_evaluate', 'browser_tabs']);
const NAVIGATES = /^browser_(navigate|navigate_back|navigate_forward|tabs|tab_new|tab_select)$/;
const REF = /^(f\d+)?e\d+$/;
const LINK = /^- \[Snapshot\]\(([^()]+\.yml)\)$/;
const MAX_FIELDS = 8;
/** Snapshots that are remembered for what their refs stood for. */
const MAX_SHOWN = 4;

/** What an agent names an element by: a ref, or a selector. */
function targetsOf({ tool, args }: ToolCallSeen): string[] {
  const fields = tool === 'browser_fill_form' && Array.isArray(args.fields) ? args.fields.slice(0, MAX_FIELDS) : [args];
  return fields.flatMap((field: Record<string, unknown> | null) => {
    const target = [field?.target, field?.ref, field?.startTarget, field?.startRef].find(
      (one) => typeof one === 'string' && one !== '',
    );
    return typeof target === 'string' ? [target] : [];
  });
}

/** What stands behind `key: ` in a list of the server's. */
const listed = (lines: readonly string[] | undefined, key: string): string | undefined =>
  lines?.find((line) => line.startsWith(`- ${key}: `))?.slice(key.length + 4);

/** The current tab of a list. A title or address that could end early makes it doubtful whose is whose. */
function currentTab(text: string): PageSeen | undefined {
  const current = text.split('\n').filter((line) => /^- \d+: \(current\) \[/.test(line));
  const [, title, url] = /^- \d+: \(current\) \[(.*)\]\((.*)\)$/.exec(current.length === 1 ? current[0]! : '') ?? [];
  if (url === undefined || title === undefined || `${title}${url}`.includes('](')) return undefined;
  return { url, ...(title ? { title } : {}) };
}

/** Understands the calls of @playwright/mcp. */
export function understandPlaywright({
  testIdAttribute = 'data-testid',
  readSnapshotFile,
}: PlaywrightOptions): Understanding {
  const typedBy = typing();
  let page: PageSeen | undefined;
  /** What was shown, each with the page that it is of, newest first. */
  let shown: readonly { readonly snapshot: Snapshot; readonly page: PageSeen }[] = [];

  const byTarget = (target: string): ElementSeen | undefined => {
    if (!REF.test(target)) return seenSelector(target);
    const [newest] = shown;
    const index = newest?.page.url === page?.url ? newest?.snapshot.refs.get(target) : undefined;
    return index === undefined ? undefined : seenNode(newest!.snapshot, index);
  };
  /** What a ref stood for on the same page, when it was shown. */
  const meantBy = (target: string | undefined): ElementSeen | undefined => {
    const had = shown.find(
      (one) => one.page.url === page?.url && target !== undefined && one.snapshot.refs.has(target),
    );
    return had && seenNode(had.snapshot, had.snapshot.refs.get(target!)!);
  };

  function pageOf(call: ToolCallSeen, { sections, free }: Answer, text: string): PageSeen | undefined {
    const url = listed(sections.get('Page'), 'Page URL');
    const title = listed(sections.get('Page'), 'Page Title');
    if (url !== undefined) return { url, ...(title === undefined ? {} : { title }) };
    if (call.tool === 'browser_tabs' && free?.title === 'Result') return currentTab(free.text);
    // It may have said which page it is behind something that a page may have written.
    return free && /^### (Page|Open tabs)$/m.test(text) ? undefined : page;
  }

  function snapshotOf({ tool, args }: ToolCallSeen, { sections }: Answer): Snapshot | undefined {
    const lines = sections.get('Snapshot');
    const link = LINK.exec(lines?.[0] ?? '')?.[1];
    const part = tool === 'browser_snapshot' && [args.target, args.ref, args.depth].some((one) => one !== undefined);
    if (link === undefined) return lines && lines.length > 0 ? readSnapshot(lines, !part) : undefined;
    const file = readSnapshotFile?.(link);
    return file === undefined ? undefined : readSnapshot(file.split('\n'), !part);
  }

  function notFound(call: ToolCallSeen, { free }: Answer): boolean {
    const said = free?.title === 'Error' ? free.text.split('\n', 1)[0]! : '';
    return targetsOf(call).some(
      (target) =>
        said.startsWith(`Error: Ref ${target} not found in the current page snapshot`) ||
        said === `Error: "${target}" does not match any elements.`,
    );
  }

  return {
    typedBy,
    before(call) {
      const [element, ...also] = targetsOf(call).flatMap((target) => {
        const seen = byTarget(target);
        return seen ? [unproven(seen)] : [];
      });
      return { ...(page ? { on: page } : {}), ...(element ? { element } : {}), ...(also.length > 0 ? { also } : {}) };
    },
    after(call, result): Understood {
      const text = textOf(result.content);
      if (text === undefined) return page ? { page } : {};
      const answer = readAnswer(text, PLAIN_RESULTS.has(call.tool) ? 'plain' : 'any');
      const before = targetsOf(call).map(byTarget);
      const located = (answer.sections.get('Ran Playwright code') ?? [])
        .filter((line) => line.startsWith('await page.'))
        .map((line) => readLocator(line, testIdAttribute));
      const elements = before.flatMap(
        (known, at) => merged(known, located.length === before.length ? located[at] : undefined) ?? [],
      );
      const [element, ...also] = result.isError ? [] : elements;
      page = pageOf(call, answer, text);
      const snapshot = snapshotOf(call, answer);
      if (snapshot && page) shown = [{ snapshot, page }, ...shown].slice(0, MAX_SHOWN);
      const missing = result.isError && notFound(call, answer);
      const meant = missing ? meantBy(targetsOf(call)[0]) : undefined;
      const shows = snapshot && call.tool === 'browser_snapshot' ? 'snapshot' : showsPage(call, answer, result.isError);
      return {
        ...(page ? { page } : {}),
        ...(element ? { element } : {}),
        ...(also.length > 0 ? { also } : {}),
        ...(shows ? { shows } : {}),
        ...(snapshot ? { snapshot } : {}),
        ...(missing ? { notFound: true } : {}),
        ...(meant ? { meant } : {}),
      };
    },
  };
}

const showsPage = ({ tool }: ToolCallSeen, { sections }: Answer, isError: boolean): 'navigation' | undefined =>
  !isError && (NAVIGATES.test(tool) || sections.has('Snapshot')) && sections.has('Page') ? 'navigation' : undefined;
