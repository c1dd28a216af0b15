import { scope } from './scope.ts';
import { startLoader } from './start.ts';

startLoader(() => scope.laskobotRecordings);
