import { execFile } from 'node:child_process';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDatabase } from '../../server/testing/databases.ts';
import { describeWith } from '../../server/testing/needs.ts';
import { chromiumPath } from '../../shared/testing/chromium.ts';
import { leaks } from '../harness/haystack.ts';
import { openRows, type Rows } from '../harness/rows.ts';
import { type RunningServer, startServer } from '../harness/server.ts';
import { renderApp } from '../pairs/apps.ts';
import { packageDir } from '../pairs/packages.ts';
import { runSuite, suiteFolder, type TestResult } from '../playwright/run_suite.ts';
import { labelsOf, serveSwapped, type Version } from '../playwright/swapped_app.ts';

const run = promisify(execFile);
/** Its locator is put together from two statements. */
const UNPATCHABLE = 'opens the tools';
const BROKEN = [
  'opens the list of recent changes',
  'says an occupation',
  'says a telephone number',
  'chooses a password',
];
const GONE = ['gone: says a web site', 'gone: cancels'];
const AS_EVER = 'makes a new tiddler, as ever';
const ASSERTION = 'an assertion is no action';
/** Typed by the suite. */
const CANARIES = { 'typed text': 'Canary-4711', 'typed password': 'Canary-Tr0ub4dor&3' };

type Results = ReadonlyMap<string, TestResult>;
const passed = (results: Results): string[] =>
  [...results.values()].flatMap(({ title, status }) => (status === 'passed' ? [title] : [])).sort();
const annotated = (results: Results, type: string): string[] =>
  [...results.values()].flatMap((result) =>
    result.annotations.some((one) => one.type === type) ? [result.title] : [],
  );

