import { mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FileClient, openFileClient } from '../../../../shared/client/file/file_client.ts';
import type { Db } from '../../../db/db.ts';
import { listen } from '../../../entry/listen.ts';
import type { Listening } from '../../../entry/start.ts';
import { openFileBlobs } from '../../../storage/file_blobs.ts';
import { openTestPglite } from '../../../testing/pglite.ts';
import { freePort } from '../../../testing/postgres_cluster.ts';
import { type TestApp, testApp } from '../../../testing/test_app.ts';
import type { FinishedCall } from '../call.ts';
import { createComplaints } from '../complaints.ts';
import { createTypedTexts } from '../typed_texts.ts';
import { type ArtifactChoice, createArtifactWatcher } from './artifact_watcher.ts';
import { scrubInTurns } from './scrub_in_turns.ts';
import { createScrubText } from './scrub_text.ts';
import { sealCall } from './seal_call.ts';

const PASSWORD = 'Dunlin!Harbinger19';
/** One pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const LONG = Array.from({ length: 300 }, (_, at) => `- row "Order of ana@example.org line ${at % 7}" [ref=e${at}]`)
  .concat(`- textbox "Password": ${PASSWORD}`)
  .join('\n');

const typed = createTypedTexts();
typed.add([PASSWORD]);
const run_id = crypto.randomUUID();

function aCall(seq: number, content: readonly unknown[]): FinishedCall {
  const startedAt = Date.now();
  return {
    run: { run_id, session_id: 's', startedAt },
    seq,
    event_uuid: crypto.randomUUID(),
    tool: 'browser_snapshot',
    args: {},
    startedAt,
    endedAt: startedAt + 5,
    traceparent: undefined,
    understood: {},
    outcome: { kind: 'answered', result: { isError: false, content } },
    typed,
  };
}

interface Link {
  readonly seq: number;
  readonly type: string;
  readonly storage_path: string;
}

describe('what is too long for a call', () => {
  let db: Db;
  let t: TestApp;
  let blobs: string;
  let outbox: string;
  let server: Listening;
  let port: number;
  beforeAll(async () => {
    [db, blobs, outbox, port] = await Promise.all([
      openTestPglite(),
      mkdtemp(join(tmpdir(), 'laskobot-blobs-')),
      mkdtemp(join(tmpdir(), 'laskobot-outbox-')),
      freePort(),
    ]);
    t = await testApp(db, { blobs: openFileBlobs(blobs), now: Date.now });
    server = await listen(t.app.fetch, '127.0.0.1', port);
  });
  afterAll(async () => {
    await server?.close();
    await db?.close();
    for (const dir of [blobs, outbox]) await rm(dir, { recursive: true, force: true });
  });

  const open = (): Promise<FileClient> =>
    openFileClient({ dir: outbox, endpoint: { server_url: `http://127.0.0.1:${port}`, key: t.publishable } });
  /** As the proxy does: the calls themselves, and what is kept beside them. */
  async function record(choice: Exclude<ArtifactChoice, 'none'>, calls: readonly FinishedCall[]): Promise<string[]> {
    const said: string[] = [];
    const client = await open();
    const complaints = createComplaints((line) => said.push(line));
    const watcher = createArtifactWatcher({ client: Promise.resolve(client), choice, complaints, now: Date.now });
    for (const call of calls) {
      await client.enqueue(sealCall(call).item);
      watcher.finished(call);
    }
    await watcher.settled();
    await client.close();
    return said;
  }
  const links = (): Promise<Link[]> =>
    db.tx({ projectId: t.projectId }, (tx) =>
      tx.query<Link>(
        `select c.seq, a.type, a.storage_path from artifacts a join tool_calls c using (project_id, call_id)
          where c.run_id = $1 order by c.seq, a.type`,
        [run_id],
      ),
    );
  const stored = ({ storage_path }: Link): Promise<Buffer> => readFile(join(blobs, storage_path));
  const waiting = async (): Promise<string[]> => readdir(join(outbox, 'artifacts'));

  test('is stored scrubbed, once however often it was said, and named by its calls; pictures only where they are asked for', async () => {
    const text = { type: 'text', text: LONG };
    const picture = { type: 'image', data: PNG, mimeType: 'image/png' };
    expect(
      await record('texts', [aCall(0, [text, picture]), aCall(1, [text, { type: 'text', text: 'short' }])]),
    ).toEqual([]);
    const [first, second, ...more] = await links();
    expect([first, second, more]).toMatchObject([{ seq: 0, type: 'logs' }, { seq: 1, type: 'logs' }, []]);
    expect(first!.storage_path).toBe(second!.storage_path);
    const said = gunzipSync(await stored(first!)).toString();
    expect(said).not.toMatch(/Dunlin|example\.org/);
    expect(said.split('\n').slice(-2)).toEqual([
      expect.stringContaining('[ref=e299]'),
      '- textbox "Password": [typed]',
    ]);
    expect(said.match(/\[email\]/g)).toHaveLength(300);

    await record('all', [aCall(2, [picture])]);
    const shot = (await links()).find(({ seq }) => seq === 2);
    expect(shot).toMatchObject({ type: 'screenshot' });
    expect((await stored(shot!)).toString('base64')).toBe(PNG);
    expect(await waiting()).toEqual([]);
  });

  test('waits on disk while the server is away, for whichever process comes next', async () => {
    await server.close();
    expect(await record('texts', [aCall(3, [{ type: 'text', text: `${LONG}\nand more` }])])).toEqual([]);
    const [left = '', ...more] = await waiting();
    expect(more).toEqual([]);
    expect(await readFile(join(outbox, 'artifacts', left), 'utf8')).not.toContain(PASSWORD);
    // Its process has ended: no process of that pid began at that time.
    const dead = (name: string): string => name.replace(/^\d+-\d+/, `${process.pid}-1`);
    await rename(join(outbox, 'artifacts', left), join(outbox, 'artifacts', dead(left)));
    for (const name of await readdir(outbox))
      if (name.endsWith('.jsonl')) await rename(join(outbox, name), join(outbox, dead(name)));

    server = await listen(t.app.fetch, '127.0.0.1', port);
    const next = await open();
    await expect
      .poll(async () => (await links()).filter(({ seq }) => seq === 3), { timeout: 25_000 })
      .toMatchObject([{ type: 'logs' }]);
    await next.close();
    expect(await waiting()).toEqual([]);
  });
});

test('what reaches over the end of a slice is found', async () => {
  const scrub = createScrubText(typed);
  for (const words of ['ana maria@example.org', `it is\n${PASSWORD.replace('!', '!\n')}\nand`])
    for (let before = 1980; before < 2060; before += 1) {
      const clean = await scrubInTurns(
        `${'x '.repeat(before / 2)}${words} ${'y '.repeat(2000)}`,
        scrub,
        async () => {},
      );
      expect({ before, clean }).not.toMatchObject({ clean: expect.stringMatching(/example\.org|Dunlin|Harbinger/) });
    }
});
