import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StorageClient } from '@supabase/storage-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SignedArtifact } from '../../shared/protocol/schema.ts';
import type { Db } from '../db/db.ts';
import { listen } from '../entry/listen.ts';
import type { Listening } from '../entry/start.ts';
import { sha256Hex } from '../sha256.ts';
import { openFileBlobs } from '../storage/file_blobs.ts';
import { StorageUnavailable } from '../storage/storage.ts';
import { openSupabaseStorage } from '../storage/supabase.ts';
import { aCall } from '../testing/items.ts';
import { openTestPglite } from '../testing/pglite.ts';
import { NOW, type TestApp, testApp } from '../testing/test_app.ts';

describe('the folder storage, driven by the StorageClient of Supabase', () => {
  let db: Db;
  let t: TestApp;
  let root: string;
  let server: Listening;
  let url: string;
  let now = NOW;
  beforeAll(async () => {
    db = await openTestPglite();
    root = await mkdtemp(join(tmpdir(), 'laskobot-blobs-'));
    t = await testApp(db, { blobs: openFileBlobs(root), now: () => now });
    server = await listen(t.app.fetch, '127.0.0.1', 0);
    url = `http://127.0.0.1:${server.port}`;
  });
  afterAll(async () => {
    await server.close();
    await db.close();
    await rm(root, { recursive: true });
  });

  const storage = (key?: string) =>
    new StorageClient(`${url}/storage/v1`, key ? { authorization: `Bearer ${key}` } : {});
  const sign = async (text: string, changes: object = {}): Promise<SignedArtifact> => {
    const artifact = { type: 'dom', content_hash: sha256Hex(text), size: text.length, ext: 'html', ...changes };
    const response = await fetch(`${url}/v1/artifacts/sign`, {
      method: 'POST',
      headers: { apikey: t.publishable },
      body: JSON.stringify({ artifacts: [artifact] }),
    });
    const answer = await response.json();
    expect(answer.storage_url).toBe(`${url}/storage/v1`);
    return answer.artifacts[0];
  };
  const upload = ({ bucket = '', path = '', token = '', content_type }: SignedArtifact, body: Blob | string) =>
    storage()
      .from(bucket)
      .uploadToSignedUrl(path, token, body, content_type ? { contentType: content_type } : {});
  /** Signs, uploads and names an artifact as the extension does. */
  const store = async (text: string): Promise<SignedArtifact> => {
    const signed = await sign(text);
    expect((await upload(signed, text)).error).toBeNull();
    const { content_hash, storage_path } = signed;
    const artifacts = [{ type: 'dom', content_hash, storage_path, size: text.length }];
    expect((await t.send('POST', '/v1/ingest', { items: [aCall({ artifacts })] })).body.accepted).toBe(1);
    return signed;
  };

  test('signs a place in the project, by type', async () => {
    const hash = sha256Hex('x');
    for (const [type, ext, bucket] of [
      ['screenshot', 'webp', 'screenshots'],
      ['dom', 'html.gz', 'dom'],
      ['scaffold', 'json', 'scaffolds'],
      ['har', 'json.gz', 'logs'],
      ['logs', 'txt', 'logs'],
    ]) {
      expect(await sign('x', { type, ext })).toMatchObject({
        status: 'upload',
        bucket,
        path: `${t.projectId}/${type}/${hash}.${ext}`,
        storage_path: `${bucket}/${t.projectId}/${type}/${hash}.${ext}`,
      });
    }
  });

  test.each([
    ['text', (text: string) => text],
    ['a Blob, which is sent as a form', (text: string) => new Blob([text], { type: 'text/html' })],
  ])('takes an upload as %s and gives the bytes back', async (name, bodyOf) => {
    const text = `<p>${name} ü</p>`;
    const size = new TextEncoder().encode(text).byteLength;
    const signed = await sign(text, { size });
    const { data, error } = await upload(signed, bodyOf(text));
    expect([data?.fullPath, error]).toEqual([signed.storage_path, null]);
    const bucket = storage(t.secret).from('dom');
    const { data: link } = await bucket.createSignedUrl(signed.path ?? '', 60);
    const download = await fetch(link?.signedUrl ?? '');
    expect(await download.text()).toBe(text);
    expect(download.headers.get('content-type')).toBe('text/html');
    expect(download.headers.get('content-security-policy')).toContain('sandbox');
    expect((await bucket.info(signed.path ?? '')).data).toMatchObject({ size });
    expect(await (await bucket.download(signed.path ?? '')).data?.text()).toBe(text);
  });

  test('an artifact that is stored need not be uploaded again', async () => {
    const signed = await store('known');
    expect(await sign('known')).toMatchObject({ status: 'exists', storage_path: signed.storage_path });
    expect(await sign('known', { size: 4 })).toMatchObject({ status: 'rejected', code: 'id_conflict' });
    await storage(t.secret)
      .from('dom')
      .remove([signed.path ?? '']);
    expect(await sign('known')).toMatchObject({ status: 'upload' });
  });

  test('a second upload to one place is a duplicate, and leaves the first', async () => {
    const signed = await store('first');
    const { error } = await upload({ ...signed }, 'other');
    expect(error).toMatchObject({ statusCode: '409' });
    expect(
      (
        await storage(t.secret)
          .from('dom')
          .info(signed.path ?? '')
      ).data?.size,
    ).toBe(5);
  });

  test.each([
    ['text', (text: string) => text],
    ['a form', (text: string) => new Blob([text])],
  ])('refuses more bytes than were signed for, as %s, and keeps nothing', async (name, bodyOf) => {
    const signed = await sign(`small ${name}`);
    const { error } = await upload(signed, bodyOf('x'.repeat(200_000)));
    expect(error).toMatchObject({ statusCode: '413' });
    expect(
      (
        await storage(t.secret)
          .from('dom')
          .info(signed.path ?? '')
      ).error,
    ).toMatchObject({ statusCode: '404' });
    expect(await readdir(join(root, '.drafts'))).toEqual([]);
  });

  test('refuses tokens that are forged, for another place, or too old', async () => {
    const signed = await sign('token');
    const elsewhere = await sign('elsewhere');
    const forged = `${signed.token?.split('.')[0]}.${elsewhere.token?.split('.')[1]}`;
    expect((await upload({ ...signed, token: forged }, 'token')).error?.message).toMatch(/invalid or has expired/);
    expect((await upload({ ...signed, token: elsewhere.token ?? '' }, 'token')).error?.message).toMatch(
      /another object/,
    );
    now += 2 * 3600 * 1000;
    expect((await upload(signed, 'token')).error?.message).toMatch(/invalid or has expired/);
    now = NOW;
  });

  test('the driver for Supabase signs and measures over the same wire', async () => {
    const driver = openSupabaseStorage({ url, secretKey: t.secret });
    const path = `${t.projectId}/dom/${'d'.repeat(64)}.html`;
    expect(await driver.sizeOf('dom', path)).toBeUndefined();
    const token = await driver.signUpload('dom', path, 3);
    expect((await upload({ content_hash: '', status: 'upload', bucket: 'dom', path, token }, 'abc')).error).toBeNull();
    expect(await driver.sizeOf('dom', path)).toBe(3);
    expect(driver.url).toBe(`${url}/storage/v1`);
    const away = openSupabaseStorage({ url: 'http://127.0.0.1:1', secretKey: t.secret });
    for (const asked of [away.sizeOf('dom', path), away.signUpload('dom', path, 1), away.prepare()]) {
      await expect(asked).rejects.toThrow(StorageUnavailable);
    }
    const unsigned = await testApp(db, { storage: away });
    const artifacts = [{ type: 'dom', content_hash: 'e'.repeat(64), size: 1, ext: 'html' }];
    const { status, headers } = await unsigned.send('POST', '/v1/artifacts/sign', { artifacts });
    expect([status, headers.get('retry-after')]).toEqual([503, '5']);
  });

  test('lists and removes, skipping what is missing', async () => {
    const { path = '' } = await store('listed');
    const bucket = storage(t.secret).from('dom');
    const folder = `${t.projectId}/dom`;
    const { data } = await bucket.list(folder);
    expect(data).toContainEqual(
      expect.objectContaining({ name: path.slice(folder.length + 1), metadata: expect.objectContaining({ size: 6 }) }),
    );
    const removed = await bucket.remove([path, `${folder}/missing.html`]);
    expect(removed.data?.map((each) => each.name)).toEqual([path]);
    expect((await bucket.list(folder)).data?.map((each) => each.name)).not.toContain(path.slice(folder.length + 1));
  });

  test('the API takes the secret key of the project that the path names', async () => {
    const other = await testApp(db, { blobs: openFileBlobs(root), now: () => now });
    const { path = '' } = await store('private');
    for (const key of [t.publishable, other.secret, undefined]) {
      const bucket = storage(key).from('dom');
      const denied = { statusCode: '403' };
      expect((await bucket.createSignedUrl(path, 60)).error).toMatchObject(denied);
      expect((await bucket.createSignedUploadUrl(path)).error).toMatchObject(denied);
      expect((await bucket.info(path)).error).toMatchObject(denied);
      expect((await bucket.list(`${t.projectId}/dom`)).error).toMatchObject(denied);
      expect((await bucket.remove([path])).error).toMatchObject(denied);
    }
    expect((await storage(t.secret).from('nothing').info(path)).error).toMatchObject({ statusCode: '404' });
  });

  test.each(['../../secret', '%2e%2e/%2e%2e/secret', '..%2f..%2fsecret', 'a//b', '.', 'a/%00', 'a%5Cb'])(
    'no path leaves its bucket: %s',
    async (path) => {
      const response = await fetch(`${url}/storage/v1/object/upload/sign/dom/${t.projectId}/${path}`, {
        method: 'POST',
        headers: { apikey: t.secret },
      });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.status).toBeLessThan(500);
    },
  );
});
