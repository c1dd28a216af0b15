import { expect, test } from 'vitest';
import { aCall } from '../testing/items.ts';
import type { Target } from './target.ts';

/** What every runtime that has a process of ours must do at SIGTERM. */
export function gracefulStop(start: () => Promise<Target>): void {
  test('a stop finishes the requests in flight, and takes no more', async () => {
    const t = await start();
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = Array.from({ length: 3 }, () => {
      const body = new TextEncoder().encode(JSON.stringify(aCall()));
      return fetch(`${t.url}/internal/ingest/tool_call`, {
        method: 'POST',
        headers: { authorization: `Bearer ${t.secret}` },
        body: new ReadableStream({
          async start(controller) {
            controller.enqueue(body.slice(0, 10));
            await released;
            controller.enqueue(body.slice(10));
            controller.close();
          },
        }),
        duplex: 'half',
      } as RequestInit);
    });
    // On connections of their own, and later: the slow ones have certainly arrived.
    await Promise.all(slow.map(() => fetch(`${t.url}/readyz`)));
    const stopped = t.stop();
    const takesMore = () =>
      fetch(`${t.url}/healthz`).then(
        (answer) => answer.ok,
        () => false,
      );
    for (let tries = 0; await takesMore(); tries++) {
      if (tries > 200) throw new Error('it goes on taking requests');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    release();
    for (const answer of await Promise.all(slow)) expect(await answer.json()).toMatchObject({ accepted: 1 });
    expect(await stopped).toBe(0);
  });
}
