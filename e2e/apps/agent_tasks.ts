import type { Want } from '../harness/scripted_agent.ts';
import type { App } from './pages.ts';
import { TYPED_CANARY } from './scripts.ts';

export interface AgentTask {
  readonly app: App;
  readonly wants: readonly Want[];
  /** Evaluates to true in the page once the task is done: the labelled truth. */
  readonly truth: string;
}

/** What a scripted agent does, in words that hold for both versions of an application. */
export const AGENT_TASKS: readonly AgentTask[] = [
  {
    app: 'tiddlywiki',
    wants: [
      { tool: 'browser_click', role: 'button', name: /^(new tiddler|Create a new tiddler)$/ },
      { tool: 'browser_type', role: 'textbox', name: /tag name/i, text: TYPED_CANARY },
      { tool: 'browser_click', role: 'button', name: /^(ok|Confirm changes to this tiddler)$/ },
    ],
    truth: `[...document.querySelectorAll('.tc-tiddler-view-frame .tc-title')].some((e) => e.textContent.includes('New Tiddler'))`,
  },
  {
    app: 'swagger-ui',
    wants: [
      { tool: 'browser_click', role: 'button', name: /\/pets/ },
      { tool: 'browser_click', role: 'button', name: /^Try it out/ },
    ],
    truth: `document.querySelector('.execute') !== null`,
  },
];
