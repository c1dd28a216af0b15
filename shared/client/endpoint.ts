/** Where a client sends to, and as whom. */
export interface Endpoint {
  /** Without a slash at its end. */
  readonly server_url: string;
  readonly key: string;
}
