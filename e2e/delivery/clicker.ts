import { serveLoopback } from '../../server/testing/serve_loopback.ts';

/** Clicks a second in one frame: below what one document may cause. */
const CLICKS_A_SECOND = 10;
/** Frames click for a while, then rest. */
const ROUND_MS = 9000;
const REST_MS = 3000;
/** In the address of the one click that the proxy refuses. */
export const POISON = '/poison/';

const TOP = `<!doctype html><title>Clicks</title><script>
  const asked = new URLSearchParams(location.search);
  for (let n = 0; n < asked.get('frames'); n += 1) {
    const frame = document.createElement('iframe');
    frame.src = '/frame/' + (Number(asked.get('first')) + n) + '/0?clicks=' + asked.get('clicks');
    document.documentElement.append(frame);
  }
</script>`;

/** Each click happens at an address of its own, \`/frame/{frame}/{number}\`, by which it is known again in the database. */
const FRAME = `<!doctype html><title>Frame</title><button id="b">More</button><script>
  const frame = location.pathname.split('/')[2];
  const clicks = new URLSearchParams(location.search).get('clicks');
  let n = 0;
  let due = 0;
  let last = Date.now() + 1000;
  let held = false;
  // Tells how far it is, and hears whether to go on.
  const telling = setInterval(async () => {
    held = (await (await fetch('/at/' + frame + '/' + n, { method: 'POST' })).text()) === 'hold';
  }, 1000);
  const clicking = setInterval(() => {
    const now = Date.now();
    if (now < last) return;
    // All frames rest at the same time: only then does an event page become idle.
    if (!held && now % ${ROUND_MS} < ${ROUND_MS - REST_MS}) due += Math.min(500, now - last) / ${1000 / CLICKS_A_SECOND};
    last = now;
    for (; n < clicks && n < due; n += 1) {
      history.replaceState(null, '', frame === '0' && n === 20 ? '${POISON}0/20' : '/frame/' + frame + '/' + n);
      document.getElementById('b').click();
    }
    if (n < clicks) return;
    clearInterval(clicking);
    clearInterval(telling);
    fetch('/done/' + frame + '/' + n, { method: 'POST' });
  }, 50);
</script>`;

export interface Clicker {
  /** A page of `frames` frames, the first numbered `first`, that click `clicks` times each. */
  page(first: number, frames: number, clicks: number): string;
  /** Frames stop clicking while held: a machine that lags behind is not driven further behind. */
  hold(held: boolean): void;
  /** Clicks that the frames have told of, of all frames from `first` on. */
  clicked(first: number): number;
  /** Clicks of the frames that came to their end. */
  readonly done: ReadonlyMap<number, number>;
  close(): Promise<void>;
}

export async function serveClicker(): Promise<Clicker> {
  const done = new Map<number, number>();
  const at = new Map<number, number>();
  let held = false;
  const served = await serveLoopback((request, response) => {
    const [, what, frame, clicks] = (request.url ?? '').split('/');
    if (what === 'done') done.set(Number(frame), Number(clicks));
    if (what === 'at' || what === 'done') at.set(Number(frame), Number(clicks));
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(what === 'done' ? '' : what === 'at' ? (held ? 'hold' : 'go') : what === 'frame' ? FRAME : TOP);
  });
  const { origin } = served;
  return {
    page: (first, frames, clicks) => `${origin}/?first=${first}&frames=${frames}&clicks=${clicks}`,
    hold(next) {
      held = next;
    },
    clicked: (first) => [...at].reduce((sum, [frame, n]) => (frame >= first ? sum + n : sum), 0),
    done,
    close: served.close,
  };
}
