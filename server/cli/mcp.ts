import { HEALED } from '../agents/advise/advice.ts';
import { DEFAULT_WAIT_MS } from '../agents/advise/lookup_hints.ts';
import { DEFAULT_HINT_TOKENS } from '../agents/advise/tokens.ts';
import { DEFAULT_SERVER_URL, MODES, readChoice } from '../agents/mcp/options.ts';
import { type Behind, type McpOptions, runMcp } from '../agents/mcp/run_mcp.ts';
import { readConfig } from '../agents/understand/configured/read_config.ts';
import { UsageError } from '../errors.ts';
import { type Call, type Command, textOption, wholeOption } from './command.ts';

const MAX_PORT = 65_535;

const all = ({ values }: Pick<Call, 'values'>, name: string): string[] => [values[name] ?? []].flat().map(String);

/** `Name: value` as often as it was given. */
function headersOf(call: Pick<Call, 'values'>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const header of all(call, 'header')) {
    const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*(.*)$/.exec(header) ?? [];
    if (!name || value === undefined) throw new UsageError("--header takes 'Name: value'");
    headers[name.toLowerCase()] = value;
  }
  return headers;
}

function behindOf(call: Call): Behind {
  const url = textOption(call, 'url');
  const { positionals: command } = call;
  if ((url === undefined) === (command.length === 0))
    throw new UsageError('mcp takes either the command of an MCP server after --, or --url');
  if (url === undefined) return { command };
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new UsageError('--url takes an address that begins with http:// or https://');
  return { url: new URL(url), headers: headersOf(call) };
}

function listenOnOf(call: Call): McpOptions['listenOn'] {
  if (textOption(call, 'listen') === undefined) return undefined;
  return {
    host: textOption(call, 'host') ?? '127.0.0.1',
    port: wholeOption(call, 'listen', 0, MAX_PORT),
    allowedOrigins: all(call, 'allow-origin'),
  };
}

export const mcpCommand: Command = {
  usage: `Usage: laskobot-runs mcp [options] -- COMMAND [ARGUMENT]…
       laskobot-runs mcp [options] --url URL

Starts COMMAND, an MCP server that speaks on stdio, or goes to the one at URL (Streamable HTTP), and speaks for it: on its own stdio, or
over HTTP with --listen. What both sides say goes on as it is; tool calls are recorded besides: name, arguments, result or error, and
how long they took, without what was typed.

  --key KEY              publishable or secret key (LASKOBOT_KEY, which the server that is started does not see); without one
                         nothing is recorded
  --server-url URL       where LaskoBOT Runs is (LASKOBOT_SERVER_URL, default ${DEFAULT_SERVER_URL})
  --mode MODE            ${MODES.join(', ')} (LASKOBOT_MODE, default record-only)
  --outbox DIR           where calls wait until the server has them (LASKOBOT_OUTBOX, default a folder for each server and key
                         in ~/.laskobot/outbox)
  --redact NAMES         arguments whose values are secret, at any depth, separated by commas; again for more
  --artifacts WHAT       what is kept of results beside their calls: none, texts (long ones, scrubbed) or all (pictures too, which
                         show what they show; default texts)
  --understand FILE      JSON that tells how calls of a server are read that is none of those known
  --hint-tokens N        most tokens of hints in one answer (default ${DEFAULT_HINT_TOKENS})
  --hint-wait MS         how long an answer waits for hints (default ${DEFAULT_WAIT_MS})
  --heal-classes C       what a control may do that a failed call is made on once more in mode heal (default ${HEALED.join(',')})
  --header 'Name: value' sent to URL with each request; again for more
  --listen PORT          serves HTTP, at any path, to many clients at once: of COMMAND each session gets a server of its own
  --host HOST            address to listen on (default 127.0.0.1); listening on others there is no check of who calls
  --allow-origin ORIGIN  web origin that may call, besides those of this machine; again for more

On stdio it ends as COMMAND ends: with its exit code, or by the same signal.`,
  options: {
    key: { type: 'string' },
    'server-url': { type: 'string' },
    mode: { type: 'string' },
    outbox: { type: 'string' },
    redact: { type: 'string', multiple: true },
    artifacts: { type: 'string' },
    understand: { type: 'string' },
    'hint-tokens': { type: 'string' },
    'hint-wait': { type: 'string' },
    'heal-classes': { type: 'string' },
    url: { type: 'string' },
    header: { type: 'string', multiple: true },
    listen: { type: 'string' },
    host: { type: 'string' },
    'allow-origin': { type: 'string', multiple: true },
  },
  positionals: 'any',
  async run(call) {
    const choice = readChoice(
      {
        mode: textOption(call, 'mode'),
        serverUrl: textOption(call, 'server-url'),
        key: textOption(call, 'key'),
        outbox: textOption(call, 'outbox'),
        redact: all(call, 'redact'),
        config: await readConfig(textOption(call, 'understand')),
        hintTokens: wholeOption(call, 'hint-tokens', DEFAULT_HINT_TOKENS, 20_000),
        hintWait: wholeOption(call, 'hint-wait', DEFAULT_WAIT_MS, 60_000),
        healClasses: textOption(call, 'heal-classes'),
        artifacts: textOption(call, 'artifacts'),
      },
      call.env,
    );
    const options = { ...choice, behind: behindOf(call), listenOn: listenOnOf(call) };
    // Sending may still be under way, and the client may hold stdin open: neither keeps an ended proxy alive.
    process.exit(await runMcp(options));
  },
};
