import { type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface HttpRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body?: Buffer | undefined;
  /** Aborting it closes the connection. */
  readonly signal?: AbortSignal | undefined;
}

/** Sends a request and answers once the head of its answer is there. Waits as long as it takes: streams may be silent for hours. */
export const httpRequest = ({ url, method, headers, body, signal }: HttpRequest): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestTls : requestPlain;
    const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)) as Record<
      string,
      string | string[]
    >;
    const length = body === undefined ? {} : { 'content-length': String(body.length) };
    const request = send(url, { method, headers: { ...given, ...length }, ...(signal ? { signal } : {}) }, resolve);
    request.on('error', reject);
    request.end(body);
  });

/** Of one hop each: RFC 9110, 7.6.1. */
const OF_ONE_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** What of a message's headers goes on to the next hop. */
export function onwardHeaders(headers: Headers, without: readonly string[] = []): Headers {
  const named = String(headers.connection ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase());
  const left = [...OF_ONE_HOP, ...named, ...without];
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !left.includes(name)));
}
