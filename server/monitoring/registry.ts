export type Labels = Readonly<Record<string, string>>;

/** Counts by labels, told in the text format of Prometheus. Whoever adds a label sees to it that its values are few. */
export interface Registry {
  counter(name: string, help: string): (labels: Labels, by?: number) => void;
  /** `buckets`: upper bounds, rising. */
  histogram(name: string, help: string, buckets: readonly number[]): (labels: Labels, value: number) => void;
  /** `read` is asked whenever the text is. */
  gauge(name: string, help: string, read: () => readonly { readonly labels: Labels; readonly value: number }[]): void;
  /** https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
  text(): string;
}

interface Distribution {
  readonly labels: Labels;
  /** How many fell under each bound and over the one before. */
  readonly counts: number[];
  sum: number;
  count: number;
}

/** An own one: prom-client is written for Node's processes (cluster, perf_hooks), and Workers run this too. */
export function createRegistry(): Registry {
  const families: (() => string[])[] = [];
  const family = (name: string, help: string, type: string, samples: () => string[]) =>
    families.push(() => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples()]);

  return {
    counter(name, help) {
      const values = new Map<string, { readonly labels: Labels; value: number }>();
      family(name, help, 'counter', () =>
        [...values.values()].map(({ labels, value }) => `${name}${labelText(labels)} ${value}`),
      );
      return (labels, by = 1) => {
        const key = keyOf(labels);
        const found = values.get(key);
        if (found) found.value += by;
        else values.set(key, { labels, value: by });
      };
    },
    histogram(name, help, buckets) {
      const values = new Map<string, Distribution>();
      family(name, help, 'histogram', () => [...values.values()].flatMap((each) => samplesOf(name, buckets, each)));
      return (labels, value) => {
        const key = keyOf(labels);
        const found = values.get(key) ?? { labels, counts: buckets.map(() => 0), sum: 0, count: 0 };
        const at = buckets.findIndex((bound) => value <= bound);
        if (at >= 0) found.counts[at] = (found.counts[at] ?? 0) + 1;
        found.sum += value;
        found.count++;
        values.set(key, found);
      };
    },
    gauge(name, help, read) {
      family(name, help, 'gauge', () => read().map(({ labels, value }) => `${name}${labelText(labels)} ${value}`));
    },
    text: () => `${families.flatMap((lines) => lines()).join('\n')}\n`,
  };
}

function samplesOf(name: string, buckets: readonly number[], { labels, counts, sum, count }: Distribution): string[] {
  let below = 0;
  const lines = buckets.map((bound, at) => {
    below += counts[at] ?? 0;
    return `${name}_bucket${labelText({ ...labels, le: String(bound) })} ${below}`;
  });
  lines.push(`${name}_bucket${labelText({ ...labels, le: '+Inf' })} ${count}`);
  return [...lines, `${name}_sum${labelText(labels)} ${sum}`, `${name}_count${labelText(labels)} ${count}`];
}

/** Not their text, which takes longer than all else that counting does. */
function keyOf(labels: Labels): string {
  let key = '';
  for (const name in labels) key += `${name}\0${labels[name]}\0`;
  return key;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length ? `{${pairs.join(',')}}` : '';
}

const escaped = (value: string): string =>
  /[\\"\n]/.test(value) ? value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n') : value;
