import { masked, maskedRects, safely, scrub, serialiseDom } from '../../shared/privacy/index.ts';
import type { BackgroundMessage, MaskedRects } from '../messages.ts';
import { onMessage } from './api.ts';

/** Largest copy of the DOM, in UTF-8 bytes, before compression. */
const MAX_DOM_BYTES = 2_000_000;

/** Answers the background's requests for what artifacts are made of. A second call in one document changes nothing. */
export function startArtifacts(): void {
  const scope = globalThis as { laskobotArtifacts?: boolean };
  if (scope.laskobotArtifacts) return;
  scope.laskobotArtifacts = true;
  onMessage<BackgroundMessage>((message) => {
    switch (message.type) {
      case 'masked_rects': {
        const answer: MaskedRects = { rects: maskedRects(document), viewport_w: window.innerWidth };
        return Promise.resolve(answer);
      }
      case 'serialise':
        return Promise.resolve(serialiseDom(document, { scrub: safely(scrub), masked, maxBytes: MAX_DOM_BYTES }));
      default:
        return undefined;
    }
  });
}
