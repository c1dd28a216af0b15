import type { ServerConfig } from './config.ts';

/** LaskoBOT's own tools: `dom.click`, `browser_navigate`, `snapshot.accessibility`, …, in either spelling of their names. */
export const LASKOBOT: ServerConfig = {
  server: '*laskobot*',
  tools: [
    {
      match: ['browser_navigate', 'browser.navigate', 'tabs.create', 'tabs_create', 'tabs.reload', 'tabs_reload'],
      args: { url: 'url' },
      shows: 'navigation',
      result: { url: ['url', 'tab.url', 'page.url'], title: ['title', 'tab.title', 'page.title'] },
    },
    {
      match: ['snapshot.*', 'snapshot_*', 'browser_snapshot'],
      shows: 'snapshot',
      result: { url: ['url', 'tab.url', 'page.url'], title: ['title', 'tab.title', 'page.title'] },
    },
    {
      match: ['dom.*', 'dom_*'],
      args: {
        selector: ['selector', 'locator', 'css'],
        role: 'role',
        name: ['name', 'accessible_name'],
        test_id: ['test_id', 'testId'],
        typed: ['text', 'value', 'values', 'keys', 'fields', 'option', 'options'],
      },
      result: { url: ['url', 'tab.url', 'page.url'], title: ['title', 'tab.title', 'page.title'] },
      not_found: ['Element not found', 'No element', 'not_found', 'element_not_found'],
    },
  ],
};
