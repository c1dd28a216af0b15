import { ALL_DETECTORS } from './detectors/full.ts';
import { createScrub, type Scrub } from './scrub.ts';

/** With all detectors, for whatever is stored or sent. Too large to be loaded into every page. */
export const fullScrub: Scrub = createScrub(ALL_DETECTORS);
