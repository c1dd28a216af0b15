import { typedByTool } from '../../../shared/privacy/typed-by-tool.ts';
import type { Understanding } from './types.ts';

/** Of a server that nothing is known of: its calls are recorded without page and element. */
export const UNDERSTANDS_NOTHING: Understanding = {
  typedBy: ({ args }) => typedByTool(args),
  before: () => ({}),
  after: () => ({}),
};
