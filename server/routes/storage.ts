import { Hono } from 'hono';
import * as z from 'zod';
import { MAX_ARTIFACT_BYTES, MAX_BODY_BYTES } from '../../shared/protocol/limits.ts';
import { BUCKETS } from '../artifacts/place.ts';
import type { Authenticate } from '../auth/authenticate.ts';
import { ApiError } from '../errors.ts';
import { readJson } from '../http/read_json.ts';
import { type Blobs, isBlobPath } from '../storage/blobs.ts';
import { contentType } from '../storage/content_type.ts';
import { UPLOAD_TOKEN_MS } from '../storage/folder.ts';
import type { Tokens } from '../storage/token.ts';
import { download, metadata } from './storage_download.ts';
import { StorageWireError } from './storage_error.ts';
import { MULTIPART_SLACK, uploadedBytes } from './storage_upload.ts';

export interface StorageRoutesDeps {
  readonly blobs: Blobs;
  readonly tokens: Tokens;
  readonly authenticate: Authenticate;
  readonly now: () => number;
}

const ListRequest = z.object({
  prefix: z.string().default(''),
  limit: z.number().int().min(0).max(1000).default(100),
  offset: z.number().int().min(0).default(0),
});
const SignRequest = z.object({
  expiresIn: z
    .number()
    .int()
    .positive()
    .max(7 * 24 * 3600),
});
const RemoveRequest = z.object({ prefixes: z.array(z.string()).max(1000) });

/** The part of Supabase's Storage API that artifacts need, over a folder. Without a token it takes a secret key. */
export function storageRoutes({ blobs, tokens, authenticate, now }: StorageRoutesDeps): Hono {
  const app = new Hono();
  app.onError((error) => {
    if (error instanceof StorageWireError) return error.response();
    if (error instanceof ApiError && error.code !== 'rate_limited') {
      return new StorageWireError(
        error.status === 401 || error.status === 403 ? 'AccessDenied' : 'InvalidRequest',
      ).response();
    }
    throw error;
  });

  /** Refuses whoever has no secret key of the project that the path begins with. */
  async function authorize(headers: Headers, bucket: string, path: string): Promise<void> {
    const caller = await authenticate(headers);
    if (caller.kind !== 'secret' || path.split('/')[0] !== caller.projectId) throw new StorageWireError('AccessDenied');
    checkBucket(bucket);
  }

  async function granted(token: string | undefined, op: 'upload' | 'download', bucket: string, path: string) {
    const grant = token ? await tokens.verify(token, now()) : undefined;
    if (grant?.op !== op) throw new StorageWireError('InvalidJWT');
    if (grant.bucket !== bucket || grant.path !== path) throw new StorageWireError('InvalidSignature');
    return grant;
  }

  const body = async <S extends z.ZodType>(request: Request, schema: S): Promise<z.output<S>> => {
    const parsed = schema.safeParse(await readJson(request, MAX_BODY_BYTES));
    if (!parsed.success) throw new StorageWireError('InvalidRequest');
    return parsed.data;
  };

  app.post('/object/upload/sign/:bucket/:path{.+}', async (c) => {
    const { bucket, path } = placeOf(c.req.param());
    await authorize(c.req.raw.headers, bucket, path);
    const upsert = c.req.header('x-upsert') === 'true';
    const expires = now() + UPLOAD_TOKEN_MS;
    const token = await tokens.sign({ op: 'upload', bucket, path, upsert, maxBytes: MAX_ARTIFACT_BYTES, expires });
    return c.json({ url: `/object/upload/sign/${bucket}/${path}?token=${token}`, token });
  });

  app.put('/object/upload/sign/:bucket/:path{.+}', async (c) => {
    const { bucket, path } = placeOf(c.req.param());
    const { maxBytes = MAX_ARTIFACT_BYTES, upsert = false } = await granted(
      c.req.query('token'),
      'upload',
      bucket,
      path,
    );
    if (Number(c.req.header('content-length') ?? 0) > maxBytes + MULTIPART_SLACK)
      throw new StorageWireError('EntityTooLarge');
    const stream = await uploadedBytes(c.req.raw, maxBytes);
    const put = await blobs.put(bucket, path, stream, { maxBytes, upsert });
    if (!put.done) throw new StorageWireError(put.why === 'exists' ? 'KeyAlreadyExists' : 'EntityTooLarge');
    return c.json({ Key: `${bucket}/${path}` });
  });

  app.post('/object/sign/:bucket/:path{.+}', async (c) => {
    const { bucket, path } = placeOf(c.req.param());
    await authorize(c.req.raw.headers, bucket, path);
    const { expiresIn } = await body(c.req.raw, SignRequest);
    if (!(await blobs.info(bucket, path))) throw new StorageWireError('NoSuchKey');
    const token = await tokens.sign({ op: 'download', bucket, path, expires: now() + expiresIn * 1000 });
    return c.json({ signedURL: `/object/sign/${bucket}/${path}?token=${token}` });
  });

  app.get('/object/sign/:bucket/:path{.+}', async (c) => {
    const { bucket, path } = placeOf(c.req.param());
    await granted(c.req.query('token'), 'download', bucket, path);
    return download(blobs, bucket, path);
  });

  app.get('/object/info/:bucket/:path{.+}', async (c) => {
    const { bucket, path } = placeOf(c.req.param());
    await authorize(c.req.raw.headers, bucket, path);
    const info = await blobs.info(bucket, path);
    if (!info) throw new StorageWireError('NoSuchKey');
    const { size, modified } = info;
    return c.json({ name: path, bucket_id: bucket, size, content_type: contentType(path), last_modified: modified });
  });

  app.post('/object/list/:bucket', async (c) => {
    const { prefix, limit, offset } = await body(c.req.raw, ListRequest);
    const folder = prefix.replace(/\/+$/, '');
    if (!isBlobPath(folder)) throw new StorageWireError('InvalidKey');
    await authorize(c.req.raw.headers, c.req.param('bucket'), folder);
    const entries = await blobs.list(c.req.param('bucket'), folder);
    const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1)).slice(offset, offset + limit);
    return c.json(
      sorted.map(({ name, info }) => ({ name, id: info ? name : null, metadata: info ? metadata(info) : null })),
    );
  });

  app.delete('/object/:bucket', async (c) => {
    const bucket = c.req.param('bucket');
    const { prefixes } = await body(c.req.raw, RemoveRequest);
    if (!prefixes.every(isBlobPath)) throw new StorageWireError('InvalidKey');
    for (const path of prefixes) await authorize(c.req.raw.headers, bucket, path);
    const removed = [];
    for (const path of prefixes) if (await blobs.remove(bucket, path)) removed.push({ name: path, bucket_id: bucket });
    return c.json(removed);
  });

  app.get('/object/:bucket/:path{.+}', async (c) => {
    const { bucket, path } = placeOf(c.req.param());
    await authorize(c.req.raw.headers, bucket, path);
    return download(blobs, bucket, path);
  });
  return app;
}

function placeOf({ bucket, path }: { bucket: string; path: string }): { bucket: string; path: string } {
  checkBucket(bucket);
  if (!isBlobPath(path)) throw new StorageWireError('InvalidKey');
  return { bucket, path };
}

function checkBucket(bucket: string): void {
  if (!BUCKETS.some((each) => each === bucket)) throw new StorageWireError('NoSuchBucket');
}
