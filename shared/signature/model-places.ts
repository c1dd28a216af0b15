import type { ElementIdentity } from '../protocol/schema.ts';

/** Pixels below the document's top in which pages have what stands on each of them. */
const TOP = 200;
/** Where a page was not laid out, places speak neither for nor against. */
const NOT_LAID_OUT = 0.5;

export type Places = Record<
  'x' | 'x_wide' | 'y' | 'y_wide' | 'width' | 'height' | 'area' | 'aligned' | 'both_on_top' | 'one_on_top' | 'far',
  number
>;

const flag = (value: boolean): number => (value ? 1 : 0);
const nearTo = (distance: number, scale: number): number => Math.exp(-Math.abs(distance) / scale);

/** How far two boxes agree in place and size. */
export function places(a: ElementIdentity['box'], b: ElementIdentity['box']): Places {
  if (!a || !b) {
    const n = NOT_LAID_OUT;
    const sizes = { width: n, height: n, area: n };
    return { x: n, x_wide: n, y: n, y_wide: n, ...sizes, aligned: n, both_on_top: n, one_on_top: 0, far: 0 };
  }
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const ratio = (one: number, other: number, small: number): number =>
    nearTo(Math.log((one + small) / (other + small)), 1);
  return {
    x: nearTo(dx, 100),
    x_wide: nearTo(dx, 400),
    y: nearTo(dy, 100),
    y_wide: nearTo(dy, 600),
    width: ratio(a[2], b[2], 5),
    height: ratio(a[3], b[3], 5),
    area: ratio(a[2] * a[3], b[2] * b[3], 20),
    aligned: Math.max(nearTo(dx, 60), nearTo(dy, 60)),
    both_on_top: flag(a[1] < TOP && b[1] < TOP),
    one_on_top: flag(a[1] < TOP !== b[1] < TOP && Math.abs(dy) > 300),
    far: Math.min(1, Math.max(0, (Math.abs(dy) - 300) / 1500)),
  };
}
