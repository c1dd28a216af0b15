declare module 'siphash' {
  /** SipHash-2-4 of the UTF-8 bytes of `message`; `key` is four 32-bit words, the result its high and low half. */
  export function hash(key: Uint32Array, message: string | Uint8Array): { h: number; l: number };
  const siphash: { hash: typeof hash };
  export default siphash;
}
