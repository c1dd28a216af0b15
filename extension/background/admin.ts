import { v7 as uuidv7 } from 'uuid';
import browser from 'webextension-polyfill';
import type { DeadLetter } from '../../shared/client/outbox.ts';
import { typedByTool } from '../../shared/privacy/typed-by-tool.ts';
import type { BestSelectorHint } from '../../shared/protocol/schema.ts';
import { MAX_RAW_URL_CHARS } from '../../shared/signature/observed.ts';
import { type HintOutcome, outcomeData } from '../hint_outcome.ts';
import type {
  AdminMessage,
  DeliveryStatus,
  HintAction,
  HintsForTab,
  ReportAnswer,
  Status,
  VerifyResult,
} from '../messages.ts';
import { maskingFor, mayRecord, type Settings } from '../settings.ts';
import { readsAllPages } from './access.ts';
import type { Background } from './background.ts';
import { loadSettings, saveSettings } from './configuration.ts';
import { erase } from './erase.ts';
import { NO_HINTS } from './hints.ts';
import { inject } from './inject.ts';
import { loadProject } from './project.ts';
import { tell } from './tell.ts';

/** A result without the selector that is unique only now, and without words for people. */
function outcomeOf(result: VerifyResult): HintOutcome {
  if (result.outcome !== 'found') return { outcome: result.outcome, ms: result.ms };
  const { selector: _selector, ...how } = result;
  return how;
}

/** What popup, options and host pages may ask. Throws an `Error` with a sentence for people; the caller makes it a value. */
export function createAdmin(background: Background) {
  const { outbox, runs, privacy, refusals, bundleRefusals, recorder, hints, resume, deliver } = background;

  async function deliveryStatus(): Promise<DeliveryStatus> {
    const [counts, state, uploads, artifacts] = await Promise.all([
      outbox.counts(),
      outbox.state(),
      outbox.uploadState(),
      outbox.artifacts(),
    ]);
    const waiting = { code: 'waiting', reason: 'The server did not take the last request.', until: state.not_before };
    const paused = state.paused ?? uploads.paused ?? (state.not_before > Date.now() ? waiting : undefined);
    return { ...counts, ...artifacts, ...(paused ? { paused } : {}) };
  }

  async function status(): Promise<Status> {
    const settings = await loadSettings();
    const project = settings.enabled ? await loadProject(settings) : undefined;
    const run = await runs.peek();
    return {
      recording: settings.enabled && project?.ok === true,
      ...(project && !project.ok ? { reason: project.reason } : {}),
      server_url: settings.server_url,
      ...(run ? { run_id: run.run_id } : {}),
      delivery: await deliveryStatus(),
      withheld: await privacy.withheld(),
      refused: await refusals.value(),
      bundles_refused: await bundleRefusals.values(),
      reads_all_pages: await readsAllPages(),
    };
  }

  /** Hints of the tab. Where none are known, or the worker was stopped since, the page is asked for its signature again. */
  async function hintsFor(tabId: number): Promise<HintsForTab> {
    const known = hints.forTab(tabId);
    if (known && known.hints.length > 0) return known;
    const report = await tell<ReportAnswer>(tabId, { type: 'report_page' });
    if (report?.typed) await recorder.typed(report.typed);
    const sealed = report && (await recorder.page(report));
    return sealed ? hints.onPage(tabId, sealed.url, sealed.page) : (known ?? NO_HINTS);
  }

  async function verify(tabId: number, hint: BestSelectorHint, action?: HintAction): Promise<VerifyResult> {
    const settings = await loadSettings();
    const project = await loadProject(settings);
    if (!project.ok) throw new Error(project.reason);
    const tab = await browser.tabs.get(tabId);
    const windowId = tab.windowId ?? browser.windows.WINDOW_ID_CURRENT;
    await inject(tabId, 'verify.js');
    const { text_key } = project.project;
    const masking = maskingFor(settings, [tab.url ?? '']);
    const recorded = settings.enabled && mayRecord(settings, tab.url ?? '');
    // A tool that fills a field types: before, since the page may echo it at once.
    if (recorded && action) await recorder.typed(typedByTool(action));
    const ask = { type: 'verify', hint, text_key, masking, ...(action ? { action } : {}) } as const;
    const result = await tell<VerifyResult>(tabId, ask);
    if (!result) throw new Error('The page does not answer: it may have gone away.');
    if (recorded) await report({ tabId, windowId }, tab.url ?? '', hint, result);
    return result;
  }

  async function report(
    source: { tabId: number; windowId: number },
    url: string,
    hint: BestSelectorHint,
    result: VerifyResult,
  ): Promise<void> {
    await recorder.event(source, {
      event_uuid: uuidv7(),
      name: 'hint.outcome',
      occurred_at: new Date().toISOString(),
      url: url.slice(0, MAX_RAW_URL_CHARS),
      data: outcomeData(hint, outcomeOf(result)),
    });
  }

  return async function answer(message: AdminMessage): Promise<unknown> {
    switch (message.type) {
      case 'status':
        return status();
      case 'set_recording':
        return saveSettings({ enabled: message.enabled });
      case 'get_settings':
        return loadSettings() satisfies Promise<Settings>;
      case 'save_settings':
        return saveSettings(message.settings);
      case 'flush':
        await resume();
        await deliver();
        return status();
      case 'erase':
        return erase(background.db).finally(() => runs.forget());
      case 'dead_letters':
        return outbox.deadLetters() satisfies Promise<DeadLetter[]>;
      case 'retry_dead_letters': {
        const count = await outbox.retryDeadLetters(message.uuids);
        await deliver();
        return count;
      }
      case 'hints':
        return hintsFor(message.tab_id);
      case 'verify':
        return verify(message.tab_id, message.hint, message.action);
      default:
        throw new Error('Unknown message.');
    }
  };
}
