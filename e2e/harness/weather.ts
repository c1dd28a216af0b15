import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How a server may be: `down` refuses connections, `hanging` never answers, `slow` does after a while, `failing` says 500. */
export const WEATHERS = ['healthy', 'down', 'hanging', 'slow', 'failing'] as const;
export type Weather = (typeof WEATHERS)[number];

const SLOW_MS = 2000;

/** An address behind which a real server is, as well as it is said to be. */
export async function startWeather(target: string) {
  let weather: Weather = 'healthy';

  function pass(incoming: IncomingMessage, response: ServerResponse): void {
    const outgoing = request(`${target}${incoming.url}`, { method: incoming.method, headers: incoming.headers });
    outgoing.on('error', () => incoming.socket.destroy());
    outgoing.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(outgoing);
  }

  const server = createServer((incoming, response) => {
    switch (weather) {
      case 'failing':
        incoming.resume();
        response.writeHead(500).end();
        return;
      case 'hanging':
        incoming.resume();
        return;
      case 'slow':
        setTimeout(() => pass(incoming, response), SLOW_MS);
        return;
      default:
        pass(incoming, response);
    }
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      if (!server.listening) return resolve();
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    async set(next: Weather): Promise<void> {
      weather = next;
      // What hangs from before goes: nobody will answer it.
      if (next === 'down' || server.listening) await stop();
      if (next !== 'down') await listen(port);
    },
    close: stop,
  };
}
