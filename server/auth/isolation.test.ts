import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OPERATIONS } from '../openapi/operations.ts';
import { openFileBlobs } from '../storage/file_blobs.ts';
import { describeDatabases } from '../testing/databases.ts';
import { aCall, anElement, aPage } from '../testing/items.ts';
import { emptyDir } from '../testing/server_process.ts';
import { type Answer, type TestApp, testApp } from '../testing/test_app.ts';

const BYTES = 'recorded page of the first project';
const HASH = createHash('sha256').update(BYTES).digest('hex');

/** Every route, called with the keys of one project and the ids of another. */
describeDatabases('isolation', (db) => {
  let mine: TestApp;
  let theirs: TestApp;
  let path: string;
  /** Of an erasure that they asked for and nobody has begun. */
  let erase_id: string;
  let hint_id: string;
  let dir: string;
  const run_id = uuidv7();
  const context = { run_id, session_id: 'shared', instance_id: 'shared', tab_id: '17' };
  const theirCall = aCall({
    context,
    tool_name: 'their_tool',
    success: true,
    page_signature: aPage('theirs'),
    element_signatures: [anElement()],
  });
  beforeAll(async () => {
    dir = await emptyDir();
    const blobs = openFileBlobs(dir);
    mine = await testApp(db(), { blobs });
    theirs = await testApp(db(), { blobs });
    const { artifacts } = (
      await theirs.send('POST', '/v1/artifacts/sign', {
        artifacts: [{ type: 'dom', content_hash: HASH, size: BYTES.length, ext: 'html' }],
      })
    ).body;
    path = artifacts[0].path;
    const put = await theirs.app.request(`/storage/v1/object/upload/sign/dom/${path}?token=${artifacts[0].token}`, {
      method: 'PUT',
      body: BYTES,
    });
    expect(put.status).toBe(200);
    const stored = { type: 'dom', content_hash: HASH, storage_path: `dom/${path}`, size: BYTES.length };
    const answer = await theirs.send('POST', '/v1/ingest', { items: [{ ...theirCall, artifacts: [stored] }] });
    expect(answer.body.accepted).toBe(1);
    for (let read = 0, tries = 0; read < 1 && tries < 50; tries++)
      read += (await theirs.send('POST', '/internal/jobs/aggregate')).body.detail.tool_calls;
    [{ hint_id }] = (await theirs.send('GET', '/v1/hints')).body.hints;
    await theirs.send('POST', '/hints/lookup', { url: 'https://shop.example/theirs', run_id });
    // Written beside the lookup.
    while ((await theirs.send('GET', '/v1/hints/uplift')).body.groups.length === 0);
    erase_id = (await theirs.send('POST', '/v1/erase', { domain: 'elsewhere.example' })).body.erase_id;
  });
  afterAll(() => rm(dir, { recursive: true }));
  const rows = async () =>
    db().tx('admin', (tx) =>
      tx.query(
        `select (select count(*)::int from tool_calls where project_id = $1) as calls,
           (select count(*)::int from sessions where project_id = $1) as sessions,
           (select count(*)::int from artifacts where project_id = $1) as artifacts,
           (select count(*)::int from hints where project_id = $1) as hints,
           (select jsonb_agg(state) from hints where project_id = $1) as states,
           (select count(*)::int from hint_exposures where project_id = $1) as exposures,
           (select jsonb_agg(to_jsonb(t) order by call_id) from tool_calls t where project_id = $1) as content`,
        [theirs.projectId],
      ),
    );

  /** What each route answers to me about them. */
  const ROUTES: Record<string, () => Promise<Answer>> = {
    ingestToolCalls: () => mine.send('POST', '/internal/ingest/tool_call', { ...theirCall, tool_name: 'my_tool' }),
    ingest: () =>
      mine.send('POST', '/v1/ingest', { items: [{ ...theirCall, kind: 'tool_call', tool_name: 'my_tool' }] }),
    lookup: () => mine.send('POST', '/hints/lookup', { url: 'https://shop.example/theirs' }),
    bundle: () => mine.send('GET', '/v1/hints/bundle?domain=shop.example'),
    signArtifacts: () =>
      mine.send('POST', '/v1/artifacts/sign', {
        artifacts: [{ type: 'dom', content_hash: HASH, size: BYTES.length, ext: 'html' }],
      }),
    project: () => mine.send('GET', '/v1/project'),
    listHints: () => mine.send('GET', '/v1/hints'),
    uplift: () => mine.send('GET', '/v1/hints/uplift?by=domain'),
    readHint: () => mine.send('GET', `/v1/hints/${hint_id}`),
    readEvidence: () => mine.send('GET', `/v1/hints/${hint_id}/evidence`),
    decideHint: () => mine.send('POST', `/v1/hints/${hint_id}/decision`, { decision: 'veto' }),
    readRun: () => mine.send('GET', `/v1/runs/${run_id}`),
    erase: () => mine.send('POST', '/v1/erase', { session_id: 'shared' }),
    readErase: () => mine.send('GET', `/v1/erase/${erase_id}`),
    runJob: () => mine.send('POST', '/internal/jobs/aggregate'),
    runErase: () => mine.send('POST', '/internal/jobs/erase'),
    metrics: () => mine.send('GET', '/metrics'),
    uploadSign: () => mine.send('POST', `/storage/v1/object/upload/sign/dom/${path}`),
    downloadSign: () => mine.send('POST', `/storage/v1/object/sign/dom/${path}`, { expiresIn: 60 }),
    info: () => mine.send('GET', `/storage/v1/object/info/dom/${path}`),
    download: () => mine.send('GET', `/storage/v1/object/dom/${path}`),
    list: () => mine.send('POST', '/storage/v1/object/list/dom', { prefix: `${theirs.projectId}/dom` }),
    remove: () => mine.send('DELETE', '/storage/v1/object/dom', { prefixes: [path] }),
  };

  test('walks every route that takes a key', () => {
    const taking = OPERATIONS.filter(({ key }) => key !== 'none').map(({ id }) => id);
    expect(Object.keys(ROUTES)).toEqual(expect.arrayContaining(taking));
  });

  test('nothing of theirs is told or changed', async () => {
    const before = await rows();
    expect(before[0]).toMatchObject({ calls: 1, sessions: 1, artifacts: 1, hints: 1, exposures: 1 });
    // Reading first: after my own call of the same run id there is a run of mine.
    const { ingest, ingestToolCalls, ...others } = ROUTES;
    for (const [name, ask] of Object.entries({ ...others, ingest, ingestToolCalls })) {
      const { status, body } = await (ask as () => Promise<Answer>)();
      const text = JSON.stringify(body) ?? '';
      for (const secret of ['their_tool', 'elsewhere.example', BYTES, theirs.projectId])
        expect([name, text.includes(secret)]).toEqual([name, false]);
      expect([name, status < 500]).toEqual([name, true]);
    }
    expect(await rows()).toEqual(before);
  });

  test('the same ids are mine in my project', async () => {
    const run = await mine.send('GET', `/v1/runs/${run_id}`);
    expect(run.body.calls.map((call: { tool_name: string }) => call.tool_name)).toEqual(['my_tool']);
    expect((await ROUTES.lookup?.())?.body.element_hints).toEqual([]);
    expect((await ROUTES.bundle?.())?.status).toBe(404);
    expect((await ROUTES.uplift?.())?.body.groups).toEqual([]);
    const { artifacts } = (await ROUTES.signArtifacts?.())?.body ?? {};
    expect([artifacts[0].status, artifacts[0].path.startsWith(mine.projectId)]).toEqual(['upload', true]);
  });

  test('their storage stays closed, and an item cannot name it', async () => {
    for (const name of ['uploadSign', 'downloadSign', 'info', 'download', 'list', 'remove']) {
      const { status, body } = (await ROUTES[name]?.()) ?? {};
      expect([name, status, body.code]).toEqual([name, 400, 'AccessDenied']);
    }
    const artifact = { type: 'dom', content_hash: HASH, storage_path: `dom/${path}`, size: BYTES.length };
    const { body } = await mine.send('POST', '/v1/ingest', { items: [aCall({ artifacts: [artifact] })] });
    expect(body).toMatchObject({ accepted: 0, rejected: 1 });
    expect((await theirs.send('GET', `/storage/v1/object/info/dom/${path}`)).status).toBe(200);
  });
});
