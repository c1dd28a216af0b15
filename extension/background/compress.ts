export interface Compressed {
  readonly bytes: ArrayBuffer;
  /** The ending that says how: brotli where the browser has it (Firefox), else gzip. */
  readonly suffix: 'br' | 'gz';
}

/** What TypeScript's DOM library does not have yet: https://compression.spec.whatwg.org/#supported-formats */
const BROTLI = 'brotli' as CompressionFormat;

function compressor(): { stream: CompressionStream; suffix: Compressed['suffix'] } {
  try {
    return { stream: new CompressionStream(BROTLI), suffix: 'br' };
  } catch {
    return { stream: new CompressionStream('gzip'), suffix: 'gz' };
  }
}

export async function compress(text: string): Promise<Compressed> {
  const { stream, suffix } = compressor();
  return { bytes: await new Response(new Blob([text]).stream().pipeThrough(stream)).arrayBuffer(), suffix };
}
