import type { WebSocket } from 'ws';

/** Reads from a socket only while nothing holds it; holds are counted. */
export function createPausing(socket: Pick<WebSocket, 'pause' | 'resume' | 'readyState' | 'OPEN'>) {
  let holds = 0;
  const open = (): boolean => socket.readyState === socket.OPEN;
  return {
    /** Returns how to let go. */
    hold(): () => void {
      holds += 1;
      if (holds === 1 && open()) socket.pause();
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        holds -= 1;
        if (holds === 0 && open()) socket.resume();
      };
    },
  };
}

export type Pausing = ReturnType<typeof createPausing>;
