export interface BenchInput {
  /** File or folder given with --data. */
  readonly data: string | undefined;
}

/** Measures and prints; asserts nothing about speed. Throws where it could not measure or an answer was wrong. */
export interface Bench {
  readonly name: string;
  readonly measures: string;
  run(input: BenchInput): Promise<Readonly<Record<string, unknown>>>;
}
