const NEWLINE = 10;
/** Longest line put together, in bytes: what is longer is no message that anybody could read. */
const MAX_LINE_BYTES = 256 * 1024 * 1024;

/** Lines of a stream of bytes, each with its end, whatever pieces they come in. `whole` is false for parts of one that is too long. */
export function createLines(onLine: (line: Buffer, whole: boolean) => void, maxBytes = MAX_LINE_BYTES) {
  let parts: Buffer[] = [];
  let bytes = 0;
  let tooLong = false;

  function take(whole: boolean): void {
    const line = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    parts = [];
    bytes = 0;
    if (line.length > 0) onLine(line, whole && !tooLong);
  }
  function add(part: Buffer): void {
    parts.push(part);
    bytes += part.length;
  }

  return {
    push(chunk: Buffer): void {
      let from = 0;
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
        add(chunk.subarray(from, at + 1));
        take(true);
        tooLong = false;
        from = at + 1;
      }
      if (from < chunk.length) add(chunk.subarray(from));
      if (bytes > maxBytes || tooLong) {
        tooLong = true;
        take(false);
      }
    },
    /** What came after the last end of a line. */
    end(): void {
      if (parts.length > 0) take(true);
    },
  };
}
