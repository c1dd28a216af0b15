import { typedByTool } from '../../../shared/privacy/typed-by-tool.ts';
import type { CreateUnderstanding } from './types.ts';

/** For a server that nobody described: its calls have neither page nor element. */
export const createUnknown: CreateUnderstanding = () => ({
  typedBy: ({ args }) => typedByTool(args),
  before: () => ({}),
  after: () => ({}),
});
