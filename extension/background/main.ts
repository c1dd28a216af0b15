import { startBackground } from './start.ts';

startBackground();
