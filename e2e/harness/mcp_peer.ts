import { type ChildProcess, spawn } from 'node:child_process';

export interface McpAnswer {
  readonly id?: unknown;
  readonly method?: string;
  readonly result?: Record<string, unknown> & {
    readonly content?: readonly { readonly type: string; readonly text?: string }[];
    readonly isError?: boolean;
  };
  readonly error?: { readonly code: number; readonly message: string };
}

/** A client by hand: it says what it is told to say and keeps every frame as it came. */
export interface McpPeer {
  /** What the server said, in order, byte for byte. */
  readonly frames: readonly string[];
  readonly child: ChildProcess;
  stderr(): string;
  send(message: object): void;
  /** Sends bytes as they are. */
  write(text: string): void;
  request(method: string, params?: object): Promise<McpAnswer>;
  call(name: string, args?: object): Promise<McpAnswer>;
  /** The first frame that is like that, of those that came or will come. */
  frame(like: (message: McpAnswer) => boolean): Promise<McpAnswer>;
  /** Answers the server's requests of a method. */
  onRequest(method: string, result: object): void;
  /** The handshake of revisions with sessions. */
  initialize(capabilities?: object): Promise<McpAnswer>;
  /** Ends what it says, and answers how the process ended. */
  close(): Promise<number | NodeJS.Signals>;
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** Starts an MCP server on stdio, or a proxy in front of one. */
export function mcpPeer(command: readonly string[], env: Readonly<Record<string, string>> = {}): McpPeer {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: 'pipe' });
  const frames: string[] = [];
  const messages: McpAnswer[] = [];
  const answers = new Map<string, object>();
  let listeners: (() => void)[] = [];
  let rest = '';
  let said = '';
  let id = 0;
  const write = (text: string): void => void child.stdin.write(text);
  const send = (message: object): void => write(`${JSON.stringify(message)}\n`);
  child.stdin.on('error', () => undefined);
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      frames.push(line);
      const message = JSON.parse(line) as McpAnswer;
      messages.push(message);
      const answer = message.method === undefined ? undefined : answers.get(message.method);
      if (answer && message.id !== undefined) send({ jsonrpc: '2.0', id: message.id, result: answer });
    }
    for (const listener of listeners) listener();
  });
  const ended = new Promise<number | NodeJS.Signals>((resolve) =>
    child.once('close', (code, signal) => resolve(signal ?? code ?? 0)),
  );
  const frame: McpPeer['frame'] = (like) =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = messages.find(like);
        if (!found) return;
        listeners = listeners.filter((each) => each !== look);
        resolve(found);
      };
      listeners.push(look);
      void ended.then(() => reject(new Error(`The server ended before it said what was waited for:\n${said}`)));
      look();
    });
  const request: McpPeer['request'] = (method, params) => {
    id += 1;
    const mine = id;
    send({ jsonrpc: '2.0', id: mine, method, ...(params ? { params } : {}) });
    return frame((message) => message.method === undefined && message.id === mine);
  };
  return {
    frames,
    child,
    stderr: () => said,
    send,
    write,
    request,
    call: (name, args = {}) => request('tools/call', { name, arguments: args }),
    frame,
    onRequest: (method, result) => answers.set(method, result),
    async initialize(capabilities = {}) {
      const clientInfo = { name: 'e2e', version: '1' };
      const answer = await request('initialize', { protocolVersion: '2025-11-25', capabilities, clientInfo });
      send({ jsonrpc: '2.0', method: 'notifications/initialized' });
      return answer;
    },
    close() {
      child.stdin.end();
      return ended;
    },
    ended,
  };
}
