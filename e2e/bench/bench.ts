export interface BenchInput {
  /** File or folder given with --data. */
  readonly data: string | undefined;
  /** How many, given with --events, for a bench that counts events. */
  readonly events: number | undefined;
  /** Whether to tell of each case, not only the wrong ones. */
  readonly verbose: boolean | undefined;
}

/** Measures and prints; asserts nothing about speed. Throws where it could not measure or an answer was wrong. */
export interface Bench {
  readonly name: string;
  readonly measures: string;
  run(input: BenchInput): Promise<Readonly<Record<string, unknown>>>;
}
