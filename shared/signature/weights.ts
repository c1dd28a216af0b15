/** Set by hand from the features that published methods found telling (Nass et al. 2022, Similo); to be replaced by a fit. */
export const WEIGHTS = {
  test_id: 4,
  id: 3,
  name_attr: 2,
  href: 2,
  name: 5,
  text: 1,
  label: 1.5,
  placeholder: 1.5,
  role: 1.5,
  tag: 1,
  type: 1,
  heading: 0.7,
  near: 0.7,
  landmark: 0.7,
  classes: 0.7,
  path: 0.8,
} as const;

/** What a feature counts, as a share of its weight, when only one of the two elements has it. */
export const ONE_SIDED = 0.5;
/** Least similarity of a unique selector's element, and (below) of one found by searching. */
export const ACCEPT_BY_SELECTOR = 0.6;
/** The same where a developer's own handle (test id, id, name) is what agrees: the control may have been renamed. */
export const ACCEPT_DECLARED = 0.45;
export const ACCEPT_BY_SEARCH = 0.72;
/** How far the first must be ahead of the second. */
export const MARGIN = 0.08;
/** Least share of common words for a control that was renamed. */
export const SAME_NAME = 0.75;
/** Least agreement of the surroundings that tells twins apart, and by how much it must beat the next twin's. */
export const SAME_PLACE = 0.8;
export const PLACE_MARGIN = 0.2;
