import { readFile, stat } from 'node:fs/promises';
import { dirname, extname, join, normalize, resolve } from 'node:path';
import { type Served, serveLoopback } from '../../server/testing/serve_loopback.ts';

/** What a server answers: pages by path, then files of the folders, the first that has one. */
export interface Site {
  readonly folders: readonly string[];
  readonly pages: Readonly<Record<string, string>>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.mjs': 'text/javascript',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

/** A folder and those above it: a browser cuts the `..` off that would lead out of the root of a site. */
export function upwards(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [] : [resolve(folder), ...upwards(parent)];
}

async function answer({ folders, pages }: Site, path: string): Promise<string | Buffer | undefined> {
  const page = pages[path];
  if (page !== undefined) return page;
  for (const folder of folders) {
    const full = join(folder, normalize(path));
    if (await isFile(full)) return readFile(full);
  }
  return undefined;
}

/** Serves a site on a free port of loopback; `site` may tell with each request which it is now. */
export function serveSite(site: Site | (() => Site)): Promise<Served> {
  return serveLoopback((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = decodeURIComponent(pathname).replace(/\/$/, '/index.html');
    answer(typeof site === 'function' ? site() : site, path)
      .catch(() => undefined)
      .then((body) => {
        const type = TYPES[extname(path)] ?? 'application/octet-stream';
        response.writeHead(body === undefined ? 404 : 200, {
          'content-type': body === undefined ? 'text/plain' : type,
        });
        response.end(body ?? 'Not found');
      });
  });
}
