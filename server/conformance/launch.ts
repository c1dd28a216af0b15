import { spawn } from 'node:child_process';

export interface Launched {
  readonly url: string;
  stop(): Promise<number | null>;
}

const START_MS = 30_000;
/** Longer than a server may take to finish its requests. */
const STOP_MS = 15_000;

/** Starts a program that will serve on `port`; answers when the server is ready. Throws with what it said if it never is. */
export async function launch(
  program: string,
  args: readonly string[],
  port: number,
  env: Readonly<Record<string, string>>,
): Promise<Launched> {
  const child = spawn(program, args, { env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-10_000);
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const url = `http://127.0.0.1:${port}`;
  const launched = {
    url,
    async stop() {
      child.kill('SIGTERM');
      const kill = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      const code = await ended;
      clearTimeout(kill);
      return code;
    },
  };
  for (const started = Date.now(); Date.now() - started < START_MS && child.exitCode === null; ) {
    if (
      await fetch(`${url}/readyz`).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      return launched;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await launched.stop();
  throw new Error(`${program} did not become ready:\n${said}`);
}
