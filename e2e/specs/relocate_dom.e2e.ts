import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageCode } from '../bench/relocate_dom.ts';
import { runPairs } from '../bench/relocate_dom_run.ts';
import { openTabs, type Tabs } from '../bench/relocate_dom_tabs.ts';
import { available, BROWSERS, executableOf } from '../drivers/launch.ts';
import { parsePairs, readPairs } from '../pairs/pairs_file.ts';

const OLD = `<!doctype html><title>Old</title><nav><a href="/a">Start</a></nav>
<button data-old="1">Save</button><button>Print</button><button>Share</button>`;
/** As applications make them: the page comes after the load event. */
const NEW = `<!doctype html><title>New</title><div id="app"></div><script src="app.js"></script>`;
const APP = `setTimeout(() => { document.getElementById('app').innerHTML =
  '<nav><a href="/a">Start</a></nav><p><button data-new="1">Save</button></p><button>Print</button>'; }, 300);`;

const MOVED = `<!doctype html><title>Moved</title><script>setTimeout(() => { location.href = 'new.html'; }, 200);</script>`;

describe.each(BROWSERS)('relocate-dom in %s', (kind) => {
  const skip = !available(kind);
  let tabs: Tabs;
  let code: string;
  let folder: string;

  beforeAll(async () => {
    if (skip) return;
    folder = await mkdtemp(join(tmpdir(), 'laskobot-pairs-'));
    code = await pageCode();
    tabs = await openTabs(kind, executableOf(kind)!);
  });
  afterAll(async () => {
    await tabs?.close();
    if (folder) await rm(folder, { recursive: true });
  });

  it.skipIf(skip)('nothing wrong is accepted on a page of a real application', async () => {
    const [file] = await readPairs('e2e/pairs/gentelella-validation.json');
    const { results, errors } = await runPairs({ tabs, code }, file!);
    expect(errors).toEqual([]);
    expect(results.filter((result) => result?.outcome === 'found' && !result.right)).toEqual([]);
    expect(results.filter((result) => result?.right).length).toBeGreaterThan(8);
  });

  it.skipIf(skip)('a wrong label is told with its place, and costs no other pair', async () => {
    const [old, renewed] = [join(folder, 'old.html'), join(folder, 'new.html')];
    await writeFile(old, OLD);
    await writeFile(renewed, NEW);
    await writeFile(join(folder, 'app.js'), APP);
    await writeFile(join(folder, 'moved.html'), MOVED);
    const pairs = [
      { old: '//a', new: '/html/body/div/nav/a' },
      { old: '//button[@data-old]', new: '//button[@data-new]' },
      { old: '//button[2]', new: '//button[9]' },
      { old: '//button[3]', new: null },
      { old: '//button[', new: '//a' },
    ];
    const hide = ['data-old', 'data-new'];
    for (const sides of [
      { old: 'old.html', new: 'moved.html' },
      { old: pathToFileURL(old).href, new: pathToFileURL(renewed).href },
    ]) {
      const file = parsePairs(JSON.stringify({ ...sides, hide, pairs }), join(folder, 'pairs.json'));
      const { results, errors } = await runPairs({ tabs, code }, file);
      expect(errors.map(({ pair, side, xpath }) => [pair, side, xpath])).toEqual([
        [4, 'old', '//button['],
        [2, 'new', '//button[9]'],
      ]);
      expect(results.map((result) => result && [result.outcome, result.right])).toEqual([
        ['found', true],
        ['found', true],
        undefined,
        ['not_found', false],
        undefined,
      ]);
      const save = results[1];
      expect(save).toMatchObject({ durable: true, removed_accepted: false, ours: 'text="Save"' });
      expect(save?.durable_by).toMatchObject({ playwright: true, xpath: false });
    }
  });
});
