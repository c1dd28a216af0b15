import { mkdtemp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { META_KEY } from '../../server/agents/advise/block.ts';
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

/** The real @playwright/mcp with a real Chromium behind `laskobot-runs mcp`, in a folder of its own. */
export async function proxiedPlaywright(server: RunningServer, mode: string, ...options: string[]) {
  const cwd = await mkdtemp(join(tmpdir(), 'laskobot-agent-'));
  const browser = ['--headless', '--no-sandbox', '--isolated', '--executable-path', chromiumPath() ?? ''];
  const proxy = [
    'mcp',
    '--server-url',
    server.url,
    '--key',
    server.secretKey,
    '--mode',
    mode,
    '--outbox',
    join(cwd, 'outbox'),
  ];
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [CLI, ...proxy, ...options, '--', process.execPath, MCP, ...browser],
    cwd,
    stderr: 'pipe',
  });
  let said = '';
  transport.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const client = new Client({ name: 'agent', version: '1' });
  await client.connect(transport);
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