describeWith(
  process.env.PG_BIN && chromiumPath() ? process.env.PG_BIN : undefined,
  'Postgres and Chromium',
  'a Playwright suite whose applications are exchanged for their next versions',
  (bin) => {
    let server: RunningServer;
    let rows: Rows;
    let folder: string;
    let wiki: Awaited<ReturnType<typeof serveSwapped>>;
    let form: Awaited<ReturnType<typeof serveSwapped>>;
    const results: Record<string, Results> = {};

    async function suite(version: Version, mode: string, env: Record<string, string> = {}, args: string[] = []) {
      for (const app of [wiki, form]) app.swap(version);
      const labels = {
        ...(await labelsOf('e2e/pairs/tiddlywiki.json', version)),
        ...(await labelsOf('e2e/pairs/gentelella-validation.json', version)),
      };
      return runSuite(
        folder,
        {
          HINTS_MODE: mode,
          WIKI_URL: wiki.origin,
          FORM_URL: form.origin,
          LABELS: JSON.stringify(labels),
          LASKOBOT_SERVER_URL: server.url,
          LASKOBOT_KEY: server.publishableKey,
          ...env,
        },
        args,
      );
    }

    beforeAll(async () => {
      const { name, url: databaseUrl, cluster } = await createDatabase(bin);
      server = await startServer({ DATABASE_URL: databaseUrl, HINTS_HOLDOUT_PERCENT: '0' });
      rows = await openRows(cluster.superuserUrl(name));
      folder = await suiteFolder();
      wiki = await serveSwapped({ old: await renderApp('tiddlywiki-old'), new: await renderApp('tiddlywiki') });
      const folderOf = (name: string) => ({ folders: [packageDir(name)], pages: {} });
      form = await serveSwapped({ old: folderOf('gentelella-old'), new: folderOf('gentelella') });
      results.before = await suite('old', 'record');
      await server.runJob('aggregate');
      results.without = await suite('new', 'off', {}, ['--grep-invert', 'gone']);
      results.healed = await suite('new', 'heal', { PATCH: 'healed.patch' });
    });
    afterAll(async () => {
      await Promise.all([wiki?.close(), form?.close(), rows?.close()]);
      await server?.kill('SIGTERM');
      if (folder) await rm(folder, { recursive: true });
    });

    it('passes on the version that it was written for', () => {
      expect(passed(results.before!)).toEqual([AS_EVER, ASSERTION, UNPATCHABLE, ...BROKEN, ...GONE].sort());
    });

    it('fails on the next one where locators broke', () => {
      expect(passed(results.without!)).toEqual([AS_EVER]);
    });

    it('passes on it when healing, each on the labelled control, and fails on where that is gone', () => {
      const healed = results.healed!;
      expect(passed(healed)).toEqual([AS_EVER, UNPATCHABLE, ...BROKEN].sort());
      expect(annotated(healed, 'healed').sort()).toEqual([UNPATCHABLE, ...BROKEN].sort());
      expect(annotated(healed, 'not healed').sort()).toEqual([...GONE].sort());
      for (const title of GONE) expect(healed.get(title)?.error).toContain('Timeout 3000ms exceeded');
      expect(healed.get(ASSERTION)?.error).toContain('toBeVisible');
    });

    it('reports old and new locator, probability and picture', () => {
      const { attachments = [] } = results.healed!.get('says an occupation') ?? {};
      const decoded = (name: string): Buffer =>
        Buffer.from(attachments.find((one) => one.name === name)?.body ?? '', 'base64');
      expect(JSON.parse(decoded('healed.json').toString())).toMatchObject({
        old: "getByRole('textbox', { name: 'Occupation *' })",
        new: expect.stringMatching(/^(locator|getBy)/),
        probability: expect.any(Number),
        patch: 'written',
      });
      expect(decoded('healed.png').subarray(1, 4).toString()).toBe('PNG');
      const [tools] = results.healed!.get(UNPATCHABLE)?.attachments ?? [];
      expect(Buffer.from(tools?.body ?? '', 'base64').toString()).toContain('not patchable: not_in_source');
    });

    it('passes without healing once the patch is applied', async () => {
      await run('git', ['apply', '--unsafe-paths', 'healed.patch'], { cwd: folder });
      const patched = await suite('new', 'off', {}, ['--grep-invert', 'gone|assertion|tools']);
      expect(passed(patched)).toEqual([AS_EVER, ...BROKEN].sort());
    });

    it('heals by the hints of the server where no file knows the locator', async () => {
      await rm(join(folder, '.laskobot/identities.json'));
      await run('git', ['apply', '-R', '--unsafe-paths', 'healed.patch'], { cwd: folder });
      const healed = await suite('new', 'heal', {}, ['--grep', 'occupation|web site']);
      expect(passed(healed)).toEqual(['says an occupation']);
      expect(annotated(healed, 'healed')).toEqual(['says an occupation']);
      const [told] = healed.get('says an occupation')?.attachments ?? [];
      expect(Buffer.from(told?.body ?? '', 'base64').toString()).toContain('"from": "server"');
    });

    it('recorded one run a test, ended as the test did, and nothing that was typed', async () => {
      const runs = await rows.rows<{ status: string; calls: number; last: number; lost: number }>(
        `select r.status, count(c.*)::int as calls, max(c.seq) as last, count(*) filter (where c.elem_sig_id is null and c.tool_name like 'dom.%' and c.success)::int as lost
           from runs r left join tool_calls c using (project_id, run_id) group by r.project_id, r.run_id, r.status`,
      );
      const count = (status: string) => runs.filter((one) => one.status === status).length;
      const tests = results.before!.size;
      expect({ all: runs.length, running: count('running') }).toEqual({ all: 2 * tests + 2, running: 0 });
      // Healing, those that are gone and the assertion; by the server's hints, one that is gone.
      expect(count('failed')).toBe(GONE.length + 1 + 1);
      expect(runs.filter(({ calls, last }) => calls !== last + 1)).toEqual([]);
      expect(runs.filter(({ lost }) => lost > 0)).toEqual([]);
      const files = await readdir(join(folder, '.laskobot'), { recursive: true, withFileTypes: true });
      const texts = files
        .filter((file) => file.isFile())
        .map(async ({ parentPath, name }) => readFile(join(parentPath, name), 'utf8'));
      const kept = (await Promise.all(texts)).join('\n');
      expect(leaks(CANARIES, { database: await rows.everything(), log: server.output(), kept })).toEqual([]);
    });
  },
);
