/**
 * For popup, options and other pages of a host extension.
 *
 * @example
 * import { ask } from 'laskobot-runs/extension/pages';
 * const { hints } = await ask<HintsForTab>({ type: 'hints', tab_id });
 * const result = await ask<VerifyResult>({ type: 'verify', tab_id, hint: hints[0], action: { type: 'click' } });
 * // What the server refused for good: read, export, send again.
 * const letters = await ask<DeadLetter[]>({ type: 'dead_letters' });
 * const file = new Blob([toJsonLines(letters)]);
 * await ask<number>({ type: 'retry_dead_letters', uuids: [letters[0].uuid] });
 */
export { toJsonLines } from '../../shared/client/dead_letters.ts';
export type { DeadLetter } from '../../shared/client/outbox.ts';
export { ask } from '../ask.ts';
export type { AdminMessage, HintAction, HintsForTab, Status, VerifyResult } from '../messages.ts';
