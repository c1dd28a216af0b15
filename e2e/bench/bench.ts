import type { BrowserKind } from '../drivers/driver.ts';

export interface BenchInput {
  /** File or folder given with --data. */
  readonly data: string | undefined;
  /** How many, given with --events, for a bench that counts events. */
  readonly events: number | undefined;
  /** How many, given with --runs, for a bench that counts runs. */
  readonly runs: number | undefined;
  /** Of what is drawn by chance, given with --seed. */
  readonly seed: number | undefined;
  /** Fits the parameters to the data and writes them, given with --fit. */
  readonly fit: boolean;
  /** File of cases from live pages, given with --live. */
  readonly live: string | undefined;
  /** File that cases from live pages are written to, given with --collect. */
  readonly collect: string | undefined;
  /** Those to run in, given with --browser; else all. */
  readonly browsers: readonly BrowserKind[];
  /** Tells of each case that was missed or went wrong, given with --explain. */
  readonly explain: boolean;
}

/** Measures and prints; asserts nothing about speed. Throws where it could not measure or an answer was wrong. */
export interface Bench {
  readonly name: string;
  readonly measures: string;
  run(input: BenchInput): Promise<Readonly<Record<string, unknown>>>;
}
