import { rm } from 'node:fs/promises';
import { AGENT_TASKS, type AgentTask } from '../apps/agent_tasks.ts';
import { serveApps, type Version } from '../apps/pages.ts';
import { proxiedPlaywright } from '../harness/proxied_playwright.ts';
import { type Effort, work } from '../harness/scripted_agent.ts';
import { startServer } from '../harness/server.ts';
import type { Bench } from './bench.ts';

/** Runs of one task in a row: without history, with it, and on the application's next version with and without it. */
const RUNS = [
  { name: 'without', mode: 'record-only', version: 'old' },
  { name: 'with', mode: 'advise', version: 'old' },
  { name: 'changed with', mode: 'advise', version: 'new' },
  { name: 'changed without', mode: 'record-only', version: 'new' },
] as const;

/** What a scripted agent at the real @playwright/mcp needs for its tasks, side by side. Throws where a task was not done. */
export const mcpAgent: Bench = {
  name: 'mcp-agent',
  measures: 'a scripted agent at @playwright/mcp with and without hints: calls, bytes read, failures, time',
  async run() {
    const [server, apps] = await Promise.all([startServer({ HINTS_HOLDOUT_PERCENT: '0' }), serveApps()]);
    async function once({ app, wants, truth }: AgentTask, mode: string, version: Version): Promise<Effort> {
      apps.deploy(app, version);
      const agent = await proxiedPlaywright(server, mode);
      try {
        // The browser starts with the first call, which is no part of the task.
        await agent.call('browser_navigate', { url: 'about:blank' });
        const effort = await work(agent, apps.url(app), wants);
        const { text } = await agent.call('browser_evaluate', { function: `() => ${truth}` });
        if (!effort.done || !text.includes('### Result\ntrue'))
          throw new Error(`${app}, ${version}: the task was not done`);
        return effort;
      } finally {
        await agent.close();
        await rm(agent.cwd, { recursive: true, force: true });
      }
    }
    try {
      const fields: Record<string, Effort> = {};
      for (const task of AGENT_TASKS)
        for (const { name, mode, version } of RUNS) {
          fields[`${task.app} ${name}`] = await once(task, mode, version);
          await server.runJob('aggregate');
        }
      return fields;
    } finally {
      await server.kill('SIGTERM');
      await apps.close();
      await rm(server.dataDir, { recursive: true, force: true });
    }
  },
};
