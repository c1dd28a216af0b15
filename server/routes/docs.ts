import { Hono } from 'hono';
import pkg from '../../package.json' with { type: 'json' };
import type { AppEnv } from '../http/env.ts';
import { type OpenApi, openApiDocument } from '../openapi/document.ts';
import { openApiPage } from '../openapi/page.ts';

/** `GET /openapi.json`, and `GET /docs`, the same as a page. */
export function docsRoutes(): Hono<AppEnv> {
  let made: OpenApi | undefined;
  const document = () => {
    made ??= openApiDocument(pkg.version);
    return made;
  };
  const app = new Hono<AppEnv>();
  app.get('/openapi.json', (c) => c.json(document()));
  app.get('/docs', (c) => {
    c.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    return c.html(openApiPage(document()));
  });
  return app;
}
