import { ApiError } from '../errors.ts';
import { atMost } from './at_most.ts';

/** The JSON body of a request. Throws as `readText` and `parseJson` do. */
export const readJson = async (request: Request, maxBytes: number): Promise<unknown> =>
  parseJson(await readText(request, maxBytes));

/** Throws `ApiError` invalid_json. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError('invalid_json', 'the body is no JSON');
  }
}

/**
 * The body of a request, gzip or plain, of at most `maxBytes` after inflating. Throws `ApiError` payload_too_large as soon as
 * the bound is crossed, unsupported_encoding, or invalid_json where it is no text or ended early.
 */
export async function readText(request: Request, maxBytes: number): Promise<string> {
  const encoding = request.headers.get('content-encoding')?.trim().toLowerCase() || 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip') {
    throw new ApiError('unsupported_encoding', 'content-encoding must be gzip or absent');
  }
  const tooLarge = () => new ApiError('payload_too_large', `the body is larger than ${maxBytes} bytes`);
  const length = request.headers.get('content-length');
  // Compressed, it can only be longer by a header; so this refuses before anything is read.
  if (Number(length ?? 0) > maxBytes + 1024) throw tooLarge();
  // A body ends where its content-length does, so there is nothing to count, and streams cost a multiple.
  return encoding === 'identity' && length !== null
    ? readWhole(request, maxBytes, tooLarge)
    : readCounted(request, encoding, maxBytes, tooLarge);
}

/** Reads whole texts only, so it holds nothing between two. */
const utf8 = new TextDecoder('utf-8', { fatal: true });

async function readWhole(request: Request, maxBytes: number, tooLarge: () => ApiError): Promise<string> {
  const bytes = await request.arrayBuffer().catch(() => {
    throw new ApiError('invalid_json', 'the body ended early');
  });
  if (bytes.byteLength > maxBytes) throw tooLarge();
  if (bytes.byteLength === 0) throw new ApiError('invalid_json', 'the body is empty');
  try {
    return utf8.decode(bytes);
  } catch {
    throw new ApiError('invalid_json', 'the body is no UTF-8');
  }
}

async function readCounted(
  request: Request,
  encoding: 'identity' | 'gzip',
  maxBytes: number,
  tooLarge: () => ApiError,
): Promise<string> {
  if (!request.body) throw new ApiError('invalid_json', 'the body is empty');
  const bounded = request.body.pipeThrough(atMost(maxBytes + 1024, tooLarge));
  const plain =
    encoding === 'gzip' ? bounded.pipeThrough(sliced()).pipeThrough(new DecompressionStream('gzip')) : bounded;
  let text = '';
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of plain.pipeThrough(atMost(maxBytes, tooLarge))) {
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError('invalid_json', encoding === 'gzip' ? 'the body is no gzip of UTF-8' : 'the body is no UTF-8');
  }
}

/** 1 KB at a time: Deno inflates a whole chunk before the bound behind it sees a byte, and 1 KB inflates to 1 MB at most. */
function sliced(): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  return new TransformStream({
    transform(chunk, controller) {
      for (let at = 0; at < chunk.byteLength; at += 1024) controller.enqueue(chunk.subarray(at, at + 1024));
    },
  });
}
