import browser from 'webextension-polyfill';
import type { ArtifactPrivacy, MaskedRects } from '../messages.ts';
import { encodePicture, type Picture } from './encode_picture.ts';
import { tell } from './tell.ts';

/** What an artifact must not show; asked for anew each time, since people type meanwhile. */
export type Hidden = () => Promise<ArtifactPrivacy>;

const askRects = async (tabId: number, hidden: Hidden): Promise<MaskedRects | undefined> =>
  tell<MaskedRects>(tabId, { type: 'masked_rects', ...(await hidden()) });

/**
 * A picture of the visible part of the tab with masked elements and personal texts painted over before it is encoded. The boxes are asked for before
 * and after the shot and all are painted, since the page may scroll in between. Undefined where the tab is not in front, the page
 * does not answer, or the browser refuses.
 */
export async function captureMasked(tabId: number, windowId: number, hidden: Hidden): Promise<Picture | undefined> {
  const tab = await browser.tabs.get(tabId).catch(() => undefined);
  if (!tab?.active) return undefined;
  const before = await askRects(tabId, hidden);
  if (!before) return undefined;
  const shot = await browser.tabs.captureVisibleTab(windowId, { format: 'png' }).catch(() => undefined);
  const after = await askRects(tabId, hidden);
  const stillThere = await browser.tabs.get(tabId).catch(() => undefined);
  if (!shot || !after || !stillThere?.active || stillThere.url !== tab.url) return undefined;
  const bitmap = await createImageBitmap(await (await fetch(shot)).blob());
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext('2d');
  if (!context) return undefined;
  context.drawImage(bitmap, 0, 0);
  const scale = bitmap.width / after.viewport_w;
  context.fillStyle = '#808080';
  for (const { x, y, width, height } of [...before.rects, ...after.rects])
    context.fillRect(
      Math.floor(x * scale) - 1,
      Math.floor(y * scale) - 1,
      Math.ceil(width * scale) + 2,
      Math.ceil(height * scale) + 2,
    );
  bitmap.close();
  return encodePicture(canvas);
}
