import { mkdtemp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { META_KEY } from '../../server/agents/advise/block.ts';
import type { RunsOptions } from '../../server/agents/wrapper/recorded.ts';
import { chromiumPath } from '../../shared/testing/chromium.ts';
import type { RunningServer } from './server.ts';

/** A hint as it stands in `_meta`. */
export interface ToldHint {
  readonly hint_id: string;
  readonly selector: string;
  readonly role?: string;
  readonly ref?: string;
  readonly does?: string;
}

export interface Answer {
  readonly isError: boolean;
  readonly text: string;
  readonly bytes: number;
  readonly hints: readonly ToldHint[] | undefined;
  readonly meta: Readonly<Record<string, unknown>> | undefined;
  readonly ms: number;
}

const CLI = resolve('dist/server/cli.js');
const MCP = join(dirname(createRequire(import.meta.url).resolve('@playwright/mcp/package.json')), 'cli.js');

const WRAPPED = resolve('e2e/harness/wrapped_playwright.mjs');

interface Program {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The real @playwright/mcp with a real Chromium behind `laskobot-runs mcp`, in a folder of its own. */
export async function proxiedPlaywright(server: RunningServer, mode: string, ...options: string[]) {
  const cwd = await mkdtemp(join(tmpdir(), 'laskobot-agent-'));
  const browser = ['--headless', '--no-sandbox', '--isolated', '--executable-path', chromiumPath() ?? ''];
  const to = ['--server-url', server.url, '--key', server.secretKey, '--outbox', join(cwd, 'outbox')];
  const proxy = ['mcp', ...to, '--mode', mode, ...options];
  return talkTo({ args: [CLI, ...proxy, '--', process.execPath, MCP, ...browser], cwd });
}

/** The same server as a program of its own that uses `laskobot-runs/mcp`. */
export async function wrappedPlaywright(
  { url, secretKey }: RunningServer,
  options: RunsOptions,
  env: Readonly<Record<string, string>> = {},
) {
  const cwd = await mkdtemp(join(tmpdir(), 'laskobot-agent-'));
  const all: RunsOptions = { serverUrl: url, key: secretKey, outbox: join(cwd, 'outbox'), ...options };
  const wrapped = { CHROMIUM: chromiumPath() ?? '', RUNS_OPTIONS: JSON.stringify(all), ...env };
  return talkTo({ args: [WRAPPED], cwd, env: wrapped });
}

async function talkTo({ args, cwd, env }: Program) {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [...args],
    cwd,
    stderr: 'pipe',
    ...(env ? { env: { ...getDefaultEnvironment(), ...env } } : {}),
  });
  let said = '';
  transport.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const client = new Client({ name: 'agent', version: '1' });
  await client.connect(transport);
  // As agents do; it also tells what server this is, where its name does not.
  await client.listTools();
  return {
    cwd,
    said: () => said,
    tools: async () => (await client.listTools()).tools,
    async call(name: string, args: Record<string, unknown> = {}): Promise<Answer> {
      const started = performance.now();
      const result = await client.callTool({ name, arguments: args });
      const text = (result.content as { text?: string }[]).map((item) => item.text ?? '').join('\n');
      const meta = result._meta?.[META_KEY] as { hints?: ToldHint[] } | undefined;
      return {
        isError: result.isError === true,
        text,
        bytes: Buffer.byteLength(text),
        hints: meta?.hints,
        meta: meta as Readonly<Record<string, unknown>> | undefined,
        ms: performance.now() - started,
      };
    },
    close: () => client.close(),
  };
}

export type Proxied = Awaited<ReturnType<typeof proxiedPlaywright>>;
