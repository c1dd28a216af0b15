import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { serveLoopback } from '../../server/testing/serve_loopback.ts';

/** Real applications, each in two versions, from the npm registry. */
export const APPS = ['tiddlywiki', 'gentelella', 'swagger-ui'] as const;
export type App = (typeof APPS)[number];
export type Version = 'old' | 'new';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

const packageDir = (name: string, version: Version): string => `node_modules/${name}${version === 'old' ? '-old' : ''}`;

/** TiddlyWiki is a compiler of itself: one HTML file with an empty wiki. */
async function renderTiddlyWiki(version: Version): Promise<string> {
  const out = await mkdtemp(join(tmpdir(), 'laskobot-tiddlywiki-'));
  const dir = packageDir('tiddlywiki', version);
  const args = [`${dir}/tiddlywiki.js`, `${dir}/editions/empty`, '--output', out];
  await promisify(execFile)(process.execPath, [
    ...args,
    '--rendertiddler',
    '$:/core/save/all',
    'index.html',
    'text/plain',
  ]);
  return out;
}

/** A small API for Swagger UI to show; ours, so that nothing is fetched from elsewhere. */
const API_DESCRIPTION = {
  openapi: '3.0.0',
  info: { title: 'Pets', version: '1' },
  paths: {
    '/pets': {
      get: {
        operationId: 'listPets',
        summary: 'All pets',
        parameters: [{ name: 'limit', in: 'query', schema: { type: 'integer' } }],
        responses: { 200: { description: 'Pets' } },
      },
      post: { operationId: 'addPet', summary: 'A new pet', responses: { 201: { description: 'Made' } } },
    },
  },
};

const SWAGGER_PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Swagger UI</title>
<link rel="stylesheet" href="swagger-ui.css"></head><body><div id="swagger-ui"></div>
<script src="swagger-ui-bundle.js"></script>
<script>SwaggerUIBundle({ url: 'api.json', dom_id: '#swagger-ui' })</script></body></html>`;

export interface AppServer {
  /** Address of an application's first page; the same for all its versions, as after a deployment. */
  url(app: App): string;
  deploy(app: App, version: Version): void;
  close(): Promise<void>;
}

/** Serves the applications on loopback. */
export async function serveApps(): Promise<AppServer> {
  const deployed: Record<App, Version> = { tiddlywiki: 'new', gentelella: 'new', 'swagger-ui': 'new' };
  const wikis = { old: await renderTiddlyWiki('old'), new: await renderTiddlyWiki('new') };
  const folders: Record<App, (version: Version) => string> = {
    tiddlywiki: (version) => wikis[version],
    gentelella: (version) => packageDir('gentelella', version),
    'swagger-ui': (version) => packageDir('swagger-ui-dist', version),
  };

  async function answer(path: string): Promise<{ body: string | Buffer; type: string } | undefined> {
    const [, name = '', ...rest] = path.split('/');
    const app = APPS.find((known) => known === name);
    if (!app) return undefined;
    const file = normalize(rest.join('/') || 'index.html');
    if (file.startsWith('..')) return undefined;
    if (app === 'swagger-ui' && file === 'index.html') return { body: SWAGGER_PAGE, type: TYPES['.html']! };
    if (app === 'swagger-ui' && file === 'api.json')
      return { body: JSON.stringify(API_DESCRIPTION), type: TYPES['.json']! };
    const full = join(folders[app](deployed[app]), file);
    if (!existsSync(full)) return undefined;
    return { body: await readFile(full), type: TYPES[extname(full)] ?? 'application/octet-stream' };
  }

  const served = await serveLoopback((request, response) => {
    answer(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname))
      .catch(() => undefined)
      .then((found) => {
        response.writeHead(found ? 200 : 404, {
          'content-type': found?.type ?? 'text/plain',
          'cache-control': 'no-store',
        });
        response.end(found?.body ?? 'Not found');
      });
  });
  const first: Record<App, string> = {
    tiddlywiki: '/tiddlywiki/index.html',
    gentelella: '/gentelella/production/form.html',
    'swagger-ui': '/swagger-ui/index.html',
  };
  return {
    url: (app) => `${served.origin}${first[app]}`,
    deploy: (app, version) => {
      deployed[app] = version;
    },
    close: served.close,
  };
}
