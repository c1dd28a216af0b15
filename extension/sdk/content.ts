/**
 * For the content scripts of a host extension.
 *
 * @example
 * import { startArtifacts, startContent, startVerify, verify } from 'laskobot-runs/extension/content';
 * startContent(); // record this page when the user has turned recording on
 * startArtifacts(); // let the background copy the DOM and mask screenshots, if the user wants them
 * startVerify(); // let the background verify hints here
 * const result = verify(hint, textKey); // or by hand: the element's selector, or a typed miss
 */
export { act } from '../content/act.ts';
export { startContent } from '../content/start.ts';
export { startArtifacts } from '../content/start_artifacts.ts';
export { startVerify } from '../content/start_verify.ts';
export { verify } from '../content/verify.ts';
