import { createHash } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IngestItem, SignRequest } from '../../protocol/schema.ts';
import { createApi } from '../api.ts';
import { openArtifactFolder } from './artifact_folder.ts';
import { createArtifactUploads } from './upload_artifacts.ts';

interface Refusal {
  readonly status: number;
  readonly retryAfter?: string;
}

describe('uploads of Node processes', () => {
  let server: Server;
  let endpoint: { server_url: string; key: string };
  let signed: number[] = [];
  let put = 0;
  let refuseSign: Refusal | undefined;
  let refusePut: Refusal | undefined;
  let clock = 0;
  let paused = false;
  let told: IngestItem[] = [];

  beforeEach(async () => {
    [signed, put, refuseSign, refusePut, clock, paused, told] = [[], 0, undefined, undefined, Date.now(), false, []];
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      const isPut = request.method === 'PUT';
      const refusal = isPut ? refusePut : refuseSign;
      if (isPut) put += 1;
      else {
        const { artifacts } = JSON.parse(body) as SignRequest;
        signed.push(artifacts.length);
        const places = artifacts.map(({ content_hash }) => ({
          content_hash,
          status: 'upload',
          bucket: 'dom',
          path: content_hash,
          token: 't',
          storage_path: `dom/${content_hash}`,
        }));
        body = JSON.stringify({ storage_url: endpoint.server_url, artifacts: places });
      }
      response.statusCode = refusal?.status ?? 200;
      if (refusal?.retryAfter) response.setHeader('retry-after', refusal.retryAfter);
      response.end(refusal || isPut ? '{}' : body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    endpoint = { server_url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, key: 'k' };
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  async function uploading() {
    const folder = await openArtifactFolder(await mkdtemp(join(tmpdir(), 'laskobot-uploads-')));
    const uploads = createArtifactUploads({
      folder,
      endpoint,
      api: createApi({ serverUrl: endpoint.server_url, key: endpoint.key, fetch }),
      paused: async () => paused,
      tell: async (item) => told.push(item),
      now: () => clock,
      random: () => 0.5,
    });
    const keep = async (text: string): Promise<void> => {
      const call = {
        context: { run_id: 'r' },
        tool_name: 't',
        seq: 0,
        event_uuid: text,
        started_at: '2026-11-23T00:00:00Z',
      };
      const content_hash = createHash('sha256').update(text).digest('hex');
      const artifact = { call, type: 'dom', ext: 'html.gz', content_hash, size: text.length, made_at: clock } as const;
      expect(await folder.keep(artifact, Buffer.from(text))).toBeDefined();
    };
    return { uploads, keep };
  }

  it('signs in one request what waits, and tells each call what was stored', async () => {
    const { uploads, keep } = await uploading();
    for (const text of ['a', 'b']) await keep(text);
    expect(await uploads.run()).toBeUndefined();
    expect([signed, put]).toEqual([[2], 2]);
    expect(told).toMatchObject([{ event_uuid: 'a' }, { event_uuid: 'b' }]);
  });

  it('never undercuts what the server asks to wait, for what comes later neither', async () => {
    const { uploads, keep } = await uploading();
    refuseSign = { status: 429, retryAfter: '120' };
    await keep('a');
    expect(await uploads.run()).toBe(clock + 120_000);
    await keep('b');
    clock += 119_999;
    expect(await uploads.run()).toBe(clock + 1);
    expect(signed).toEqual([1]);
    refuseSign = undefined;
    clock += 1;
    await uploads.run();
    expect([signed, told.length]).toEqual([[1, 2], 2]);
  });

  it('waits as the storage asks, with all uploads, and anew where the clock was set back', async () => {
    const { uploads, keep } = await uploading();
    refusePut = { status: 429, retryAfter: '60' };
    for (const text of ['a', 'b']) await keep(text);
    await uploads.run();
    await keep('c');
    await uploads.run();
    expect([signed, put]).toEqual([[2], 1]);
    clock -= 86_400_000;
    expect(await uploads.run()).toBe(clock + 60_000);
    refusePut = undefined;
    clock += 60_000;
    await uploads.run();
    expect([put, told.length]).toEqual([4, 3]);
  });

  it('does not wait a day for another try where the clock was set back by one', async () => {
    const { uploads, keep } = await uploading();
    refusePut = { status: 500 };
    await keep('a');
    await uploads.run();
    await uploads.run();
    expect(put).toBe(1);
    refusePut = undefined;
    clock -= 86_400_000;
    await uploads.run();
    expect(told).toHaveLength(1);
  });

  it('signs nothing while a person has to act', async () => {
    const { uploads, keep } = await uploading();
    paused = true;
    await keep('a');
    expect(await uploads.run()).toBeUndefined();
    expect(signed).toEqual([]);
    paused = false;
    refuseSign = { status: 403 };
    for (let n = 0; n < 2; n += 1) await uploads.run();
    expect([signed, uploads.paused()?.code]).toEqual([[1], 'unexpected_answer']);
    refuseSign = undefined;
    uploads.resume();
    await uploads.run();
    expect(told).toHaveLength(1);
  });
});
