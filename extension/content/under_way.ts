let count = 0;

/** Whether a tool of the host is at work on this page: what scripts click and type meanwhile is its doing, and told with it. */
export const toolUnderWay = (): boolean => count > 0;

/** Runs a tool's work. */
export async function asTool<T>(work: () => T | Promise<T>): Promise<T> {
  count += 1;
  try {
    return await work();
  } finally {
    count -= 1;
  }
}
