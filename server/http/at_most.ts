/** Passes bytes on and fails with `error()` as soon as there are more than `max`. */
export function atMost(
  max: number,
  error: () => Error,
): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let seen = 0;
  return new TransformStream({
    transform(chunk, controller) {
      seen += chunk.byteLength;
      if (seen > max) throw error();
      controller.enqueue(chunk);
    },
  });
}
