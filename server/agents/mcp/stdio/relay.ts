import type { Readable, Writable } from 'node:stream';
import type { Complaints } from '../complaints.ts';
import { createLines } from '../lines.ts';
import { type Message, messagesOf } from '../message.ts';
import type { Session, Verdict } from '../session.ts';
import type { Upstream } from '../upstream.ts';

export const frameOf = (message: Message): string => `${JSON.stringify(message)}\n`;

/** Writes, and holds the source back while the target is full. */
function onward(source: Readable, target: Writable, bytes: Buffer | string): void {
  if (!target.writable || target.write(bytes)) return;
  source.pause();
  target.once('drain', () => source.resume());
}

interface Direction {
  readonly from: Readable;
  readonly to: Writable;
  /** Where a promised message goes: on, or back to who spoke. */
  readonly instead: Writable;
  readonly passive: boolean;
  read(message: Message): Verdict;
}

/** Frames of one direction. Where nothing is ever changed the bytes go on as they come, and are read afterwards. */
function relayOne({ from, to, instead, passive, read }: Direction, complaints: Complaints): Promise<void> {
  const judged = (message: Message): Verdict => {
    try {
      return read(message);
    } catch {
      complaints.tell('frame', 'a message could not be read; it went on as it came');
      return 'pass';
    }
  };
  async function replaced(line: Buffer, promised: Promise<Message | undefined>): Promise<void> {
    const message = await promised.catch(() => {
      complaints.tell('advice', 'a hint could not be given; the message went on as it came');
      return undefined;
    });
    if (message) onward(from, instead, frameOf(message));
    else onward(from, to, line);
  }
  const lines = createLines((line, whole) => {
    const messages = whole ? messagesOf(line.toString()) : [];
    const verdicts = messages.map(judged);
    if (passive) return;
    const [verdict = 'pass'] = verdicts;
    if (verdicts.length > 1 || verdict === 'pass') onward(from, to, line);
    else if (verdict !== 'drop') void replaced(line, verdict);
  });
  return new Promise((resolve) => {
    from.on('data', (chunk: Buffer) => {
      if (passive) onward(from, to, chunk);
      lines.push(chunk);
    });
    from.once('error', () => resolve());
    from.once('close', () => resolve());
    from.once('end', () => {
      lines.end();
      resolve();
    });
  });
}

export interface RelayEnds {
  /** What the client says, and where it listens. */
  readonly client: { readonly input: Readable; readonly output: Writable };
  readonly server: Pick<Upstream, 'input' | 'output'>;
}

/** Carries newline-delimited JSON-RPC between a client and a server. Each promise ends with what that side has to say. */
export function relay(
  { client, server }: RelayEnds,
  session: Pick<Session, 'passive' | 'fromClient' | 'fromServer'>,
  complaints: Complaints,
): { readonly client: Promise<void>; readonly server: Promise<void> } {
  const { passive } = session;
  return {
    client: relayOne(
      { from: client.input, to: server.input, instead: client.output, passive, read: session.fromClient },
      complaints,
    ),
    server: relayOne(
      { from: server.output, to: client.output, instead: client.output, passive, read: session.fromServer },
      complaints,
    ),
  };
}
