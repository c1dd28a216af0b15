import { spawn } from 'node:child_process';

/** A client with one call at a time, and as little work of its own as can be. */
export interface EchoCaller {
  /** Calls the tool `echo`. Answers the time in ms; throws where the answer is not the echo. */
  echo(message: string): Promise<number>;
  close(): Promise<void>;
}

/** Starts an MCP server with a tool `echo` on stdio, or a proxy in front of one. */
export async function startEchoCaller(
  [program = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<EchoCaller> {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let waiting: { readonly id: string; readonly heard: (line: string) => void } | undefined;
  let rest = '';
  let id = 0;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    rest += chunk;
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      const line = rest.slice(0, end);
      rest = rest.slice(end + 1);
      if (waiting && line.includes(waiting.id)) waiting.heard(line);
    }
  });
  const send = (message: object): void => void child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  function request(method: string, params: object): Promise<string> {
    id += 1;
    const name = `"id":"echo-${id}"`;
    return new Promise((resolve) => {
      waiting = { id: name, heard: resolve };
      send({ id: `echo-${id}`, method, params });
    });
  }
  const clientInfo = { name: 'bench', version: '1' };
  await request('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo });
  send({ method: 'notifications/initialized' });
  return {
    async echo(message) {
      const started = performance.now();
      const answer = await request('tools/call', { name: 'echo', arguments: { message } });
      const ms = performance.now() - started;
      if (!answer.includes(`Echo: ${message}"`)) throw new Error(`the echo of ${message} is ${answer.slice(0, 200)}`);
      return ms;
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
