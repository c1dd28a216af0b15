import { resolve } from 'node:path';
import { createSigningKeys } from '../bundles/signing_key.ts';
import type { Config } from '../config.ts';
import { startJobTimer } from '../jobs/timer.ts';
import { createLog } from '../log.ts';
import { openStoredBlobs } from '../storage/open_stored_blobs.ts';
import { bootstrap } from './bootstrap.ts';
import { openApp, openDb, openSharedCache } from './open.ts';
import { openServices } from './services.ts';
import { writeExtension } from './write_extension.ts';

/** Requests in flight get this long at a stop, in ms. */
export const DRAIN_MS = 10_000;

export type Fetch = (request: Request) => Response | Promise<Response>;

export interface Listening {
  readonly port: number;
  /** Takes no more requests and finishes those in flight. */
  close(): Promise<void>;
}

/** Serves over HTTP, as the runtime does it. Throws `UsageError` where the address cannot be had. */
export type Listen = (fetch: Fetch, host: string, port: number) => Promise<Listening>;

export interface StartOptions {
  readonly config: Config;
  readonly listen: Listen;
  /** Folders of built extensions that are told the server's address and key. */
  readonly extensionDirs: readonly string[];
  /** One line for people. */
  readonly print: (line: string) => void;
  /** One line of the log. */
  readonly writeLog: (line: string) => void;
  /** Stops the server: requests in flight are finished, then the database is closed. */
  readonly signal: AbortSignal;
}

/** Runs the server with its jobs until the signal. Throws `UsageError` for what the starter can mend. */
export async function start({ config, listen, extensionDirs, print, writeLog, signal }: StartOptions): Promise<void> {
  const log = createLog(config.logLevel, writeLog);
  const db = await openDb(config, log);
  const redis = openSharedCache(config, log);
  const services = openServices(config, db, log, redis, openStoredBlobs(config));
  const { jobs, exposures } = services;
  try {
    const { secretKey, publishableKey, projectId } = await bootstrap(db, config.dataDir, extensionDirs.length > 0);
    await jobs.run('partitions');
    const app = await openApp(config, services);
    const server = await listen(app.fetch, config.host, config.port);
    const serverUrl = config.publicUrl ?? `http://${urlHost(config.host)}:${server.port}`;
    const written =
      publishableKey && projectId && extensionDirs.length > 0
        ? await writeExtension(extensionDirs, {
            server_url: serverUrl,
            publishable_key: publishableKey,
            bundle_key: (await createSigningKeys(db)(projectId)).publicKey,
          })
        : [];
    if (config.jobs === 'timer') startJobTimer(jobs, log, signal);
    log.info('server.started', { port: server.port, database: config.databaseUrl ? 'postgres' : 'embedded' });
    for (const line of greeting(config, serverUrl, written, secretKey, publishableKey)) print(line);

    await aborted(signal);
    await server.close();
    log.info('server.stopped');
  } finally {
    await jobs.stop();
    await exposures.flush();
    await redis?.close();
    await db.close();
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (signal.aborted) done();
    signal.addEventListener('abort', () => done(), { once: true });
  });

/** An address to which a browser can connect. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function greeting(
  config: Config,
  serverUrl: string,
  written: readonly string[],
  secretKey: string | undefined,
  publishableKey: string | undefined,
): string[] {
  const data = config.databaseUrl ? 'in the database of DATABASE_URL' : `in ${resolve(config.dataDir)}`;
  const lines = [`LaskoBOT Runs is at ${serverUrl}`, `Data is ${data}`];
  if (secretKey) lines.push('', 'Secret key, shown only this once:', `  ${secretKey}`);
  if (publishableKey) lines.push('Publishable key, for extensions:', `  ${publishableKey}`);
  if (written.length) lines.push('', 'To record, load the extension, which knows this server already:');
  for (const dir of written) {
    lines.push(
      dir.includes('firefox')
        ? `  Firefox: about:debugging#/runtime/this-firefox → Load Temporary Add-on → ${resolve(dir)}/manifest.json`
        : `  Chrome:  chrome://extensions → Developer mode → Load unpacked → ${resolve(dir)}`,
    );
  }
  const { minSuccesses, minDays } = config.release;
  if (minSuccesses === 1 && minDays === 1)
    lines.push(
      '',
      'Hints are told after one success (HINTS_MIN_SUCCESSES=1, HINTS_MIN_DAYS=1): for several users set more.',
    );
  return [...lines, '', 'Stop with Ctrl+C.'];
}
