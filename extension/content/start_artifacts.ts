import { openShadowOf } from '../../shared/dom/unclobbered.ts';
import { budgeted } from '../../shared/privacy/budget.ts';
import { fullScrub } from '../../shared/privacy/full-scrub.ts';
import { maskedRectsSteps } from '../../shared/privacy/masked-rects.ts';
import { createMasking } from '../../shared/privacy/masking.ts';
import { type Scrub, safely } from '../../shared/privacy/scrub.ts';
import { serialiseDomSteps } from '../../shared/privacy/serialise-dom.ts';
import { createTaint } from '../../shared/privacy/taint.ts';
import { withTestIds } from '../../shared/signature/context.ts';
import type { ArtifactPrivacy, BackgroundMessage, MaskedRects } from '../messages.ts';
import { onMessage } from './api.ts';
import { copyDom } from './copy_dom.ts';
import { coverPage } from './cover_page.ts';
import { rest } from './in_slices.ts';
import { readShadow } from './read_shadow.ts';
import { scope } from './scope.ts';

/** Largest copy of the DOM, in UTF-8 bytes, before compression. */
const MAX_DOM_BYTES = 2_000_000;
/** Characters scrubbed for one artifact, each up to three times: what comes after is left out of a copy, and there is no picture. */
const BUDGET_CHARS = 4_000_000;

/** Makes one artifact; what is typed meanwhile, and the background does not know yet, is taken out of it too. */
async function making<T>({ typed }: ArtifactPrivacy, make: (scrubber: () => Scrub) => T | Promise<T>): Promise<T> {
  const taint = createTaint(typed);
  const forget = scope.laskobotRecordings?.onTyped((text) => taint.add(text));
  try {
    return await make(() => budgeted((text) => fullScrub(taint.scrub(text)), BUDGET_CHARS));
  } finally {
    forget?.();
  }
}

const slices = { now: () => performance.now(), rest };

const rectsFor = (privacy: ArtifactPrivacy): Promise<MaskedRects | undefined> =>
  making(privacy, async (scrubber) => {
    const { selector } = createMasking(privacy.masking, document);
    if (selector === undefined) return undefined;
    const shadowOf = (element: Element): ShadowRoot | null => openShadowOf(element) ?? readShadow(element);
    const rects = await coverPage(
      document,
      () => maskedRectsSteps(document, { selector, scrub: scrubber(), shadowOf }),
      slices,
    );
    return { rects, viewport_w: window.innerWidth };
  });

const htmlFor = (privacy: ArtifactPrivacy): Promise<string> =>
  making(privacy, (scrubber) => {
    const { masked } = createMasking(privacy.masking, document);
    const serialise = () =>
      serialiseDomSteps(document, {
        scrub: safely(scrubber()),
        masked,
        maxBytes: MAX_DOM_BYTES,
        testIdAttributes: withTestIds(privacy.masking.test_ids),
      });
    return copyDom(document, serialise, slices);
  });

/** Answers the background's requests for what artifacts are made of. A second call in one document changes nothing. */
export function startArtifacts(): void {
  const scope = globalThis as { laskobotArtifacts?: boolean };
  if (scope.laskobotArtifacts) return;
  scope.laskobotArtifacts = true;
  onMessage<BackgroundMessage>((message) => {
    switch (message.type) {
      case 'masked_rects':
        return Promise.resolve(message).then(rectsFor);
      case 'serialise':
        return Promise.resolve(message).then(htmlFor);
      default:
        return undefined;
    }
  });
}
