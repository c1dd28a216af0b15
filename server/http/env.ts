/** What hono carries along a request. */
export interface AppEnv {
  Variables: {
    requestId: string;
    /** One that was made with the headers that all have. */
    answer?: Response;
  };
}
