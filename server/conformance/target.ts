/** A server that runs, with a fresh database that holds two projects. */
export interface Target {
  /** Without a slash at its end. */
  readonly url: string;
  readonly projectId: string;
  readonly secret: string;
  readonly publishable: string;
  /** Secret key of the other project. */
  readonly otherSecret: string;
  /** As SIGTERM does; answers the exit code, null where a signal ended it. */
  stop(): Promise<number | null>;
}
