import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderApp } from '../../pairs/apps.ts';
import { packageDir } from '../../pairs/packages.ts';
import { applicationOf, type PairsFile, parsePairs } from '../../pairs/pairs_file.ts';
import { type Site, serveSite } from '../../pairs/site.ts';

export type Version = 'old' | 'new';

/** Folders of a package that a deployment would serve at its root, where that is not the package itself. */
const ROOTS: Readonly<Record<string, readonly string[]>> = {
  'admin-lte-old': ['dist/pages', 'dist'],
  'admin-lte': ['dist'],
};

interface Source {
  readonly name: string;
  /** Path and fragment under the application's root. */
  readonly address: string;
  readonly rendered: boolean;
}

function sourceOf(source: string): Source {
  const [, app, fragment = ''] = /^app:([^#?]+)(#.*)?$/.exec(source) ?? [];
  if (app) return { name: app, address: `/index.html${fragment}`, rendered: true };
  const [, name, path = ''] = /^npm:((?:@[^/]+\/)?[^/#]+)(\/.+)$/.exec(source) ?? [];
  if (!name) throw new Error(`${source} is no page of a package`);
  const root = ROOTS[name]?.[0];
  return { name, address: root ? path.replace(`/${root}/`, '/') : path, rendered: false };
}

async function siteOf({ name, rendered }: Source): Promise<Site> {
  if (rendered) return renderApp(name);
  const dir = packageDir(name);
  return { folders: ROOTS[name]?.map((root) => join(dir, root)) ?? [dir], pages: {} };
}

/** A labelled page that is served in either version at the same address, as before and after a deployment. */
export interface ServedPage {
  readonly file: PairsFile;
  readonly application: string;
  readonly url: string;
}

export interface Sites {
  page(name: string): Promise<ServedPage>;
  deploy(version: Version): void;
  close(): Promise<void>;
}

/** Serves the applications of pairs files in `folder`, each on a port of its own, and one version of all at a time. */
export function serveVersions(folder: string): Sites {
  const served = new Map<string, Promise<{ origin: string; close(): Promise<void> }>>();
  let version: Version = 'old';

  async function serve(old: Source, fresh: Source) {
    const sites = { old: await siteOf(old), new: await siteOf(fresh) };
    return serveSite(() => sites[version]);
  }

  return {
    async page(name) {
      const path = join(folder, `${name}.json`);
      const file = parsePairs(await readFile(path, 'utf8'), path);
      const [old, fresh] = [sourceOf(file.old), sourceOf(file.new)];
      if (old.address !== fresh.address) throw new Error(`${path}: the versions have different addresses`);
      const application = applicationOf(file);
      const site = served.get(application) ?? serve(old, fresh);
      served.set(application, site);
      return { file, application, url: (await site).origin + old.address };
    },
    deploy(next) {
      version = next;
    },
    async close() {
      for (const site of served.values()) await (await site).close();
    },
  };
}
