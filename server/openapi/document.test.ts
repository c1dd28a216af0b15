import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Db } from '../db/db.ts';
import { openTestPglite } from '../testing/pglite.ts';
import { type TestApp, testApp } from '../testing/test_app.ts';
import { type Json, type OpenApi, openApiDocument } from './document.ts';

describe('the OpenAPI document', () => {
  const document = openApiDocument('1.2.3');
  let db: Db;
  let t: TestApp;
  beforeAll(async () => {
    db = await openTestPglite();
    t = await testApp(db);
  });
  afterAll(() => db.close());

  test('has every route, and no other', () => {
    const routes = t.app.routes
      .filter(({ method, path }) => method !== 'ALL' && !path.startsWith('/storage/v1/'))
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    const told = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(told.sort()).toEqual([...new Set(routes)].sort());
  });

  test('refers only to schemas that it has', () => {
    const refs = refsOf(document as unknown as Json);
    expect(refs.length).toBeGreaterThan(20);
    for (const ref of refs)
      expect(Object.keys(document.components.schemas)).toContain(ref.replace('#/components/schemas/', ''));
  });

  test('tells the bounds that validate', () => {
    const { ToolCall, LookupRequest } = document.components.schemas as Record<string, Record<string, unknown>>;
    expect(ToolCall).toMatchObject({
      type: 'object',
      additionalProperties: false,
      required: ['context', 'tool_name', 'seq', 'event_uuid', 'started_at'],
      properties: {
        tool_name: { type: 'string', minLength: 1, maxLength: 128 },
        page_signature: { $ref: '#/components/schemas/PageSignature' },
      },
    });
    expect(LookupRequest).toMatchObject({ properties: { candidate_elements: { maxItems: 50 } } });
  });

  test('is served, as JSON and as a page without scripts', async () => {
    const { status, body } = await t.send('GET', '/openapi.json', undefined, null);
    expect([status, (body as OpenApi).openapi]).toEqual([200, '3.1.0']);
    const page = await t.send('GET', '/docs', undefined, null);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8']);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page.body).toContain('<code>/v1/runs/{run_id}</code>');
    expect(page.body).not.toMatch(/<script|https?:\/\/(?!json-schema)[^"]*\.(?:js|css)/);
  });
});

function refsOf(value: Json): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(refsOf);
  return Object.entries(value).flatMap(([key, each]) => (key === '$ref' ? [String(each)] : refsOf(each)));
}
