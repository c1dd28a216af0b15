import type { ToolResultSeen } from '../../understand/types.ts';
import { isObject, type JsonObject, objectOf } from '../message.ts';
import { storable } from './storable.ts';

/** Bytes that a text in base64 stands for. */
const bytesOf = (base64: unknown): number => (typeof base64 === 'string' ? Math.floor((base64.length * 3) / 4) : 0);

/** A part of a result without bytes that nobody could scrub: pictures and sounds show what they show. */
function withoutBytes(part: unknown): unknown {
  if (!isObject(part)) return part;
  const { data, blob, resource, _meta, ...rest } = part;
  const left: JsonObject = {
    ...rest,
    ...(data === undefined ? {} : { bytes: bytesOf(data) }),
    ...(blob === undefined ? {} : { bytes: bytesOf(blob) }),
  };
  return resource === undefined ? left : { ...left, resource: withoutBytes(objectOf(resource)) };
}

/** What is recorded of a result, before it is scrubbed. */
export function resultJson({ isError, content, structuredContent }: ToolResultSeen): unknown {
  return storable({
    ...(isError ? { isError } : {}),
    content: content.map(withoutBytes),
    ...(structuredContent === undefined ? {} : { structuredContent }),
  });
}

/** What a result says in words: the reason, where it failed. */
export const textOfResult = ({ content }: ToolResultSeen): string =>
  content.flatMap((part) => (isObject(part) && typeof part.text === 'string' ? [part.text] : [])).join('\n');
