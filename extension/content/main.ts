import { scope } from './scope.ts';
import { startLoader } from './start.ts';

/** An update that is installed while the browser starts may bring it twice, within this, in ms. */
const TWICE_MS = 10_000;

// A reload finds what the last one left: in Chromium its extension seems to be there again, but it has stopped for good.
const { laskobotBegan = Number.NEGATIVE_INFINITY } = scope;
if (performance.now() - laskobotBegan > TWICE_MS) {
  scope.laskobotBegan = performance.now();
  scope.laskobotRecordings?.stop();
  scope.laskobotRecordings = undefined;
  startLoader(() => scope.laskobotRecordings);
}
