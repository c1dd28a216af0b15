import { attributeOf, queryFirst } from '../../../shared/dom/unclobbered.ts';
import { linkPath } from '../../../shared/signature/url.ts';

/** Longest path told. */
const MAX_PATH_CHARS = 200;
const SAFE = ['GET', 'HEAD', 'DIALOG'];
const KNOWN = ['POST', 'PUT', 'PATCH', 'DELETE'];

/** Methods that change state; `OTHER` is one that the page made up. */
export type Method = 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OTHER';

export interface Sent {
  /** ms since 1970 */
  readonly from: number;
  readonly to: number;
  /** Undefined: it changes nothing. `unseen`: a script made it, and browsers do not say by which method. */
  readonly method: Method | 'unseen' | undefined;
  /** Templated, of this origin; undefined where it is another's. */
  readonly path: string | undefined;
}

/** Path of an address of this origin; ids in it as `:id`, nothing of its query. */
function pathOf(url: string): string | undefined {
  if (!URL.canParse(url, location.href) || new URL(url, location.href).origin !== location.origin) return undefined;
  return linkPath(url, location.href)?.slice(0, MAX_PATH_CHARS);
}

function methodOf(name: string): Method | undefined {
  const method = name.toUpperCase();
  if (SAFE.includes(method)) return undefined;
  return KNOWN.includes(method) ? (method as Method) : 'OTHER';
}

/** What scripts sent, by what they sent it with. Pictures, styles and the like only keep the network busy. */
const BY_SCRIPT: Readonly<Record<string, Sent['method']>> = {
  fetch: 'unseen',
  xmlhttprequest: 'unseen',
  beacon: 'POST',
};

/** What a form sends: its own method, or the one that frameworks hide in a field because forms know two only. */
function formRequest(form: Element, submitter: Element | null): Pick<Sent, 'method' | 'path'> {
  const said = (name: string, ofButton: string): string | null =>
    (submitter && attributeOf(submitter, ofButton)) ?? attributeOf(form, name);
  const told = said('method', 'formmethod')?.toUpperCase();
  const hidden = queryFirst(form, 'input[name=_method]');
  const name = told === 'POST' ? ((hidden && attributeOf(hidden, 'value')) ?? told) : told === 'DIALOG' ? told : 'GET';
  return { method: methodOf(name), path: pathOf(said('action', 'formaction') ?? '') };
}

export interface RequestDeps {
  readonly now: () => number;
  readonly onSent: (sent: Sent) => void;
}

/** Tells of requests once they ended, and of forms that the page let go. */
export function watchRequests({ now, onSent }: RequestDeps, signal: AbortSignal): void {
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as PerformanceResourceTiming[]) {
      const from = performance.timeOrigin + entry.startTime;
      const method = BY_SCRIPT[entry.initiatorType];
      onSent({ from, to: from + entry.duration, method, path: method && pathOf(entry.name) });
    }
  });
  observer.observe({ type: 'resource', buffered: true });
  signal.addEventListener('abort', () => observer.disconnect());
  window.addEventListener(
    'submit',
    (event) => {
      const at = now();
      const form = event.composedPath()[0];
      // The page's own handlers may still take it out of the browser's hands.
      setTimeout(() => {
        if (event.defaultPrevented || !(form instanceof Element)) return;
        onSent({ from: at, to: at, ...formRequest(form, event.submitter) });
      });
    },
    { capture: true, passive: true, signal },
  );
}
