import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from '../errors.ts';

export type Options = NonNullable<ParseArgsConfig['options']>;

/** What a command was called with. */
export interface Call {
  readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Command {
  /** As typed, e.g. `keys create`. */
  readonly name: string;
  readonly summary: string;
  /** Text of --help after the summary. */
  readonly usage: string;
  readonly options: Options;
  /** How many positionals it takes. */
  readonly positionals: number;
  run(call: Call): Promise<void>;
}

/** Parses what follows a command's name. Throws `UsageError`. */
export function parseCall(command: Command, args: readonly string[]): Pick<Call, 'values' | 'positionals'> {
  const options: Options = { ...command.options, help: { type: 'boolean', short: 'h' } };
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    if (values.help || positionals.length === command.positionals) return { values, positionals };
    throw new Error(`takes ${command.positionals} argument(s), got ${positionals.length}`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${command.name}: ${reason}\nSee laskobot-runs ${command.name} --help`);
  }
}

/** The text of an option that takes one; undefined where it was not given. */
export function textOption({ values }: Pick<Call, 'values'>, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}
