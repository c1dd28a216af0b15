import { v7 as uuidv7 } from 'uuid';
import browser from 'webextension-polyfill';
import { typedByTool } from '../../shared/privacy/typed-by-tool.ts';
import { MAX_ERROR_CHARS } from '../../shared/protocol/limits.ts';
import { MAX_RAW_URL_CHARS } from '../../shared/signature/observed.ts';
import { jsonOf, messageOf } from '../json.ts';
import type { ReportAnswer } from '../messages.ts';
import { maskingFor, mayRecord } from '../settings.ts';
import type { Background } from './background.ts';
import { loadSettings } from './configuration.ts';
import { tell } from './tell.ts';

/** As `toolCall` for content scripts, of a tool that runs in the background and works on a tab. */
export async function toolCall<T>(
  { recorder }: Background,
  tabId: number,
  name: string,
  input: unknown,
  run: () => T | Promise<T>,
): Promise<T> {
  const [settings, tab] = await Promise.all([loadSettings(), browser.tabs.get(tabId).catch(() => undefined)]);
  const url = tab?.url ?? '';
  if (!settings.enabled || tab?.windowId === undefined || !mayRecord(settings, url)) return run();
  const source = { tabId, windowId: tab.windowId };
  let report: ReportAnswer | undefined;
  try {
    await recorder.typed(typedByTool(input));
    report = await tell<ReportAnswer>(tabId, { type: 'report_page' });
    if (report?.typed) await recorder.typed(report.typed);
  } catch (error) {
    // What is typed could not be kept in mind, so it could not be taken out of the call either.
    notRecorded(error);
    return run();
  }
  const started_at = new Date().toISOString();
  const done = (outcome: { readonly success: boolean; readonly error_msg?: string; readonly output_json?: unknown }) =>
    recorder.call(
      source,
      {
        url: report?.url ?? url.slice(0, MAX_RAW_URL_CHARS),
        tool_name: name,
        event_uuid: uuidv7(),
        started_at,
        ended_at: new Date().toISOString(),
        input_json: jsonOf(input) ?? {},
        ...outcome,
        page: report?.page,
      },
      { dom: false, screenshots: false, masking: maskingFor(settings, [url]) },
    );
  let output: T;
  try {
    output = await run();
  } catch (error) {
    await done({ success: false, error_msg: messageOf(error).slice(0, MAX_ERROR_CHARS) }).catch(notRecorded);
    throw error;
  }
  const output_json = jsonOf(output);
  await done({ success: true, ...(output_json === undefined ? {} : { output_json }) }).catch(notRecorded);
  return output;
}

/** The tool did its work, whatever became of the recording. */
const notRecorded = (error: unknown): void => console.error('LaskoBOT Runs: not recorded.', error);
