/**
 * For popup, options and other pages of a host extension.
 *
 * @example
 * import { ask, consent, erase } from 'laskobot-runs/extension/pages';
 * await consent.give({ server_url, publishable_key }); // the user agreed: recording begins
 * const { hints } = await ask<HintsForTab>({ type: 'hints', tab_id });
 * const result = await ask<VerifyResult>({ type: 'verify', tab_id, hint: hints[0], action: { type: 'click' } });
 * // What the server refused for good: read, export, send again.
 * const letters = await ask<DeadLetter[]>({ type: 'dead_letters' });
 * const file = new Blob([toJsonLines(letters)]);
 * await ask<number>({ type: 'retry_dead_letters', uuids: [letters[0].uuid] });
 * await consent.withdraw(); // recording ends
 * const erased = await erase(); // and what this browser still holds of it goes
 */
import { ask } from '../ask.ts';
import type { Erased, Status } from '../messages.ts';
import type { Settings, SettingsProblem } from '../settings.ts';

export { toJsonLines } from '../../shared/client/dead_letters.ts';
export type { DeadLetter } from '../../shared/client/outbox.ts';
export type { AdminMessage, Erased, HintAction, HintsForTab, Status, VerifyResult } from '../messages.ts';
export { ask };

/** Nothing is recorded and nothing asked without it. */
export const consent = {
  given: async (): Promise<boolean> => (await ask<Settings>({ type: 'get_settings' })).enabled,
  /** Begins to record; answers what is wrong with the settings given, and then nothing begins. */
  give: (settings: Partial<Settings> = {}): Promise<SettingsProblem[]> =>
    ask({ type: 'save_settings', settings: { ...settings, enabled: true } }),
  /** Ends the run. What is queued is still delivered, unless it is erased. */
  withdraw: (): Promise<SettingsProblem[]> => ask({ type: 'set_recording', enabled: false }),
} as const;

/**
 * Removes all that this browser holds of what was recorded. For what was delivered, whoever has the project's secret key erases
 * the session that is answered: `laskobot-runs erase --session ID`, or `POST /v1/erase`.
 */
export const erase = (): Promise<Erased> => ask({ type: 'erase' });

export const status = (): Promise<Status> => ask({ type: 'status' });
