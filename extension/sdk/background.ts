/**
 * For the background script of a host extension.
 *
 * @example
 * import { startBackground } from 'laskobot-runs/extension/background';
 * const runs = startBackground(); // at the top, before any await
 * // a tool of yours that works on a tab
 * await runs.toolCall(tabId, 'tabs.reload', {}, () => browser.tabs.reload(tabId));
 */
export { type HostBackground, startBackground } from '../background/start.ts';
export { mergeSettings, type Settings } from '../settings.ts';
