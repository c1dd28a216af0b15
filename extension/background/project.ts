import browser from 'webextension-polyfill';
import type { ProjectInfo } from '../../shared/protocol/schema.ts';
import type { Settings } from '../settings.ts';
import type { Trust } from './bundles.ts';

const STORAGE_KEY = 'project';
const TIMEOUT_MS = 10_000;

interface Remembered extends ProjectInfo {
  readonly server_url: string;
  readonly publishable_key: string;
}

export type ProjectAnswer =
  | { readonly ok: true; readonly project: ProjectInfo }
  | { readonly ok: false; readonly reason: string };

let known: Remembered | undefined;
const isOf = (project: Remembered | undefined, { server_url, publishable_key }: Settings): project is Remembered =>
  project?.server_url === server_url && project.publishable_key === publishable_key;

/**
 * The project that the key belongs to, with the key of its text hashes. Asked once for a server and key, then remembered, so that
 * recording goes on while the server is away.
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

async function askProject({ server_url, publishable_key }: Settings): Promise<ProjectAnswer> {
  try {
    const response = await fetch(`${server_url}/v1/project`, {
      headers: { authorization: `Bearer ${publishable_key}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) return { ok: false, reason: `The server refused the key (${response.status}).` };
    const project = (await response.json()) as ProjectInfo;
    known = { ...project, server_url, publishable_key };
    await browser.storage.local.set({ [STORAGE_KEY]: known });
    return { ok: true, project };
  } catch {
    return { ok: false, reason: `The server at ${server_url} does not answer.` };
  }
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
