import { access } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { renderApp } from './apps.ts';
import { packageDir } from './packages.ts';
import { type Site, serveSite, upwards } from './site.ts';

export interface OpenSource {
  readonly url: string;
  close(): Promise<void>;
}

const NPM = /^npm:((?:@[^/]+\/)?[^/#]+)(\/[^#?]+)([#?].*)?$/;
const APP = /^app:([^#?]+)([#?].*)?$/;

async function served(site: Site, address: string): Promise<OpenSource> {
  const { origin, close } = await serveSite(site);
  return { url: origin + address, close };
}

/**
 * Opens one side of a pairs file: an http, https or file URL as it is; `npm:PACKAGE/PATH` and `app:PACKAGE` (a page that the
 * package renders), each at the root of a server of its own; else a path relative to the pairs file.
 */
export async function openSource(source: string, pairsPath: string): Promise<OpenSource> {
  if (/^(https?|file):\/\//.test(source)) return { url: source, close: async () => {} };
  const [, app, appRest = ''] = APP.exec(source) ?? [];
  if (app) return served(await renderApp(app), `/index.html${appRest}`);
  const [, name, path, rest = ''] = NPM.exec(source) ?? [];
  if (name && path) return served({ folders: [packageDir(name)], pages: {} }, encodeURI(path) + rest);
  const [, file = source, fileRest = ''] = /^([^#?]*)([#?].*)?$/.exec(source) ?? [];
  const full = resolve(dirname(pairsPath), file);
  await access(full).catch(() => {
    throw new Error(`${pairsPath}: there is no ${full}`);
  });
  return served({ folders: upwards(dirname(full)), pages: {} }, `/${encodeURIComponent(basename(full))}${fileRest}`);
}
