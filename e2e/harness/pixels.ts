import type { TestBrowser } from '../drivers/driver.ts';

/** Pixels of an encoded picture that have nearly one of the colours, counted in the browser that can decode it. */
export async function countColours<K extends string>(
  browser: TestBrowser,
  picture: Buffer,
  colours: Readonly<Record<K, string>>,
): Promise<Record<K, number>> {
  return browser.inExtension(`(async () => {
    const bytes = Uint8Array.from(atob('${picture.toString('base64')}'), (char) => char.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes]));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    const wanted = Object.entries(${JSON.stringify(colours)}).map(([name, hex]) => [name, [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16))]);
    const counts = Object.fromEntries(wanted.map(([name]) => [name, 0]));
    for (let at = 0; at < data.length; at += 4)
      for (const [name, rgb] of wanted)
        if (rgb.every((value, channel) => Math.abs(value - data[at + channel]) < 70)) counts[name] += 1;
    return counts;
  })()`);
}
