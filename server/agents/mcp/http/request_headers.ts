import { type Message, objectOf, textOf } from '../message.ts';
import { PROTOCOL_VERSION } from '../session.ts';

/** Which parameter the header Mcp-Name repeats. */
const NAMED_BY: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
};
const PLAIN = /^(?!\s)(?!=\?base64\?)[\x20-\x7e]*(?<!\s)$/;

/** A text as the value of a header, as revision 2026-07-28 writes it. */
const headerText = (text: string): string =>
  PLAIN.test(text) ? text : `=?base64?${Buffer.from(text).toString('base64')}?=`;

/** What a request without sessions repeats of its body in headers. */
export function standardHeaders(message: Message): Readonly<Record<string, string>> {
  const params = objectOf(message.params);
  const version = textOf(objectOf(params._meta)[PROTOCOL_VERSION]);
  const method = textOf(message.method);
  if (version === undefined || method === undefined || message.id === undefined) return {};
  const name = textOf(params[NAMED_BY[method] ?? '']);
  return {
    'mcp-protocol-version': version,
    'mcp-method': method,
    ...(name === undefined ? {} : { 'mcp-name': headerText(name) }),
  };
}
