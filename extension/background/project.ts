import browser from 'webextension-polyfill';
import { retryAfterOf } from '../../shared/client/backoff.ts';
import { type DeliveryState, FRESH_STATE } from '../../shared/client/outbox.ts';
import { stateFor, waitAfter } from '../../shared/client/waiting.ts';
import type { ProjectInfo } from '../../shared/protocol/schema.ts';
import type { Settings } from '../settings.ts';
import type { Trust } from './bundles.ts';

const STORAGE_KEY = 'project';
const TIMEOUT_MS = 10_000;
/** In storage that survives stops of the worker: why the project is not known, and when it may be asked for again. */
const UNKNOWN_KEY = 'project_unknown';
/** Nothing is recorded before the project is known: so it is asked for more often than events are sent, in ms. */
const LONGEST_MS = 30_000;

interface Remembered extends ProjectInfo {
  readonly server_url: string;
  readonly publishable_key: string;
}

export type ProjectAnswer =
  | { readonly ok: true; readonly project: ProjectInfo }
  | { readonly ok: false; readonly reason: string };

interface Unknown {
  readonly wait: DeliveryState;
  readonly reason: string;
}

const unknown = async (): Promise<Unknown | undefined> =>
  (await browser.storage.session.get(UNKNOWN_KEY))[UNKNOWN_KEY] as Unknown | undefined;

let known: Remembered | undefined;
const isOf = (project: Remembered | undefined, { server_url, publishable_key }: Settings): project is Remembered =>
  project?.server_url === server_url && project.publishable_key === publishable_key;

/**
 * The project that the key belongs to, with the key of its text hashes. Asked once for a server and key, then remembered, so that
 * recording goes on while the server is away. Before it is known, the server is asked no sooner than it allows.
 */
export async function loadProject(settings: Settings): Promise<ProjectAnswer> {
  const { server_url, publishable_key } = settings;
  if (!server_url || !publishable_key) return { ok: false, reason: 'No server and key are set: open the options.' };
  if (isOf(known, settings)) return { ok: true, project: known };
  const remembered = (await browser.storage.local.get(STORAGE_KEY))[STORAGE_KEY] as Remembered | undefined;
  if (isOf(remembered, settings)) {
    known = remembered;
    return { ok: true, project: remembered };
  }
  return askProject(settings);
}

let asking: Promise<ProjectAnswer> | undefined;

async function askProject(settings: Settings): Promise<ProjectAnswer> {
  // Every frame of a page says hello: they share one request.
  asking ??= ask(settings).finally(() => {
    asking = undefined;
  });
  return asking;
}

async function ask({ server_url, publishable_key }: Settings): Promise<ProjectAnswer> {
  const endpoint = { server_url, key: publishable_key };
  const before = await unknown();
  const wait = stateFor(before?.wait ?? FRESH_STATE, endpoint, Date.now());
  if (before && wait.not_before > Date.now()) return { ok: false, reason: before.reason };

  async function failed(reason: string, retryAfter = 0): Promise<ProjectAnswer> {
    const now = Date.now();
    const next = waitAfter({ endpoint, attempt: wait.attempt, now, random: Math.random });
    const not_before = Math.max(Math.min(next.not_before, now + LONGEST_MS), now + retryAfter);
    await browser.storage.session.set({ [UNKNOWN_KEY]: { wait: { ...next, not_before }, reason } satisfies Unknown });
    return { ok: false, reason };
  }

  let response: Response;
  let project: ProjectInfo;
  try {
    response = await fetch(`${server_url}/v1/project`, {
      headers: { authorization: `Bearer ${publishable_key}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) {
      const { status } = response;
      const what = status === 401 || status === 403 ? 'refused the key' : 'failed';
      return failed(`The server ${what} (${status}).`, retryAfterOf(response, Date.now()));
    }
    project = (await response.json()) as ProjectInfo;
  } catch {
    return failed(`The server at ${server_url} does not answer.`);
  }
  known = { ...project, server_url, publishable_key };
  await browser.storage.local.set({ [STORAGE_KEY]: known });
  return { ok: true, project };
}

/**
 * Asks for a project that pages were told is not known. `known`: it is now, said once, so that they say hello again. `later`: not
 * before that time, in ms since 1970.
 */
export async function learnProject(settings: Settings): Promise<'known' | { readonly later: number } | undefined> {
  if (!settings.enabled || !(await unknown())) return undefined;
  if ((await loadProject(settings)).ok) {
    await browser.storage.session.remove(UNKNOWN_KEY);
    return 'known';
  }
  const now = await unknown();
  return now && { later: now.wait.not_before };
}

/**
 * Whose bundles are taken: the key that is set, else the one that the server told when it was first asked. That one stays, whatever the
 * server tells later.
 */
export async function loadTrust(settings: Settings): Promise<Trust | undefined> {
  let answer = await loadProject(settings);
  // Remembered from a server that did not make bundles yet.
  if (answer.ok && !settings.bundle_key && !answer.project.bundle_key) answer = await askProject(settings);
  if (!answer.ok) return undefined;
  const { project_id, bundle_key } = answer.project;
  const bundleKey = settings.bundle_key || bundle_key;
  return bundleKey ? { projectId: project_id, bundleKey } : undefined;
}
