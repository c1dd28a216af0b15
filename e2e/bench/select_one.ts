import { createAuthenticate } from '../../server/auth/authenticate.ts';
import { openPostgres } from '../../server/db/postgres.ts';
import { listen } from '../../server/entry/listen.ts';
import { answer } from '../../server/http/answer.ts';
import { readJson } from '../../server/http/read_json.ts';
import { createLog } from '../../server/log.ts';
import { testApp } from '../../server/testing/test_app.ts';

/**
 * What a lookup is measured against: the same app, as a process of its own, with one more route, which authenticates and
 * reads its body as all do and asks the database `select 1` over the same kind of pool. Prints its port and a key.
 */
const db = openPostgres({ url: process.env.DATABASE_URL ?? '', poolSize: 10, log: createLog('silent', () => {}) });
const authenticate = createAuthenticate(db, Date.now);
const { app, secret } = await testApp(db);
app.post('/select-1', async (c) => {
  await authenticate(c.req.raw.headers);
  await readJson(c.req.raw, 1024);
  return answer(c, await db.call('select 1 as one', []));
});
const { port } = await listen(app.fetch, '127.0.0.1', 0);
console.log(`port ${port} key ${secret}`);
