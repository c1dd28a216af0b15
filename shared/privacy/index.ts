/** What capture loads into every page. `masked-rects.ts` and `serialise-dom.ts` are for pages of which an artifact is made. */
export { detect, type Finding } from './detect.ts';
export { masked } from './masked.ts';
export { maskedRects, type Rect } from './masked-rects.ts';
export { createScrub, SCRUBBED, type Scrub, safely, scrub } from './scrub.ts';
export { type SerialiseOptions, serialiseDom, serialiseDomSteps } from './serialise-dom.ts';
export { scrubUrl } from './url.ts';
