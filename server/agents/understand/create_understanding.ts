import { fits, type UnderstandConfig } from './configured/config.ts';
import { understandConfigured } from './configured/configured.ts';
import { LASKOBOT } from './configured/laskobot.ts';
import { understandDevtools } from './devtools/devtools.ts';
import { type PlaywrightOptions, understandPlaywright } from './playwright/playwright.ts';
import type { ServerSeen, Understanding } from './types.ts';
import { createUnknown } from './unknown.ts';

export interface UnderstandingOptions extends PlaywrightOptions {
  /** Goes before what is built in. */
  readonly config?: UnderstandConfig | undefined;
}

/** Tools that tell a server whose name tells nothing, all of them. */
const TELLING = {
  playwright: ['browser_navigate', 'browser_snapshot', 'browser_click'],
  devtools: ['navigate_page', 'take_snapshot', 'list_pages'],
  laskobot: ['dom.click', 'browser_navigate'],
} as const;

const has = (tools: readonly string[], telling: readonly string[]): boolean =>
  telling.every((name) => tools.includes(name));

/** How the calls of a server are understood: by its name, else by the names of its tools; of others nothing is. */
export function createUnderstanding(
  server: ServerSeen,
  { config, ...playwright }: UnderstandingOptions = {},
): Understanding {
  const tools = server.tools ?? [];
  const configured = config?.servers.find((one) => fits(one.server, server.name));
  if (configured) return understandConfigured(configured);
  const name = server.name.toLowerCase();
  if (fits(LASKOBOT.server, name) || has(tools, TELLING.laskobot)) return understandConfigured(LASKOBOT);
  if (/^playwright\b|@playwright\/mcp/.test(name)) return understandPlaywright(playwright);
  if (/^chrome[-_ ]devtools/.test(name)) return understandDevtools();
  if (has(tools, TELLING.playwright)) return understandPlaywright(playwright);
  if (has(tools, TELLING.devtools)) return understandDevtools();
  return createUnknown(server);
}
