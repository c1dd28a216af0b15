/** A server that runs, with a fresh database that holds two projects. */
export interface Target {
  /** Without a slash at its end. */
  readonly url: string;
  readonly projectId: string;
  readonly secret: string;
  readonly publishable: string;
  /** Secret key of the other project. */
  readonly otherSecret: string;
  stop(): Promise<void>;
}
