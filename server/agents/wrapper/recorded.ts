import type { OpClass } from '../../../shared/protocol/schema.ts';
import { type Mode, readChoice } from '../mcp/options.ts';
import type { ArtifactChoice } from '../mcp/record/artifact_watcher.ts';
import type { UnderstandConfig } from '../understand/configured/config.ts';
import { openRuns, type Runs } from './open_runs.ts';
import { type Transport, tap } from './transport.ts';

export interface RunsOptions {
  /** Publishable or secret; LASKOBOT_KEY where left out. Without one nothing is recorded. */
  readonly key?: string;
  /** LASKOBOT_SERVER_URL where left out, else http://127.0.0.1:8787. */
  readonly serverUrl?: string;
  /** LASKOBOT_MODE where left out, else `record-only`. */
  readonly mode?: Mode;
  /** Folder where calls wait until the server has them; LASKOBOT_OUTBOX where left out, else one in ~/.laskobot/outbox. */
  readonly outbox?: string;
  /** Arguments whose values are secret, at any depth. */
  readonly redact?: readonly string[];
  /** How the server's calls are read. */
  readonly understand?: UnderstandConfig;
  /** Most tokens of hints in one answer. */
  readonly hintTokens?: number;
  /** How long an answer waits for hints, in ms. */
  readonly hintWaitMs?: number;
  /** What a control may do that a failed call is made on once more in mode `heal`. */
  readonly healClasses?: readonly OpClass[];
  /** What is kept of results beside their calls. */
  readonly artifacts?: ArtifactChoice;
}

/** `McpServer` and `Server` of @modelcontextprotocol/sdk 1.x and @modelcontextprotocol/server 2.x. */
export interface Connectable {
  connect(transport: never): Promise<void>;
}

/** By options: a factory makes a server for each request, and all of them are one recording. */
const opened = new Map<string, Runs>();

function runsOf(options: RunsOptions): Runs {
  const name = JSON.stringify(options);
  const known = opened.get(name);
  if (known) return known;
  const { understand, hintWaitMs, healClasses, ...rest } = options;
  const choice = readChoice(
    { ...rest, config: understand, hintWait: hintWaitMs, healClasses: healClasses?.join(',') },
    process.env,
  );
  const runs = openRuns(choice);
  opened.set(name, runs);
  return runs;
}

/**
 * Records the tool calls of an MCP server that you wrote, and in modes `advise` and `heal` tells agents what earlier runs learned.
 * Returns the same server, before or after its tools are registered; nothing of it changes but what happens at `connect`.
 * @example
 * const server = recorded(new McpServer({ name: 'shop', version: '1.0.0' }), { key, serverUrl });
 * await server.connect(new StdioServerTransport());
 * @example
 * createMcpHandler(() => recorded(createServer(), { key, serverUrl }));
 * @throws where an option is none of those that it takes
 */
export function recorded<Server extends Connectable>(server: Server, options: RunsOptions = {}): Server {
  if (opened.size === 0) process.once('beforeExit', () => void closeRuns());
  const runs = runsOf(options);
  const connect = server.connect.bind(server) as (transport: Transport) => Promise<void>;
  server.connect = (transport: Transport) => {
    if (!('handleRequest' in transport)) closeWithInput();
    tap(transport, runs.connection());
    return connect(transport);
  };
  return server;
}

let listening = false;

/**
 * A host that is done closes the input of its server, and ends it two seconds later by a signal. Transports of stdio do not say so, and
 * spans and the ends of runs would be lost. The event comes only where somebody reads the input.
 */
function closeWithInput(): void {
  if (listening) return;
  listening = true;
  process.stdin.once('end', () => void closeRuns());
}

/** Ends all runs and sends what can be sent at once: for hosts that end by `process.exit`. What was not sent goes with the next process. */
export async function closeRuns(): Promise<void> {
  const all = [...opened.values()];
  opened.clear();
  await Promise.all(all.map((runs) => runs.close()));
}
