/** In place of a polyfill that dom-accessibility-api brings and always uses: a list, searched from its start. */
export default Set;
