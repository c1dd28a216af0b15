/** What went wrong beside the frames: counted, and told once a kind, so that nobody's log fills with it. */
export function createComplaints(write: (line: string) => void) {
  const counts = new Map<string, number>();
  return {
    tell(kind: string, sentence: string): void {
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      if (count === 1) write(`laskobot-runs mcp: ${sentence}\n`);
    },
    counts: (): Readonly<Record<string, number>> => Object.fromEntries(counts),
  };
}

export type Complaints = ReturnType<typeof createComplaints>;
