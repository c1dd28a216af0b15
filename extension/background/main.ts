import { reinjectContent } from './reinject_content.ts';
import { startBackground } from './start.ts';

startBackground();
reinjectContent();
