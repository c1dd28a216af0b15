import { isOrphaned } from './bridge.ts';
import { scope } from './scope.ts';
import { startLoader } from './start.ts';

// An update that is installed while the browser starts may bring it twice; a reload finds what the last one left.
if (!scope.laskobotLives?.()) {
  scope.laskobotRecordings?.stop();
  scope.laskobotRecordings = undefined;
  scope.laskobotLives = () => !isOrphaned();
  startLoader(() => scope.laskobotRecordings);
}
