/** What hono carries along a request. */
export interface AppEnv {
  Variables: { requestId: string };
}
