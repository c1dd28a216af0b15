import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runInNewContext } from 'node:vm';

/**
 * Playwright's script for pages, with its selector generator and its engines, as an expression. Playwright hands out neither for
 * browsers that it does not drive; its own `locator.normalize()` calls the same generator.
 */
export async function playwrightInPage(): Promise<string> {
  const require = createRequire(createRequire(import.meta.url).resolve('playwright/package.json'));
  const core = join(dirname(require.resolve('playwright-core/package.json')), 'lib/coreBundle.js');
  const literal = /^ *source\d* = ('(?:[^'\\\n]|\\.)*InjectedScript(?:[^'\\\n]|\\.)*');$/m.exec(
    await readFile(core, 'utf8'),
  )?.[1];
  if (!literal) throw new Error(`${core} holds no script for pages where it is looked for`);
  const source = runInNewContext(literal) as string;
  const options = {
    sdkLanguage: 'javascript',
    testIdAttributeName: 'data-testid',
    stableRafCount: 1,
    customEngines: [],
  };
  return `(() => { const module = {}; ${source}; return new (module.exports.InjectedScript())(globalThis, ${JSON.stringify(options)}); })()`;
}
