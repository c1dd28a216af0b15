import pkg from '../../package.json' with { type: 'json' };
import { DbUnavailable } from '../db/db.ts';
import { CommandFailed, UsageError } from '../errors.ts';
import { StorageUnavailable } from '../storage/storage.ts';
import { parseCall } from './command.ts';
import { COMMANDS } from './commands.ts';

/** Runs a command line and answers the exit code: 0, 1 for a failure, 2 for a wrong call. */
export async function runCli(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const [first = '--help'] = args;
  if (first === '--help' || first === '-h' || first === 'help') {
    console.log(help());
    return 0;
  }
  if (first === '--version' || first === '-v') {
    console.log(pkg.version);
    return 0;
  }
  const named = COMMANDS.find(({ name }) => name.split(' ').every((word, at) => args[at] === word));
  if (!named) {
    const known = COMMANDS.filter(({ name }) => name.startsWith(`${first} `)).map(({ name }) => name);
    console.error(
      known.length ? `${first} needs one of: ${known.join(', ')}` : `unknown command ${first}\n\n${help()}`,
    );
    return 2;
  }
  try {
    const command = await named.load();
    const call = parseCall(named.name, command, args.slice(named.name.split(' ').length));
    if (call.values.help) console.log(`${named.summary}\n\n${command.usage}`);
    else await command.run({ ...call, env });
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`laskobot-runs: ${error.message}`);
      return 2;
    }
    if (!(error instanceof CommandFailed || error instanceof DbUnavailable || error instanceof StorageUnavailable))
      throw error;
    console.error(`laskobot-runs: ${error.message}`);
    return 1;
  }
}

function help(): string {
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(18)}${summary}`);
  return [
    'Usage: laskobot-runs COMMAND [options]',
    '',
    ...lines,
    '',
    'laskobot-runs COMMAND --help tells more; --version prints the version.',
  ].join('\n');
}
