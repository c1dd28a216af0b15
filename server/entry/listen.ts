import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import { UsageError } from '../errors.ts';
import { DRAIN_MS, type Listen } from './start.ts';

/** Longer than the minute that load balancers and clients keep an idle connection, so that they never write into one just closed. */
const KEEP_ALIVE_MS = 65_000;

/** On Node. */
export const listen: Listen = (fetch, host, port) =>
  new Promise((resolve, reject) => {
    const server = serve({ fetch, hostname: host, port }, ({ port: bound }) =>
      resolve({ port: bound, close: () => close(server) }),
    ) as Server;
    server.keepAliveTimeout = KEEP_ALIVE_MS;
    server.headersTimeout = KEEP_ALIVE_MS + 5_000;
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') {
        reject(new UsageError(`port ${port} on ${host} is in use; choose another with PORT or --port`));
      } else if (error.code === 'EACCES' || error.code === 'EADDRNOTAVAIL') {
        reject(new UsageError(`cannot listen on ${host}:${port} (${error.code})`));
      } else reject(error);
    });
  });

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
