export interface BenchInput {
  /** File or folder given with --data. */
  readonly data: string | undefined;
  /** How many, given with --events, for a bench that counts events. */
  readonly events: number | undefined;
  /** Whether to tell of each case, not only the wrong ones. */
  readonly verbose: boolean | undefined;
  /** Fits the parameters to the data and writes them, given with --fit. */
  readonly fit: boolean;
  /** Prints what went wrong and why, given with --explain. */
  readonly explain: boolean;
}

/** Measures and prints; asserts nothing about speed. Throws where it could not measure or an answer was wrong. */
export interface Bench {
  readonly name: string;
  readonly measures: string;
  run(input: BenchInput): Promise<Readonly<Record<string, unknown>>>;
}
