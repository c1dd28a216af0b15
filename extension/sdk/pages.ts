/**
 * For popup, options and other pages of a host extension.
 *
 * @example
 * import { ask } from 'laskobot-runs/extension/pages';
 * const { hints } = await ask<HintsForTab>({ type: 'hints', tab_id });
 * const result = await ask<VerifyResult>({ type: 'verify', tab_id, hint: hints[0], action: { type: 'click' } });
 */
export { ask } from '../ask.ts';
export type { AdminMessage, HintAction, HintsForTab, Status, VerifyResult } from '../messages.ts';
