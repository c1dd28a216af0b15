/**
 * Carries out tasks in their order, so many at once. After a failure it begins no other, waits for those under way, and throws the first.
 */
export async function inLanes(lanes: number, tasks: readonly (() => Promise<unknown>)[]): Promise<void> {
  const rest = [...tasks];
  const failures: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (let next = rest.shift(); next && failures.length === 0; next = rest.shift())
      await next().catch((error: unknown) => failures.push(error));
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (failures.length > 0) throw failures[0];
}
