/** WebP quality: text stays readable at about a fifth of PNG's size. */
const QUALITY = 0.8;

export interface Picture {
  readonly bytes: ArrayBuffer;
  readonly ext: 'webp' | 'png';
}

/** WebP, or PNG where flat colours make that smaller. */
export async function encodePicture(canvas: OffscreenCanvas): Promise<Picture> {
  const [webp, png] = await Promise.all([
    canvas.convertToBlob({ type: 'image/webp', quality: QUALITY }),
    canvas.convertToBlob({ type: 'image/png' }),
  ]);
  const blob = webp.size <= png.size ? webp : png;
  return { bytes: await blob.arrayBuffer(), ext: blob.type === 'image/webp' ? 'webp' : 'png' };
}
