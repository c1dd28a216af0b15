import { DEFAULT_SERVER_URL, MODES, readChoice } from '../agents/mcp/options.ts';
import { runMcp } from '../agents/mcp/run_mcp.ts';
import { UsageError } from '../errors.ts';
import { type Command, textOption } from './command.ts';

export const mcpCommand: Command = {
  name: 'mcp',
  summary: 'Stands in front of an MCP server and records its tool calls.',
  usage: `Usage: laskobot-runs mcp [options] -- COMMAND [ARGUMENT]…

Starts COMMAND, an MCP server that speaks on stdio, and speaks for it on its own stdio. What both sides say goes on as it is; tool calls
are recorded besides: name, arguments, result or error, and how long they took, without what was typed.

  --key KEY          publishable or secret key (LASKOBOT_KEY, which the server that is started does not see); without one
                     nothing is recorded
  --server-url URL   where LaskoBOT Runs is (LASKOBOT_SERVER_URL, default ${DEFAULT_SERVER_URL})
  --mode MODE        ${MODES.join(', ')} (LASKOBOT_MODE, default record-only)
  --outbox DIR       where calls wait until the server has them (LASKOBOT_OUTBOX, default a folder for each server and key in
                     ~/.laskobot/outbox)
  --redact NAMES     arguments whose values are secret, at any depth, separated by commas; again for more

Ends as COMMAND ends: with its exit code, or by the same signal.`,
  options: {
    key: { type: 'string' },
    'server-url': { type: 'string' },
    mode: { type: 'string' },
    outbox: { type: 'string' },
    redact: { type: 'string', multiple: true },
  },
  positionals: 'any',
  async run(call) {
    const command = call.positionals;
    if (command.length === 0) throw new UsageError('mcp takes the command of an MCP server after --');
    const choice = readChoice(
      {
        mode: textOption(call, 'mode'),
        serverUrl: textOption(call, 'server-url'),
        key: textOption(call, 'key'),
        outbox: textOption(call, 'outbox'),
        redact: [call.values.redact ?? []].flat().map(String),
      },
      call.env,
    );
    // Sending may still be under way, and the client may hold stdin open: neither keeps an ended proxy alive.
    process.exit(await runMcp({ ...choice, command }));
  },
};
