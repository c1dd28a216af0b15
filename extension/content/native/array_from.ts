/** In place of a polyfill that dom-accessibility-api brings. */
export default Array.from;
