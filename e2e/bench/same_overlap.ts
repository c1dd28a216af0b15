/** From this overlap on a click on the one lands on the other. By how labels are judged, whatever the product takes for one control. */
export const SAME_OVERLAP = 0.85;
