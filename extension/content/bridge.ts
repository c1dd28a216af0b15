import { sent, type Told } from '../messages.ts';
import { api } from './api.ts';

/** A worker that was stopped while it answered is asked again; the outbox knows the event by its uuid. */
const RETRY_MS = 250;
const MAX_RETRY_MS = 4000;
/** A browser under load may leave its workers alone for many seconds; beyond this it has given the extension up, in ms. */
const GIVE_UP_MS = 60_000;
/** Messages that may wait for an answer at once: a page must not fill the memory while nobody listens. */
const MAX_WAITING = 500;
/** So often the oldest message is asked again alone; then the others have their turn, lest one that breaks the background stops all. */
const ALONE = 3;

interface Waiting {
  readonly message: Told;
  readonly since: number;
  readonly settle: (answer: unknown) => void;
  /** Sent, and neither answered nor refused yet. */
  asked: boolean;
  /** Answers that others had got when it was sent. */
  heard: number;
  /** Sent again at once, which is done one time. */
  hurried: boolean;
}

/** Without an answer, oldest first. */
const waiting = new Set<Waiting>();
/** Since when nobody answers: how often it was tried. Undefined while the background listens. */
let tries: number | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
/** Answers so far. */
let answers = 0;

/** True once the extension was reloaded or removed: this script then belongs to nobody. */
export const isOrphaned = (): boolean => {
  try {
    return api.runtime?.id === undefined;
  } catch {
    return true;
  }
};

function ask(each: Waiting): void {
  each.asked = true;
  each.heard = answers;
  // An extension that was reloaded throws at once.
  const answered = (async (): Promise<unknown> => api.runtime.sendMessage(sent(each.message)))();
  answered.then(
    (answer) => (answer === undefined ? refused(each) : taken(each, answer)),
    () => refused(each),
  );
}

const unasked = (): Waiting[] => [...waiting].filter(({ asked }) => !asked);

function taken(each: Waiting, answer: unknown): void {
  done(each, answer);
  answers += 1;
  if (tries === undefined) return;
  tries = undefined;
  clearTimeout(timer);
  for (const next of unasked()) ask(next);
}

function done(each: Waiting, answer: unknown): void {
  waiting.delete(each);
  each.settle(answer);
}

/** The worker went away, maybe in mid-answer: all wait for it in their order, since what is told first gets the lower number. */
function refused(each: Waiting): void {
  each.asked = false;
  if (tries !== undefined) return;
  // It went down with a worker whose successor has answered others.
  if (answers > each.heard && !each.hurried) {
    each.hurried = true;
    ask(each);
    return;
  }
  tries = 0;
  timer = setTimeout(tryAgain, RETRY_MS);
}

function tryAgain(): void {
  const late = performance.now() - GIVE_UP_MS;
  for (const each of waiting) if (isOrphaned() || each.since <= late) done(each, undefined);
  if (waiting.size === 0) {
    tries = undefined;
    return;
  }
  tries = (tries ?? 0) + 1;
  const next = unasked();
  for (const each of tries > ALONE ? next : next.slice(0, 1)) ask(each);
  timer = setTimeout(tryAgain, Math.min(RETRY_MS * 2 ** tries, MAX_RETRY_MS));
}

/** Sends to the background, waking it if need be, in the order of the calls. Undefined where nobody answered in the end. */
export function send<T>(message: Told): Promise<T | undefined> {
  const leaves = message.type === 'leave';
  if ((waiting.size >= MAX_WAITING && !leaves) || isOrphaned()) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const settle = (answer: unknown): void => resolve(answer as T | undefined);
    waiting.add({ message, since: performance.now(), settle, asked: false, heard: 0, hurried: false });
    // Whoever leaves has no second chance.
    if (tries === undefined || leaves) for (const each of unasked()) ask(each);
  });
}
