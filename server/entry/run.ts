import { type Env, readConfig } from '../config.ts';
import { type Listen, start } from './start.ts';

/** Runs the server that the environment describes until SIGINT or SIGTERM. Throws `UsageError`. */
export async function run(env: Env, listen: Listen, extensionDirs: readonly string[] = []): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  await start({
    config: readConfig(env),
    listen,
    extensionDirs,
    print: (line) => process.stdout.write(`${line}\n`),
    writeLog: (line) => process.stderr.write(`${line}\n`),
    signal: stop.signal,
  });
}
