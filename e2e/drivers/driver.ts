import { cp, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AdminMessage, type Answer, sent } from '../../extension/messages.ts';
import { sleep } from '../harness/wait.ts';

export type BrowserKind = 'chromium' | 'firefox';
export const BROWSERS: readonly BrowserKind[] = ['chromium', 'firefox'];

/** One tab, driven as a user would: clicks and keys are trusted events. Selectors are CSS. */
export interface TestPage {
  goto(url: string): Promise<void>;
  click(selector: string): Promise<void>;
  /** At a place of the viewport, in CSS pixels: for what no selector reaches. */
  clickAt(place: readonly [x: number, y: number]): Promise<void>;
  type(selector: string, text: string): Promise<void>;
  select(selector: string, value: string): Promise<void>;
  wheel(dy: number): Promise<void>;
  waitFor(selector: string): Promise<void>;
  /** Evaluates an expression in the page's own world. */
  evaluate<T>(expression: string): Promise<T>;
  url(): string;
  screenshot(path: string): Promise<void>;
  /** What the extension's scripts wrote to the page's console as errors, and what they did not catch. */
  extensionErrors(): readonly string[];
  close(): Promise<void>;
}

/** A browser with the extension in it and a profile of its own. */
export interface TestBrowser {
  readonly kind: BrowserKind;
  newPage(): Promise<TestPage>;
  /** Opens a page of the extension, as `popup.html`, in a tab. */
  openOwnPage(path: string): Promise<TestPage>;
  /** Evaluates an expression in a page of the extension, where `browser` or `chrome` has all its rights. */
  inExtension<T>(expression: string): Promise<T>;
  /** Stops the background as the browser does when it is idle: a worker at once, an event page once it has been idle. */
  stopBackground(): Promise<void>;
  close(): Promise<void>;
  /** SIGKILL, as a crash. */
  kill(): Promise<void>;
}

/** An extension with its configuration and a profile; started again, it is the same extension with the same storage. */
export interface Installation {
  readonly kind: BrowserKind;
  readonly executablePath: string;
  readonly extensionDir: string;
  readonly profileDir: string;
  /** Firefox: the host of the extension's own pages, so also of its storage. */
  readonly host: string;
  /** Firefox: how long an event page is idle before it is stopped, in ms; 30,000 where not given. */
  readonly idleMs?: number;
}

export const API = '(globalThis.browser ?? globalThis.chrome)';

/** Asks the extension's background as popup and options do. */
export async function ask<T>(browser: TestBrowser, message: AdminMessage): Promise<T> {
  const post = (): Promise<Answer<T>> =>
    browser.inExtension(`${API}.runtime.sendMessage(${JSON.stringify(sent(message))})`);
  // A background that is going away just now does not answer; the next asking starts it anew, as in extension/ask.ts.
  const gone = async (error: unknown): Promise<Answer<T>> => {
    if (!/Receiving end does not exist/.test(String(error))) throw error;
    await sleep(500);
    return post();
  };
  const answer = await post().catch(gone).catch(gone).catch(gone);
  if (!answer.ok) throw new Error(answer.error);
  return answer.value;
}

/** The browser's id of the tab that shows `url` (compared without fragment). */
export async function tabIdOf(browser: TestBrowser, page: Pick<TestPage, 'url'>): Promise<number> {
  const tabs = await browser.inExtension<{ id: number; url?: string }[]>(
    `${API}.tabs.query({}).then((tabs) => tabs.map(({ id, url }) => ({ id, url })))`,
  );
  const bare = (url: string): string => url.replace(/#.*$/, '');
  const tab = tabs.find(({ url }) => bare(url ?? '') === bare(page.url()));
  if (!tab) throw new Error(`No tab shows ${page.url()}: ${JSON.stringify(tabs)}`);
  return tab.id;
}

/** A copy of the built extension with a build-time configuration, as an automation profile would have it. */
export async function configuredExtension(kind: BrowserKind, configuration: Record<string, unknown>): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'laskobot-extension-'));
  await cp(`dist/${kind === 'chromium' ? 'chrome' : 'firefox'}`, dir, { recursive: true });
  await writeFile(join(dir, 'laskobot.json'), JSON.stringify(configuration));
  return dir;
}

export const newProfile = (): Promise<string> => mkdtemp(join(tmpdir(), 'laskobot-profile-'));
