import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { chromiumPath } from '../../../../shared/testing/chromium.ts';
import type { ToolResultSeen, Understanding, Understood } from '../types.ts';

const require = createRequire(import.meta.url);

/** The script of a package's command. */
function command(name: string): string {
  const manifest = require.resolve(`${name}/package.json`);
  const { bin } = require(manifest) as { bin: string | Record<string, string> };
  const [script] = typeof bin === 'string' ? [bin] : Object.values(bin);
  return join(dirname(manifest), script!);
}

const ARGS = {
  '@playwright/mcp': ['--headless', '--no-sandbox', '--isolated', '--executable-path'],
  'chrome-devtools-mcp': [
    '--headless',
    '--isolated',
    '--no-usage-statistics',
    '--chromeArg=--no-sandbox',
    '--executablePath',
  ],
} as const;
export type RealServer = keyof typeof ARGS;

/** Why real servers cannot run here; undefined where they can. */
export const browser = chromiumPath();

/** Starts a real MCP server with a real browser, in a folder of its own. */
export async function startRealServer(name: RealServer, ...args: string[]) {
  const cwd = await mkdtemp(join(tmpdir(), 'laskobot-mcp-'));
  const client = new Client({ name: 'test', version: '1' });
  const started = [command(name), ...ARGS[name], browser ?? '', ...args];
  await client.connect(new StdioClientTransport({ command: process.execPath, args: started, cwd, stderr: 'ignore' }));
  const answer = async (tool: string, args: Record<string, unknown>): Promise<ToolResultSeen> => {
    const result = await client.callTool({ name: tool, arguments: args });
    return { ...result, isError: result.isError === true, content: result.content as unknown[] };
  };
  return {
    cwd,
    server: client.getServerVersion() ?? { name: '' },
    tools: async () => (await client.listTools()).tools.map((tool) => tool.name),
    answer,
    /** Calls a tool as a session does: what was understood before it, its answer, what was understood after. */
    async call(
      understanding: Understanding,
      tool: string,
      args: Record<string, unknown>,
    ): Promise<{ before: Understood; result: ToolResultSeen; after: Understood; text: string }> {
      const before = understanding.before({ tool, args });
      const result = await answer(tool, args);
      const after = understanding.after({ tool, args }, result);
      const text = result.content.map((item) => (item as { text?: string }).text ?? '').join('\n');
      return { before, result, after, text };
    },
    async close(): Promise<void> {
      await client.close();
      await rm(cwd, { recursive: true, force: true });
    },
  };
}
