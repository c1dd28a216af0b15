const encoder = new TextEncoder();
let ascii = new Uint8Array(256);

/** UTF-8 bytes; plain ASCII without asking the platform, which costs more than the hash of a short text. */
function utf8(text: string): Uint8Array {
  const { length } = text;
  if (ascii.length < length) ascii = new Uint8Array(2 * length);
  for (let at = 0; at < length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit > 127) return encoder.encode(text);
    ascii[at] = unit;
  }
  return ascii.subarray(0, length);
}

/** v0 to v3, low and high word in turn. One state for all: a hash is computed without interruption. */
const v = new Int32Array(8);

/** SipRounds, in one function and on variables: most pages ask for so few hashes that no browser compiles more than this. */
function rounds(n: number): void {
  let al = v[0]!;
  let ah = v[1]!;
  let bl = v[2]!;
  let bh = v[3]!;
  let cl = v[4]!;
  let ch = v[5]!;
  let dl = v[6]!;
  let dh = v[7]!;
  let low: number;
  for (let at = 0; at < n; at += 1) {
    low = (al >>> 0) + (bl >>> 0);
    ah = (ah + bh + (low > 0xffffffff ? 1 : 0)) | 0;
    al = low | 0;
    low = bl;
    bl = ((low << 13) | (bh >>> 19)) ^ al;
    bh = ((bh << 13) | (low >>> 19)) ^ ah;
    low = (cl >>> 0) + (dl >>> 0);
    ch = (ch + dh + (low > 0xffffffff ? 1 : 0)) | 0;
    cl = low | 0;
    low = dl;
    dl = ((low << 16) | (dh >>> 16)) ^ cl;
    dh = ((dh << 16) | (low >>> 16)) ^ ch;
    // The words of v0 stand for each other from here on: it is rotated by 32.
    low = (ah >>> 0) + (dl >>> 0);
    ah = (al + dh + (low > 0xffffffff ? 1 : 0)) | 0;
    al = low | 0;
    low = dl;
    dl = ((low << 21) | (dh >>> 11)) ^ al;
    dh = ((dh << 21) | (low >>> 11)) ^ ah;
    low = (cl >>> 0) + (bl >>> 0);
    ch = (ch + bh + (low > 0xffffffff ? 1 : 0)) | 0;
    cl = ch | 0;
    ch = low | 0;
    low = bl;
    bl = ((low << 17) | (bh >>> 15)) ^ ch;
    bh = ((bh << 17) | (low >>> 15)) ^ cl;
  }
  v.set([al, ah, bl, bh, cl, ch, dl, dh]);
}

function compress(low: number, high: number): void {
  v[6]! ^= low;
  v[7]! ^= high;
  rounds(2);
  v[0]! ^= low;
  v[1]! ^= high;
}

/**
 * SipHash-2-4 (Aumasson and Bernstein 2012) of the UTF-8 bytes of a text, as high and low word. Half the size of the npm package
 * `siphash` and several times its speed, since it allocates nothing but the bytes; the page's signature hashes hundreds of texts.
 */
export function siphash24(key: Uint32Array, text: string): { h: number; l: number } {
  const [k0 = 0, k1 = 0, k2 = 0, k3 = 0] = key;
  v.set([k0 ^ 0x70736575, k1 ^ 0x736f6d65, k2 ^ 0x6e646f6d, k3 ^ 0x646f7261]);
  v.set([k0 ^ 0x6e657261, k1 ^ 0x6c796765, k2 ^ 0x79746573, k3 ^ 0x74656462], 4);
  const bytes = utf8(text);
  const word = (at: number): number =>
    (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
  const { length } = bytes;
  const whole = length - (length % 8);
  for (let at = 0; at < whole; at += 8) compress(word(at), word(at + 4));
  compress(word(whole), word(whole + 4) | (length << 24));
  v[4]! ^= 0xff;
  rounds(4);
  return { h: (v[1]! ^ v[3]! ^ v[5]! ^ v[7]!) >>> 0, l: (v[0]! ^ v[2]! ^ v[4]! ^ v[6]!) >>> 0 };
}
