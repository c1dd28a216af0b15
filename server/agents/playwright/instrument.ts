import { AsyncLocalStorage } from 'node:async_hooks';
import type { Frame, FrameLocator, Keyboard, Locator, Page } from '@playwright/test';
import { ACTIONS, type ActionKind, KEYBOARD, NAVIGATIONS, timeoutOf, withTimeout } from './actions.ts';
import type { Root } from './ask_engine.ts';
import { type CallSite, callSite } from './call_site.ts';

/** What a locator was made of: the document that it begins at, and where the script made it. */
export interface Origin {
  readonly root: Root;
  readonly site: CallSite | undefined;
}

/** One call by which a script acts. */
export interface Action {
  readonly tool: string;
  /** The method that was called. */
  readonly method: string;
  readonly page: Page;
  readonly target?: {
    readonly locator: Locator;
    /** As the script would write it after `page.`. */
    readonly text: string;
    /** What stands in the script: the locator, or the selector given to a method of the page. */
    readonly written: string;
    readonly origin: Origin | undefined;
  };
  /** Texts that it types or chooses. */
  readonly typed: readonly string[];
  /** As given by the script, in ms. */
  readonly timeout: number | undefined;
  /** Does it, as the script said. */
  run(timeout?: number): Promise<unknown>;
  /** Does the same to another element. */
  runOn(locator: Locator, timeout?: number): Promise<unknown>;
}

/** Who is told of the actions of a page, and does them. */
export interface Actor {
  /** Runs work as a step of a report, under a title. Called from the script's own call, so that the step stands there. */
  readonly step: (title: string, work: () => Promise<unknown>, options: { readonly box: true }) => Promise<unknown>;
  act(action: Action): Promise<unknown>;
  /** A default timeout was set, in ms. */
  defaultTimeout(ms: number): void;
}

type Method = (this: never, ...args: unknown[]) => unknown;
type Methods = Record<string, Method>;

const actors = new WeakMap<Page, Actor>();
const origins = new WeakMap<Locator, Origin>();
const keyboards = new WeakMap<Keyboard, Page>();
/** Inside of an action, the methods of Playwright that it calls are its own. */
const inside = new AsyncLocalStorage<true>();
const patched = new WeakSet<object>();

/** From now on the actor is told what scripts do on the page. Returns how to stop. */
export function instrument(page: Page, actor: Actor): () => void {
  actors.set(page, actor);
  keyboards.set(page.keyboard, page);
  once(page, patchPage);
  once(page.mainFrame(), patchFrame);
  once(page.locator('html'), patchLocator);
  once(page.frameLocator('iframe'), patchFrameLocator);
  once(page.keyboard, patchKeyboard);
  return () => actors.delete(page);
}

/** Playwright makes all pages, locators … of one class: its prototype is where their methods are. */
function once(instance: object, patch: (methods: Methods) => void): void {
  const prototype = Object.getPrototypeOf(instance) as Methods;
  if (patched.has(prototype)) return;
  patched.add(prototype);
  patch(prototype);
}

const actorOf = (page: Page): Actor | undefined => (inside.getStore() ? undefined : actors.get(page));

