import { readFile } from 'node:fs/promises';
import type { Selectors } from '@playwright/test';
import { ENGINE } from './engine_request.ts';

const SCRIPT = new URL('./playwright_page.js', import.meta.url);
const registered = new WeakMap<Selectors, Promise<void>>();

/** Registers the engine once; only documents loaded after that know it. */
export function registerEngine(selectors: Selectors, script: URL = SCRIPT): Promise<void> {
  const known = registered.get(selectors) ?? register(selectors, script);
  registered.set(selectors, known);
  return known;
}

async function register(selectors: Selectors, script: URL): Promise<void> {
  const code = await readFile(script, 'utf8');
  const content = `(() => { ${code}; return LaskobotEngine; })()`;
  await selectors.register(ENGINE, { content }, { contentScript: true });
}
