import { closest } from '../../../shared/dom/unclobbered.ts';
import { DOM_QUIET_MS } from '../../../shared/protocol/limits.ts';
import type { CallEffects } from '../../../shared/protocol/schema.ts';
import { controlOf } from '../../../shared/signature/control.ts';
import { watchChanges } from './changes.ts';
import { createQuiet, type Quiet } from './quiet.ts';
import { type Sent, watchRequests } from './requests.ts';

/** What happens within this long of a call's begin follows from it, in ms, unless another call begins before. */
const FOLLOW_MS = 5000;
/** A form is submitted by the click or key right before, in ms: the two are one act. */
const ONE_ACT_MS = 100;
/** The network counts as quiet after this long without a request, in ms, as for Playwright's `networkidle`. */
const NETWORK_QUIET_MS = 500;
/** Requests told of one call. */
const MAX_REQUESTS = 5;

interface Waited extends Pick<CallEffects, 'wait' | 'opener'> {
  /** When its control could be used, ms since 1970. */
  readonly enabled?: number;
}

/** From a navigation or a call to the next one; times in ms since 1970. */
interface Episode {
  readonly at: number;
  /** When the call had ended. */
  ended: number;
  /** Of one act; none for a navigation. */
  readonly calls: { readonly event_uuid: string; readonly waited: Waited }[];
  readonly dom: Quiet;
  readonly network: Quiet;
  readonly requests: Map<string, NonNullable<CallEffects['requests']>[number]>;
  readonly link: boolean;
  readonly download: boolean;
  unseen: number;
  /** A form of the page was sent. */
  sent: boolean;
  dialog?: CallEffects['dialog'];
  address?: number;
  /** When the next one began, and its control could be used. */
  until?: number;
  next?: number | undefined;
}

export interface FollowDeps {
  readonly document: Document;
  readonly now: () => number;
  /** When the document was navigated to; undefined where recording began later. */
  readonly since: number | undefined;
  readonly tell: (effects: CallEffects) => void;
}

const passed = (from: number, to: number | undefined): number | undefined =>
  to === undefined ? undefined : Math.max(0, Math.round(to - from));

/** Sees what follows the calls of a document, and tells it of each once. */
export function follow({ document, now, since, tell }: FollowDeps, signal: AbortSignal) {
  const untold = new Set<Episode>();
  const openers = new WeakMap<Element, string>();
  let current = since === undefined ? undefined : episode(since);

  function episode(at: number, element?: Element): Episode {
    return {
      at,
      ended: at,
      calls: [],
      dom: createQuiet(at, DOM_QUIET_MS),
      network: createQuiet(at, NETWORK_QUIET_MS),
      requests: new Map(),
      link: element !== undefined && closest(element, 'a[href],area[href]') !== null,
      download: element !== undefined && closest(element, 'a[download]') !== null,
      unseen: 0,
      sent: false,
    };
  }

  const changes = watchChanges({
    document,
    now,
    onChange: () => current?.dom.busy(now(), now()),
    onDialog(dialog, kind) {
      const opener = current?.calls[0];
      if (!current || !opener || now() - current.at > FOLLOW_MS) return;
      current.dialog = kind;
      openers.set(dialog, opener.event_uuid);
    },
  });
  const timers = new Set<ReturnType<typeof setTimeout>>();
  signal.addEventListener('abort', () => {
    changes.stop();
    for (const timer of timers) clearTimeout(timer);
  });

  watchRequests({ now, onSent }, signal);
  function onSent({ from, to, method, path }: Sent): void {
    if (current && from >= current.at) current.network.busy(from, to);
    const cause = [...untold].findLast(({ at }) => at <= from);
    if (!cause) return;
    if (from === to) cause.sent = true;
    if (method === 'unseen' || (method && path === undefined)) cause.unseen += 1;
    else if (method && path !== undefined && cause.requests.size < MAX_REQUESTS)
      cause.requests.set(`${method} ${path}`, { method, path });
    else if (method) cause.unseen += 1;
  }

  function waitedFor(element: Element, at: number): Waited {
    const dialog = changes.dialogAround(element);
    const opener = dialog && openers.get(dialog);
    const opened = opener === undefined ? {} : { opener };
    const usable = current && changes.usable(controlOf(element), current.ended);
    if (!current || !usable) return opened;
    const { ended, address, dom, network } = current;
    const wait = {
      visible: passed(ended, usable.visible) ?? 0,
      enabled: passed(ended, usable.enabled) ?? 0,
      url_change: passed(ended, address),
      dom_quiet: passed(ended, dom.at(at)),
      network_quiet: passed(ended, network.at(at)),
    };
    return { ...opened, wait, enabled: usable.enabled };
  }

  function close(one: Episode, left: boolean): void {
    if (!untold.delete(one)) return;
    const { at, calls, dom, network, address, requests, link, download, sent, dialog, next } = one;
    const until = one.until ?? now();
    // A script may have sent the page away with a form that it filled itself, which nobody is told of.
    const unseen = one.unseen + (left && !link && !sent ? 1 : 0);
    for (const { event_uuid, waited } of calls) {
      const { enabled: _, ...met } = waited;
      tell({
        call: event_uuid,
        ...met,
        url_change: passed(at, address),
        dom_quiet: passed(at, dom.at(until)),
        network_quiet: passed(at, network.at(until)),
        next_usable: passed(at, next),
        navigation: left ? 'load' : address === undefined ? 'none' : 'same_document',
        requests: [...requests.values()],
        unseen_requests: unseen,
        download,
        dialog,
      });
    }
  }

  return {
    /** A call begins, before the page's own handlers change anything. */
    begin(event_uuid: string, tool_name: string, element: Element): void {
      const at = now();
      changes.catchUp();
      if (tool_name === 'dom.submit' && current?.calls.length && at - current.at <= ONE_ACT_MS) {
        current.calls.push({ event_uuid, waited: {} });
        return;
      }
      const waited = waitedFor(element, at);
      if (current) {
        current.until = at;
        current.next = waited.enabled;
      }
      const begun = episode(at, element);
      begun.calls.push({ event_uuid, waited });
      current = begun;
      untold.add(begun);
      const timer = setTimeout(() => {
        timers.delete(timer);
        changes.catchUp();
        close(begun, false);
      }, FOLLOW_MS);
      timers.add(timer);
    },
    ended(event_uuid: string, at: number): void {
      if (current?.calls.some((call) => call.event_uuid === event_uuid)) current.ended = Math.min(at, now());
    },
    /** The address changed and the document stayed. */
    moved(): void {
      if (current && now() - current.at <= FOLLOW_MS) current.address ??= now();
      else current = episode(now());
    },
    /** The document goes away, as the newest call may have it. */
    leave(): void {
      changes.catchUp();
      for (const one of [...untold]) close(one, one === current);
    },
  };
}

export type Follow = ReturnType<typeof follow>;
