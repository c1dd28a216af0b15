/** Least share of common words for a control that was renamed. */
export const SAME_NAME = 0.75;
/** Least agreement, of what there can be, of an element that needs no comparing: it is as it was. */
export const AS_IT_WAS = 0.85;
/** Least lead over the next best, in the unit of scores: with less, nothing tells the two apart. */
export const LEAST_MARGIN = 0.1;
/** Boxes that cover each other to this share, of the box that holds both, are one control: a click lands on the same thing. */
export const SAME_BOX = 0.85;
