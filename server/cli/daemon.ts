import { once } from 'node:events';
import { TOKEN } from '../agents/daemon/access.ts';
import { startDaemon } from '../agents/daemon/daemon.ts';
import { defaultOutbox } from '../agents/default_outbox.ts';
import { DEFAULT_SERVER_URL } from '../agents/mcp/options.ts';
import { UsageError } from '../errors.ts';
import { type Call, type Command, textOption, wholeOption } from './command.ts';

const DEFAULT_PORT = 8790;
/** What is shorter can be tried out. */
const LEAST_TOKEN_CHARS = 16;

function recordOf(call: Call) {
  const serverUrl = (textOption(call, 'server-url') ?? call.env.LASKOBOT_SERVER_URL ?? DEFAULT_SERVER_URL).replace(
    /\/+$/,
    '',
  );
  const key = textOption(call, 'key') ?? call.env.LASKOBOT_KEY;
  if (!/^https?:\/\//.test(serverUrl) || !URL.canParse(serverUrl))
    throw new UsageError('--server-url takes an address that begins with http:// or https://');
  if (!key) return undefined;
  const outbox = textOption(call, 'outbox') ?? call.env.LASKOBOT_OUTBOX;
  return { serverUrl, key, outbox: outbox ?? defaultOutbox({ server_url: serverUrl, key }) };
}

function tokenOf(call: Call): string | undefined {
  const token = textOption(call, 'token') ?? call.env.LASKOBOT_DAEMON_TOKEN;
  if (token !== undefined && !TOKEN.test(token)) throw new UsageError('--token takes letters, digits and .~+_-');
  if (token !== undefined && token.length < LEAST_TOKEN_CHARS)
    throw new UsageError(`--token takes at least ${LEAST_TOKEN_CHARS} characters`);
  return token;
}

export const daemonCommand: Command = {
  usage: `Usage: laskobot-runs daemon [options]

Speaks protocol v2 over WebSockets, on 127.0.0.1 only: {wireId, sessionId, type: command|response|event, name, payload, tabId}. Commands
of agents go to the extension of their session, its responses to the one that asked, its events to all; events of navigation, focus,
tabs and errors are recorded, each once however often it is told, without what was typed. A connection shows the token as
\`Authorization: Bearer TOKEN\` or as the sub-protocol laskobot.token.TOKEN, and joins a session with the command daemon.hello,
{"role": "agent" or "extension"}.

  --port PORT         port to listen on (default ${DEFAULT_PORT}; 0: any free one)
  --token TOKEN       what connections must bring (LASKOBOT_DAEMON_TOKEN, default one that is made and printed)
  --origin ORIGIN     web origin that may connect, besides extensions; again for more
  --key KEY           publishable or secret key (LASKOBOT_KEY); without one nothing is recorded
  --server-url URL    where LaskoBOT Runs is (LASKOBOT_SERVER_URL, default ${DEFAULT_SERVER_URL})
  --outbox DIR        where events wait until the server has them (LASKOBOT_OUTBOX, default a folder for each server and key
                      in ~/.laskobot/outbox)`,
  options: {
    port: { type: 'string' },
    token: { type: 'string' },
    origin: { type: 'string', multiple: true },
    key: { type: 'string' },
    'server-url': { type: 'string' },
    outbox: { type: 'string' },
  },
  positionals: 0,
  async run(call) {
    const record = recordOf(call);
    const token = tokenOf(call);
    const given = textOption(call, 'port');
    const port = given === '0' ? 0 : wholeOption(call, 'port', DEFAULT_PORT, 65_535);
    const origins = [call.values.origin ?? []].flat().map(String);
    const daemon = await startDaemon({ port, token, origins, record }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') throw new UsageError(`port ${port} is in use; choose another with --port`);
      throw error;
    });
    console.log(`Listening on ${daemon.url}`);
    if (token === undefined) console.log(`Token: ${daemon.token}`);
    if (!record) console.log('Nothing is recorded: there is no key (--key or LASKOBOT_KEY).');
    console.log('Stop with Ctrl+C');
    await Promise.race(['SIGINT', 'SIGTERM'].map((signal) => once(process, signal)));
    await daemon.close();
  },
};
