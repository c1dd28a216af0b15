import { rm } from 'node:fs/promises';
import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import { createApi } from '../../shared/client/api.ts';
import { readConfig } from '../config.ts';
import { createDatabase, describePostgres, openTestPostgres } from '../testing/databases.ts';
import { aCall, anElement, aPage } from '../testing/items.ts';
import { emptyDir } from '../testing/server_process.ts';
import { listen } from './listen.ts';
import { start } from './start.ts';

describePostgres('a server that is told to stop', (bin) => {
  test('writes what its lookups told and withheld', async () => {
    const { url } = await createDatabase(bin);
    const dataDir = await emptyDir();
    const settings = {
      JOBS: 'off',
      LOG_LEVEL: 'silent',
      HINTS_MIN_SUCCESSES: '1',
      HINTS_MIN_DAYS: '1',
      HINTS_DECAY_DAYS: '0',
    };
    const stop = new AbortController();
    const lines: string[] = [];
    let ready = () => {};
    const started = new Promise<void>((resolve) => {
      ready = resolve;
    });
    const stopped = start({
      config: readConfig({ ...settings, DATABASE_URL: url, DATA_DIR: dataDir, PORT: '0' }),
      listen,
      extensionDirs: [],
      print(line) {
        lines.push(line);
        if (line.startsWith('Stop with')) ready();
      },
      writeLog: () => {},
      signal: stop.signal,
    });
    await started;
    const said = lines.join('\n');
    const key = /lb_secret_\S+/.exec(said)?.[0] ?? '';
    const api = createApi({ serverUrl: /http:\S+/.exec(said)?.[0] ?? '', key, fetch });
    const call = aCall({ success: true, page_signature: aPage('stop'), element_signatures: [anElement()] });
    expect(await api.ingest([call as never])).toMatchObject({ value: { accepted: 1 } });
    const lookup = async () => {
      const answer = await api.lookup({ url: 'https://shop.example/stop', run_id: uuidv7() });
      return answer.ok ? answer.value.element_hints.length : 0;
    };
    while ((await api.hints({ state: 'active' }).then((hints) => hints.ok && hints.value.hints.length)) === 0)
      await api.runJob('aggregate');
    for (let n = 0; n < 5; n++) await lookup();
    stop.abort();
    await stopped;

    const db = openTestPostgres(url);
    const rows = await db.tx('admin', (tx) => tx.query('select from hint_exposures'));
    await db.close();
    await rm(dataDir, { recursive: true });
    expect(rows).toHaveLength(5);
  });
});