function titleOf(method: string, subject: string): string {
  const words = method.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} ${subject}`.trim();
}

const LOCATES = ['locator', 'getByRole', 'getByText', 'getByLabel', 'getByPlaceholder', 'getByAltText', 'getByTitle'];
const NARROWS = ['filter', 'first', 'last', 'nth', 'and', 'or', 'describe', 'visible'];

/** Remembers of each locator that a method makes what it was made of. */
function locates(methods: Methods, name: string, rootOf: (from: never) => Root | undefined): void {
  const original = methods[name];
  if (!original) return;
  methods[name] = function (this: never, ...args: unknown[]) {
    const made = original.apply(this, args) as Locator;
    const root = inside.getStore() ? undefined : rootOf(this);
    if (root) origins.set(made, { root, site: callSite() });
    return made;
  };
}

interface Called {
  readonly target: Action['target'];
  /** Arguments as the method of `Locator` takes them. */
  readonly args: unknown[];
  readonly runOn: Action['runOn'];
}

/** An action on an element, by a method of a locator or page. */
function acts<From>(
  methods: Methods,
  name: string,
  kind: ActionKind,
  pageOf: (from: From) => Page,
  called: (from: From, args: unknown[]) => Called,
): void {
  const original = methods[name];
  if (!original) return;
  methods[name] = function (this: never, ...args: unknown[]) {
    const page = pageOf(this);
    const actor = actorOf(page);
    if (!actor) return original.apply(this, args as never[]);
    const { target, args: own, runOn } = called(this, args);
    const options = kind.options + args.length - own.length;
    const action: Action = {
      tool: kind.tool,
      method: name,
      page,
      ...(target && { target }),
      typed: kind.types?.(own) ?? [],
      timeout: timeoutOf(own, kind.options),
      run: async (timeout) => original.apply(this, withTimeout(args, options, timeout) as never[]),
      runOn,
    };
    const title = titleOf(name, target?.text ?? '');
    return actor.step(title, () => inside.run(true, () => actor.act(action)), { box: true });
  };
}

function onLocator(methods: Methods, name: string, kind: ActionKind): void {
  const original = methods[name]!;
  const pageOf = (locator: Locator): Page => locator.page();
  acts(methods, name, kind, pageOf, (locator, args) => {
    const text = String(locator);
    return {
      target: { locator, text, written: text, origin: origins.get(locator) },
      args,
      runOn: async (other, timeout) =>
        original.apply(other as never, withTimeout(args, kind.options, timeout) as never[]),
    };
  });
}

/** `page.click('#save')`: the first of what the selector names. */
function onSelector(methods: Methods, name: string, kind: ActionKind): void {
  const pageOf = (page: Page): Page => page;
  acts(methods, name, kind, pageOf, (page, [selector, ...args]) => {
    const written = String(selector);
    const locator = page.locator(written);
    return {
      target: { locator: locator.first(), text: String(locator), written, origin: { root: page, site: callSite() } },
      args,
      runOn: async (other, timeout) =>
        (other as unknown as Methods)[name]!.apply(other as never, withTimeout(args, kind.options, timeout) as never[]),
    };
  });
}

/** An action without an element. */
function plain(
  methods: Methods,
  name: string,
  tool: string,
  pageOf: (from: never) => Page | undefined,
  types: boolean,
): void {
  const original = methods[name];
  if (!original) return;
  methods[name] = function (this: never, ...args: unknown[]) {
    const page = pageOf(this);
    const actor = page && actorOf(page);
    if (!actor) return original.apply(this, args);
    const run = async (): Promise<unknown> => original.apply(this, args as never[]);
    const typed = types ? args.slice(0, 1).map(String) : [];
    const action: Action = { tool, method: name, page, typed, timeout: undefined, run, runOn: run };
    return actor.step(titleOf(name, ''), () => inside.run(true, () => actor.act(action)), { box: true });
  };
}

const ROOT_LOCATES = [...LOCATES, 'getByTestId'];

function patchPage(methods: Methods): void {
  for (const name of ROOT_LOCATES) locates(methods, name, (page: Page) => page);
  for (const [name, kind] of Object.entries(ACTIONS)) onSelector(methods, name, kind);
  for (const [name, tool] of Object.entries(NAVIGATIONS)) plain(methods, name, tool, (page: Page) => page, false);
  const original = methods.setDefaultTimeout!;
  methods.setDefaultTimeout = function (this: never, ...args: unknown[]) {
    actors.get(this)?.defaultTimeout(Number(args[0]));
    return original.apply(this, args as never[]);
  };
}

/** Only what makes locators: actions of locators go through those of frames, and errors would name the wrong method. */
function patchFrame(methods: Methods): void {
  for (const name of ROOT_LOCATES) locates(methods, name, (frame: Frame) => frame);
}

function patchLocator(methods: Methods): void {
  for (const name of [...ROOT_LOCATES, ...NARROWS]) locates(methods, name, (from: Locator) => origins.get(from)?.root);
  for (const [name, kind] of Object.entries(ACTIONS)) onLocator(methods, name, kind);
}

function patchFrameLocator(methods: Methods): void {
  for (const name of ROOT_LOCATES) locates(methods, name, (from: FrameLocator) => from);
}

function patchKeyboard(methods: Methods): void {
  for (const [name, tool] of Object.entries(KEYBOARD))
    plain(methods, name, tool, (keyboard: Keyboard) => keyboards.get(keyboard), name !== 'press');
}
