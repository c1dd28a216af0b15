import type { Features } from '../../../shared/signature/model-features.ts';

/** A recorded control, and the candidates of the page as it is now. */
export interface Case {
  /** What is left out at once where a fit is judged by what it has not seen: a site, or an application with all its pages. */
  readonly site: string;
  /** Whether it was read in a page, with what stands around. */
  readonly inPlace: boolean;
  readonly gone: boolean;
  readonly features: readonly Features[];
  /** Which candidates are the control: none of them where it is gone. */
  readonly right: readonly boolean[];
  /** Which candidates are one control. */
  related(a: number, b: number): boolean;
}
