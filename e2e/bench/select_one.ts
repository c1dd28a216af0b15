import { Hono } from 'hono';
import { createAuthenticate } from '../../server/auth/authenticate.ts';
import { openPostgres } from '../../server/db/postgres.ts';
import { listen } from '../../server/entry/listen.ts';
import { createLog } from '../../server/log.ts';

/**
 * What a lookup is measured against: a server of one route, which authenticates as all do and asks the database
 * `select 1` over the same pool. Runs as a process of its own; prints its port.
 */
const db = openPostgres({ url: process.env.DATABASE_URL ?? '', poolSize: 10, log: createLog('silent', () => {}) });
const authenticate = createAuthenticate(db, Date.now);
const app = new Hono();
app.post('/select-1', async (c) => {
  await authenticate(c.req.raw.headers);
  await c.req.json();
  return c.json(await db.call('select 1 as one', []));
});
const { port } = await listen(app.fetch, '127.0.0.1', 0);
console.log(`port ${port}`);
