import type { Detector } from './detector.ts';
import { PAGE_DETECTORS } from './page.ts';

export const ALL_DETECTORS: readonly Detector[] = [...PAGE_DETECTORS];
