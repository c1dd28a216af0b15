import type { Envelope } from './envelope.ts';

/** One side of a session. `send` is bounded; a connection in several sessions is one peer. */
export interface Peer {
  readonly role: 'agent' | 'extension';
  send(frame: string): void;
  isFull(): boolean;
  onRoom(callback: () => void): void;
  /** Stops reading what it writes until the returned function is called. */
  hold(): () => void;
  close(code: number, reason: string): void;
}

export interface Pending {
  readonly agent: Peer;
  readonly command: Pick<Envelope, 'wireId' | 'sessionId' | 'name'>;
  /** ms since 1970 */
  readonly since: number;
}

export interface Session {
  extension: Peer | undefined;
  readonly agents: Set<Peer>;
  /** Commands that wait for an answer, by wireId, oldest first. */
  readonly pending: Map<string, Pending>;
}

/** Sessions by id, each as long as somebody is in it. */
export function createSessions(most: number) {
  const sessions = new Map<string, Session>();
  const emptied = ({ pending }: Session): readonly Pending[] => {
    const orphaned = [...pending.values()];
    pending.clear();
    return orphaned;
  };
  return {
    get: (id: string): Session | undefined => sessions.get(id),
    /** Undefined where there are too many. */
    open(id: string): Session | undefined {
      const known = sessions.get(id);
      if (known || sessions.size >= most) return known;
      const session: Session = { extension: undefined, agents: new Set(), pending: new Map() };
      sessions.set(id, session);
      return session;
    },
    /** Makes a peer the extension of a session; answers the one before it, and the commands that nobody will answer now. */
    extend(
      session: Session,
      peer: Peer,
    ): { readonly replaced: Peer | undefined; readonly orphaned: readonly Pending[] } {
      const before = session.extension;
      session.extension = peer;
      return before === peer ? { replaced: undefined, orphaned: [] } : { replaced: before, orphaned: emptied(session) };
    },
    /** Removes a peer from a session, and the session with its last one; answers the commands that nobody will answer now. */
    leave(id: string, peer: Peer): readonly Pending[] {
      const session = sessions.get(id);
      if (!session) return [];
      session.agents.delete(peer);
      for (const [wireId, { agent }] of session.pending) if (agent === peer) session.pending.delete(wireId);
      const wasExtension = session.extension === peer;
      if (wasExtension) session.extension = undefined;
      if (!session.extension && session.agents.size === 0) sessions.delete(id);
      return wasExtension ? emptied(session) : [];
    },
  };
}

export type Sessions = ReturnType<typeof createSessions>;
