import { HEALED } from '../agents/advise/advice.ts';
import { DEFAULT_WAIT_MS } from '../agents/advise/lookup_hints.ts';
import { DEFAULT_HINT_TOKENS } from '../agents/advise/tokens.ts';
import { DEFAULT_SERVER_URL, MODES, readChoice } from '../agents/mcp/options.ts';
import { runMcp } from '../agents/mcp/run_mcp.ts';
import { readConfig } from '../agents/understand/configured/read_config.ts';
import { UsageError } from '../errors.ts';
import { type Command, textOption, wholeOption } from './command.ts';

export const mcpCommand: Command = {
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
  --understand FILE  JSON that tells how calls of a server are read that is none of those known
  --hint-tokens N    most tokens of hints in one answer (default ${DEFAULT_HINT_TOKENS})
  --hint-wait MS     how long an answer waits for hints (default ${DEFAULT_WAIT_MS})
  --heal-classes C   what a control may do that a failed call is made on once more in mode heal (default ${HEALED.join(',')})

Ends as COMMAND ends: with its exit code, or by the same signal.`,
  options: {
    key: { type: 'string' },
    'server-url': { type: 'string' },
    mode: { type: 'string' },
    outbox: { type: 'string' },
    redact: { type: 'string', multiple: true },
    understand: { type: 'string' },
    'hint-tokens': { type: 'string' },
    'hint-wait': { type: 'string' },
    'heal-classes': { type: 'string' },
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
        config: await readConfig(textOption(call, 'understand')),
        hintTokens: wholeOption(call, 'hint-tokens', DEFAULT_HINT_TOKENS, 20_000),
        hintWait: wholeOption(call, 'hint-wait', DEFAULT_WAIT_MS, 60_000),
        healClasses: textOption(call, 'heal-classes'),
      },
      call.env,
    );
    // Sending may still be under way, and the client may hold stdin open: neither keeps an ended proxy alive.
    process.exit(await runMcp({ ...choice, command }));
  },
};
