import type { Complaints } from '../complaints.ts';
import { createSession, type SessionDeps, type SessionEnd } from '../session.ts';
import type { Upstream, UpstreamEnd } from '../upstream.ts';
import { frameOf, type RelayEnds, relay } from './relay.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Calls back for each of the signals; returns how to stop listening. */
export type OnSignal = (signals: readonly NodeJS.Signals[], listener: (signal: NodeJS.Signals) => void) => () => void;

export interface StdioOptions {
  readonly upstream: Upstream;
  readonly client: RelayEnds['client'];
  readonly session: Omit<SessionDeps, 'toServer'>;
  readonly complaints: Complaints;
  readonly onSignal: OnSignal;
}

/** Stands between a client on stdio and a server, until that server has ended; tells how. */
export async function runStdio({
  upstream,
  client,
  session: deps,
  complaints,
  onSignal,
}: StdioOptions): Promise<UpstreamEnd> {
  const session = createSession({ ...deps, toServer: (message) => upstream.input.write(frameOf(message)) });
  let stopped = false;
  let clientLeft = false;
  const unlisten = onSignal(SIGNALS, (signal) => {
    stopped = true;
    upstream.stop(signal);
  });
  const relayed = relay({ client, server: upstream }, session, complaints);
  const leave = (): void => {
    clientLeft = true;
    upstream.input.end();
  };
  void relayed.client.then(leave);
  // Nobody listens any more.
  client.output.on('error', leave);

  const end = await upstream.ended;
  unlisten();
  const lost = end.kind !== 'exited' || end.code !== 0;
  const how: SessionEnd = stopped ? 'stopped' : clientLeft || !lost ? 'closed' : 'server_lost';
  session.end(how);
  return end;
}
