import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, chromiumPath, startChromium } from '../../shared/testing/chromium.ts';

interface Encoded {
  readonly ext: string;
  readonly size: number;
  /** Of the first bytes, a character each. */
  readonly head: string;
  /** Bytes of the same canvas in both formats. */
  readonly sizes: { readonly webp: number; readonly png: number };
}

/** Draws by `paint(context, side)` on a canvas of its own and encodes that. */
const encoded = (paint: string): string => `(async () => {
  const side = 256;
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext('2d');
  (${paint})(context, side);
  const { bytes, ext } = await picture.encodePicture(canvas);
  const size = async (type) => (await canvas.convertToBlob({ type, quality: 0.8 })).size;
  return {
    ext, size: bytes.byteLength, head: String.fromCharCode(...new Uint8Array(bytes).subarray(0, 12)),
    sizes: { webp: await size('image/webp'), png: await size('image/png') },
  };
})()`;

/** Sets each pixel to what `colour(random)`, an expression over a number below 2^16, gives: [red, green, blue]. */
const noise = (colour: string): string => `(context, side) => {
  const image = context.createImageData(side, side);
  let seed = 7;
  const random = () => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) >>> 16;
  for (let at = 0; at < image.data.length; at += 4) image.data.set([...(${colour})(random), 255], at);
  context.putImageData(image, 0, 0);
}`;
/** Hard edges everywhere, as small text has them, in two flat colours. */
const FLAT = noise('(random) => (random() & 1 ? [18, 52, 86] : [254, 220, 186])');
/** Like a photograph: no two neighbours alike. */
const PHOTO = noise('(random) => [random() & 255, random() & 255, random() & 255]');

describe.skipIf(!chromiumPath())('a screenshot in Chromium', () => {
  let browser: Browser | undefined;
  let page: Page;
  beforeAll(async () => {
    const script = await bundle('extension/background/encode_picture.ts', 'picture');
    browser = await startChromium();
    page = await browser!.newPage();
    await page.evaluate(`${script};globalThis.picture = picture`);
  });
  afterAll(() => browser?.close());

  it('is a PNG where flat colours make that the smaller one', async () => {
    const { ext, size, head, sizes } = await page.evaluate<Encoded>(encoded(FLAT));
    expect(sizes.png).toBeLessThan(sizes.webp);
    expect({ ext, size, magic: head.slice(1, 4) }).toEqual({ ext: 'png', size: sizes.png, magic: 'PNG' });
  });

  it('is a WebP where that is the smaller one', async () => {
    const { ext, size, head, sizes } = await page.evaluate<Encoded>(encoded(PHOTO));
    expect(sizes.webp).toBeLessThan(sizes.png);
    expect({ ext, size, magic: head.slice(8, 12) }).toEqual({ ext: 'webp', size: sizes.webp, magic: 'WEBP' });
  });
});
