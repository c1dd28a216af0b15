/** Least agreement of a unique selector's element with what was recorded, as a share of what there can be. */
export const ACCEPT_BY_SELECTOR = 0.55;
/** The same where a developer's own handle (test id, id, name) is what agrees: the control may have been renamed. */
export const ACCEPT_DECLARED = 0.35;
/** Least share of common words for a control that was renamed. */
export const SAME_NAME = 0.75;
/** Least agreement of the surroundings that tells twins apart, and by how much it must beat the next twin's. */
export const SAME_PLACE = 0.8;
export const PLACE_MARGIN = 0.2;
/** Boxes that cover each other to this share, of the box that holds both, are one control: a click lands on the same thing. */
export const SAME_BOX = 0.85;
