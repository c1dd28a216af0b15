export { detect, type Finding } from './detect.ts';
export { masked } from './masked.ts';
export { maskedRects, type Rect } from './masked-rects.ts';
export { createScrub, type Scrub, safely, scrub } from './scrub.ts';
export { SCRUBBED } from './scrubbed.ts';
export { type SerialiseOptions, serialiseDom, serialiseDomSteps } from './serialise-dom.ts';
export { scrubUrl } from './url.ts';
