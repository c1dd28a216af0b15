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
  /** Text of --help after the summary. */
  readonly usage: string;
  readonly options: Options;
  /** How many positionals it takes; `some`: one or more, `any`: none too. */
  readonly positionals: number | 'some' | 'any';
  run(call: Call): Promise<void>;
}

/** Parses what follows a command's name. Throws `UsageError`. */
export function parseCall(
  name: string,
  command: Command,
  args: readonly string[],
): Pick<Call, 'values' | 'positionals'> {
  const options: Options = { ...command.options, help: { type: 'boolean', short: 'h' } };
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    const { positionals: takes } = command;
    const right = takes === 'any' || (takes === 'some' ? positionals.length > 0 : positionals.length === takes);
    if (values.help || right) return { values, positionals };
    throw new Error(`takes ${takes} argument(s), got ${positionals.length}`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${name}: ${reason}\nSee laskobot-runs ${name} --help`);
  }
}

/** The text of an option that takes one; undefined where it was not given. */
export function textOption({ values }: Pick<Call, 'values'>, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** A whole number from 1 to `max`; `fallback` where it was not given. Throws `UsageError`. */
export function wholeOption(call: Pick<Call, 'values'>, name: string, fallback: number, max: number): number {
  const text = textOption(call, name);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= max) return value;
  throw new UsageError(`--${name} takes a whole number from 1 to ${max}`);
}
