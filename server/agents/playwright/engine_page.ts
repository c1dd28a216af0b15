/**
 * The selector engine, bundled to one script. Playwright runs it in a world of its own beside the page's scripts: they share the
 * document and no objects. What it reads is scrubbed and hashed before it leaves the page, as the text of an element in no document.
 */
import { createDoubt } from '../../../shared/privacy/doubt.ts';
import { fullScrub } from '../../../shared/privacy/full-scrub.ts';
import { masked, scrub as pageScrub, safely, scrubUrl } from '../../../shared/privacy/index.ts';
import { createTaint } from '../../../shared/privacy/taint.ts';
import { withTestIds } from '../../../shared/signature/context.ts';
import {
  observeElement,
  observePage,
  parseHashKey,
  type SignatureContext,
  sealElement,
  sealPage,
} from '../../../shared/signature/index.ts';
import { type Resolution, resolve } from '../../../shared/signature/resolve.ts';
import { uniquePath } from '../../../shared/signature/unique-path.ts';
import { normaliseUrl } from '../../../shared/signature/url.ts';
import type { EngineRequest, Looked, LookRequest, ReadRequest, Signed, SignedPage } from './engine_request.ts';

const decoder = new TextDecoder();

function decoded(body: string): EngineRequest {
  const bytes = atob(body.replaceAll('-', '+').replaceAll('_', '/'));
  return JSON.parse(decoder.decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)))) as EngineRequest;
}

const reading = ({ testIds }: EngineRequest) => ({
  masked,
  keeps: () => true,
  doubtful: createDoubt().doubts,
  testIdAttributes: withTestIds(testIds),
});

function scrubbers({ typed }: EngineRequest) {
  const taint = createTaint(typed);
  // Typed text first: a detector that took a part of it away would hide the rest.
  return {
    scrub: safely((text) => pageScrub(taint.scrub(text))),
    full: safely((text) => fullScrub(taint.scrub(text))),
  };
}

function signPage(document: Document, request: ReadRequest): SignedPage {
  const { scrub, full } = scrubbers(request);
  const { href } = document.location;
  const { project } = request.keys;
  return {
    url: scrubUrl(href, undefined, full),
    url_norm: scrubUrl(normaliseUrl(href)?.url_norm ?? '', undefined, full),
    ...(project && {
      page: sealPage(observePage(document, reading(request)), href, {
        key: parseHashKey(project),
        scrub,
        scrubTitle: full,
      }),
    }),
  };
}

function sign(element: Element, request: ReadRequest): Signed {
  const { scrub } = scrubbers(request);
  const { local, project } = request.keys;
  const observed = observeElement(element, reading(request));
  return {
    ...signPage(element.ownerDocument, request),
    local: sealElement(observed, { key: parseHashKey(local), scrub }),
    ...(project && { project: sealElement(observed, { key: parseHashKey(project), scrub }) }),
  };
}

const contextOf = (request: LookRequest): SignatureContext => ({
  masked,
  testIdAttributes: withTestIds(request.testIds),
  key: parseHashKey(request.key),
  scrub: scrubbers(request).scrub,
});

const resolved = (document: Document, request: LookRequest): Resolution =>
  resolve(request.target, document, contextOf(request));

function look(document: Document, request: LookRequest): Looked {
  const resolution = resolved(document, request);
  if (resolution.outcome !== 'found') return resolution;
  const { element, ...how } = resolution;
  return { ...how, path: uniquePath(element) };
}

function answerTo(root: Document | Element, document: Document, request: EngineRequest): unknown {
  switch (request.do) {
    case 'page':
      return signPage(document, request);
    case 'sign':
      return sign(root as Element, request);
    case 'look':
      return look(document, request);
    default: {
      const resolution = resolved(document, request);
      return resolution.outcome === 'found' && resolution.element === root;
    }
  }
}

/** Selects the element to act on, or one in no document whose text is the answer as JSON. */
export function queryAll(root: Document | Element, body: string): Element[] {
  const request = decoded(body);
  const document = root.nodeType === 9 ? (root as Document) : root.ownerDocument!;
  if (request.do === 'act') {
    const resolution = resolved(document, request);
    return resolution.outcome === 'found' ? [resolution.element] : [];
  }
  const carrier = document.createElement('div');
  carrier.textContent = JSON.stringify(answerTo(root, document, request));
  return [carrier];
}

export const query = (root: Document | Element, body: string): Element | null => queryAll(root, body)[0] ?? null;
