/** Works through `inputs` with `width` of them under way at any time. */
export async function inFlight<T>(
  width: number,
  inputs: readonly T[],
  work: (input: T) => Promise<void>,
): Promise<void> {
  const queue = inputs.values();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const input of queue) await work(input);
    }),
  );
}
