/**
 * For the background script of a host extension.
 *
 * @example
 * import { ask, startBackground } from 'laskobot-runs/extension/background';
 * startBackground(); // at the top, before any await
 */
export { startBackground } from '../background/start.ts';
export { mergeSettings, type Settings } from '../settings.ts';
