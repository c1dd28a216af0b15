import type { Endpoint } from '../../shared/client/endpoint.ts';
import type { Paused } from '../../shared/client/file/file_client.ts';

/** Tells whoever runs the process that nothing is sent, and what to do. */
export const warnOfPause =
  ({ server_url }: Endpoint, dir: string) =>
  ({ code, reason }: Paused): void =>
    console.warn(
      `LaskoBOT Runs: ${server_url} refuses the key (${code}: ${reason}). Nothing is sent until it is put right; what is recorded waits in ${dir}.`,
    );
