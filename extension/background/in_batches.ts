/** Most in one batch: it must be done before a worker's next event is late. */
const MOST = 200;

/** Does at once what comes while the last batch is under way. Answers come in order; where a batch fails, each of it does. */
export function inBatches<In, Out>(
  work: (inputs: readonly In[]) => Promise<readonly Out[]>,
): (input: In) => Promise<Out> {
  interface Waiting {
    readonly input: In;
    readonly resolve: (output: Out) => void;
    readonly reject: (error: unknown) => void;
  }
  let waiting: Waiting[] = [];
  let working = false;

  async function run(): Promise<void> {
    working = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MOST);
      waiting = waiting.slice(MOST);
      try {
        const outputs = await work(batch.map(({ input }) => input));
        for (const [at, { resolve }] of batch.entries()) resolve(outputs[at]!);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    working = false;
  }

  return (input) =>
    new Promise((resolve, reject) => {
      waiting.push({ input, resolve, reject });
      if (!working) void run();
    });
}
