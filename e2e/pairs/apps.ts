import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageDir } from './packages.ts';
import type { Site } from './site.ts';

const run = promisify(execFile);

/** TiddlyWiki is a compiler of itself: one HTML file with an empty wiki. */
async function tiddlywiki(dir: string): Promise<Site> {
  const out = await mkdtemp(join(tmpdir(), 'laskobot-pairs-'));
  const render = ['--rendertiddler', '$:/core/save/all', 'index.html', 'text/plain'];
  await run(process.execPath, [`${dir}/tiddlywiki.js`, `${dir}/editions/empty`, '--output', out, ...render]);
  return { folders: [out], pages: {} };
}

/** Altair writes its page itself, for whatever server it is mounted in. */
async function altair(dir: string): Promise<Site> {
  const { renderAltair, getDistDirectory } = createRequire(import.meta.url)(dir) as {
    renderAltair(options: { baseURL: string; endpointURL: string }): string;
    getDistDirectory(): string;
  };
  // Nothing answers there; with the address of this server the text of a control would change by chance.
  const page = renderAltair({ baseURL: './', endpointURL: 'http://127.0.0.1:9/graphql' });
  return { folders: [getDistDirectory()], pages: { '/index.html': page } };
}

const parameter = (name: string, where: string, schema: object) => ({ name, in: where, required: true, schema });
const operation = (operationId: string, summary: string, parameters: readonly object[] = []) => ({
  operationId,
  summary,
  tags: [operationId.replace(/^[a-z]+/, '').toLowerCase()],
  parameters,
  responses: { 200: { description: 'Done' } },
});
const text = { type: 'string' };

/** A small API for Swagger UI to show; ours, so that nothing is fetched from elsewhere. */
const API_DESCRIPTION = {
  openapi: '3.0.0',
  info: { title: 'Library', version: '1', contact: { name: 'The librarians', url: 'https://library.example/' } },
  servers: [{ url: '/api' }, { url: '/staging' }],
  components: {
    securitySchemes: { card: { type: 'apiKey', in: 'header', name: 'X-Card' } },
    schemas: {
      Book: { type: 'object', properties: { title: text, author: text } },
      Loan: { type: 'object', properties: { book: { $ref: '#/components/schemas/Book' }, due: text } },
    },
  },
  security: [{ card: [] }],
  paths: {
    '/books': {
      get: operation('listBooks', 'All books', [
        parameter('author', 'query', text),
        parameter('sort', 'query', { type: 'string', enum: ['title', 'author'] }),
      ]),
      post: operation('addBooks', 'Adds books'),
    },
    '/books/{title}': { delete: operation('removeBooks', 'Removes a book', [parameter('title', 'path', text)]) },
    '/loans': { get: operation('listLoans', 'All loans'), post: operation('startLoans', 'Lends a book') },
    '/readers': { get: operation('listReaders', 'All readers', [parameter('town', 'query', text)]) },
  },
};

const SWAGGER_PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Swagger UI</title>
<link rel="stylesheet" href="swagger-ui.css"></head><body><div id="swagger-ui"></div>
<script src="swagger-ui-bundle.js"></script><script src="swagger-ui-standalone-preset.js"></script>
<script>SwaggerUIBundle({ url: 'api.json', dom_id: '#swagger-ui', deepLinking: true, filter: true, docExpansion: 'full',
tryItOutEnabled: true, presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset], layout: 'StandaloneLayout' })</script>
</body></html>`;

const swaggerUi = async (dir: string): Promise<Site> => ({
  folders: [dir],
  pages: { '/index.html': SWAGGER_PAGE, '/api.json': JSON.stringify(API_DESCRIPTION) },
});

const RENDERERS: Readonly<Record<string, (dir: string) => Promise<Site>>> = {
  tiddlywiki,
  'altair-static': altair,
  'swagger-ui-dist': swaggerUi,
};

/** The site of an application whose package holds no finished page; `name` may end in `-old` or a version. */
export function renderApp(name: string): Promise<Site> {
  const render = Object.entries(RENDERERS).find(([known]) => name === known || name.startsWith(`${known}-`))?.[1];
  if (!render) throw new Error(`app:${name}: only ${Object.keys(RENDERERS).join(', ')} can be rendered.`);
  return render(packageDir(name));
}
