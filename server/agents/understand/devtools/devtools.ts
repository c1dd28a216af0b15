import { textOf } from '../content.ts';
import { seenNode } from '../seen_node.ts';
import type { Snapshot } from '../snapshot.ts';
import type { ElementSeen, PageSeen, ToolCallSeen, Understanding, Understood } from '../types.ts';
import { type DevtoolsAnswer, readAnswer } from './pages.ts';
import { readSnapshot } from './read_snapshot.ts';

const MAX_FIELDS = 8;
/** Snapshots that are remembered for what their uids stood for. */
const MAX_SHOWN = 6;
/** Most uids that are remembered; beyond them all are forgotten, and their nodes unknown. */
const MAX_UIDS = 200_000;
const NAVIGATES = /^(new_page|navigate_page|select_page)$/;
const ROOT_URL = / url="(\S+)"$/;

/** A snapshot of a page. */
interface Shown {
  readonly id: number | undefined;
  readonly url: string | undefined;
  readonly snapshot: Snapshot;
}

type Fields = Readonly<Record<string, unknown>> | null;

const fieldsOf = ({ tool, args }: ToolCallSeen): Fields[] =>
  tool === 'fill_form' && Array.isArray(args.elements) ? args.elements.slice(0, MAX_FIELDS) : [args];
const uidsOf = (call: ToolCallSeen): string[] =>
  fieldsOf(call).flatMap((field) => {
    const uid = [field?.uid, field?.from_uid].find((one) => typeof one === 'string' && one !== '');
    return typeof uid === 'string' ? [uid] : [];
  });
const text = (value: unknown): string[] => (typeof value === 'string' && value !== '' ? [value] : []);

function typedBy(call: ToolCallSeen): string[] {
  if (call.tool === 'fill' || call.tool === 'fill_form') return fieldsOf(call).flatMap((field) => text(field?.value));
  if (call.tool === 'type_text') return text(call.args.text);
  return call.tool === 'handle_dialog' ? text(call.args.promptText) : [];
}

/** Understands the calls of chrome-devtools-mcp. */
export function understandDevtools(): Understanding {
  let pages = new Map<number, PageSeen>();
  let selected: number | undefined;
  /** Newest first. */
  let shown: readonly Shown[] = [];
  const roles = new Map<string, string>();

  const idOf = ({ args }: ToolCallSeen): number | undefined =>
    typeof args.pageId === 'number' ? args.pageId : selected;
  const pageOf = (id: number | undefined): PageSeen | undefined => (id === undefined ? undefined : pages.get(id));

  const isOf = (id: number | undefined) => (one: Shown) => one.id === id && one.url === pageOf(id)?.url;
  const seenIn = (snapshot: Snapshot | undefined, call: ToolCallSeen): ElementSeen[] =>
    uidsOf(call).flatMap((uid) => {
      const index = snapshot?.refs.get(uid);
      return (snapshot && index !== undefined ? seenNode(snapshot, index) : undefined) ?? [];
    });
  const elementsOf = (call: ToolCallSeen): ElementSeen[] => seenIn(shown.find(isOf(idOf(call)))?.snapshot, call);
  /** What a uid stood for on the same page, when it was shown. */
  const meantBy = (call: ToolCallSeen): ElementSeen[] =>
    shown
      .filter(isOf(idOf(call)))
      .map(({ snapshot }) => seenIn(snapshot, call))
      .find((all) => all.length > 0) ?? [];

  function takePages(call: ToolCallSeen, answer: DevtoolsAnswer): void {
    if (answer.pages) pages = new Map(answer.pages);
    if (answer.selected !== undefined) selected = answer.selected;
    const id = idOf(call);
    if (id === undefined) return;
    if (answer.navigatedTo) pages.set(id, { url: answer.navigatedTo });
    const url = ROOT_URL.exec(answer.snapshot?.[0] ?? '')?.[1];
    if (url !== undefined && url !== pageOf(id)?.url) pages.set(id, { url });
  }

  function snapshotOf(call: ToolCallSeen, { snapshot }: DevtoolsAnswer): Snapshot | undefined {
    if (!snapshot) return undefined;
    if (roles.size > MAX_UIDS) roles.clear();
    const tree = readSnapshot(snapshot, { roles });
    const id = idOf(call);
    if (tree) shown = [{ id, url: pageOf(id)?.url, snapshot: tree }, ...shown].slice(0, MAX_SHOWN);
    else shown = shown.filter((one) => one.id !== id);
    return tree;
  }

  return {
    typedBy,
    before(call) {
      const page = pageOf(idOf(call));
      const [element, ...also] = elementsOf(call);
      return { ...(page ? { on: page } : {}), ...(element ? { element } : {}), ...(also.length > 0 ? { also } : {}) };
    },
    after(call, { content, isError }): Understood {
      const said = textOf(content) ?? '';
      const [element, ...also] = isError ? [] : elementsOf(call);
      const answer = isError ? {} : readAnswer(call.tool, said);
      takePages(call, answer);
      const snapshot = snapshotOf(call, answer);
      const page = pageOf(call.tool === 'new_page' || call.tool === 'select_page' ? selected : idOf(call));
      const missing = isError && uidsOf(call).some((uid) => isMissing(said, uid));
      const [meant] = missing ? meantBy(call) : [];
      const shows = snapshot ? 'snapshot' : showsPage(call, answer, isError) ? 'navigation' : undefined;
      return {
        ...(page ? { page } : {}),
        ...(element ? { element } : {}),
        ...(also.length > 0 ? { also } : {}),
        ...(shows && page ? { shows } : {}),
        ...(snapshot ? { snapshot } : {}),
        ...(missing ? { notFound: true } : {}),
        ...(meant ? { meant } : {}),
      };
    },
  };
}

const showsPage = ({ tool }: ToolCallSeen, { pages, navigatedTo }: DevtoolsAnswer, isError: boolean): boolean =>
  !isError && ((NAVIGATES.test(tool) && pages !== undefined) || navigatedTo !== undefined);

const isMissing = (said: string, uid: string): boolean =>
  said.startsWith(`Error: Element with uid ${uid} no longer exists on the page`) ||
  said.startsWith(`Error: Element uid "${uid}" not found on page`);
