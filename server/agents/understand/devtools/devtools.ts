import { textOf } from '../content.ts';
import { seenNode } from '../seen_node.ts';
import type { Snapshot } from '../snapshot.ts';
import type { ElementSeen, PageSeen, ToolCallSeen, Understanding, Understood } from '../types.ts';
import { type DevtoolsAnswer, readAnswer } from './pages.ts';
import { readSnapshot } from './read_snapshot.ts';

const MAX_FIELDS = 8;
/** Most uids that are remembered; beyond them all are forgotten, and their nodes unknown. */
const MAX_UIDS = 200_000;
const NAVIGATES = /^(new_page|navigate_page|select_page)$/;
const ROOT_URL = / url="(\S+)"$/;

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
  const shown = new Map<number | undefined, { readonly snapshot: Snapshot; readonly url: string | undefined }>();
  const roles = new Map<string, string>();

  const idOf = ({ args }: ToolCallSeen): number | undefined =>
    typeof args.pageId === 'number' ? args.pageId : selected;
  const pageOf = (id: number | undefined): PageSeen | undefined => (id === undefined ? undefined : pages.get(id));

  function elementsOf(call: ToolCallSeen): ElementSeen[] {
    const id = idOf(call);
    const known = shown.get(id);
    if (!known || known.url !== pageOf(id)?.url) return [];
    return uidsOf(call).flatMap((uid) => {
      const index = known.snapshot.refs.get(uid);
      return (index === undefined ? undefined : seenNode(known.snapshot, index)) ?? [];
    });
  }

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
    if (tree) shown.set(id, { snapshot: tree, url: pageOf(id)?.url });
    else shown.delete(id);
    return tree;
  }

  return {
    typedBy,
    before(call) {
      const page = pageOf(idOf(call));
      const [element, ...also] = elementsOf(call);
      return { ...(page ? { page } : {}), ...(element ? { element } : {}), ...(also.length > 0 ? { also } : {}) };
    },
    after(call, { content, isError }): Understood {
      const said = textOf(content) ?? '';
      const [element, ...also] = isError ? [] : elementsOf(call);
      const answer = isError ? {} : readAnswer(call.tool, said);
      takePages(call, answer);
      const snapshot = snapshotOf(call, answer);
      const page = pageOf(call.tool === 'new_page' || call.tool === 'select_page' ? selected : idOf(call));
      const shows = snapshot ? 'snapshot' : showsPage(call, answer, isError) ? 'navigation' : undefined;
      return {
        ...(page ? { page } : {}),
        ...(element ? { element } : {}),
        ...(also.length > 0 ? { also } : {}),
        ...(shows && page ? { shows } : {}),
        ...(snapshot ? { snapshot } : {}),
        ...(isError && uidsOf(call).some((uid) => isMissing(said, uid)) ? { notFound: true } : {}),
      };
    },
  };
}

const showsPage = ({ tool }: ToolCallSeen, { pages, navigatedTo }: DevtoolsAnswer, isError: boolean): boolean =>
  !isError && ((NAVIGATES.test(tool) && pages !== undefined) || navigatedTo !== undefined);

const isMissing = (said: string, uid: string): boolean =>
  said.startsWith(`Error: Element with uid ${uid} no longer exists on the page`) ||
  said.startsWith(`Error: Element uid "${uid}" not found on page`);
