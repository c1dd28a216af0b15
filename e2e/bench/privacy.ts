import { readFile } from 'node:fs/promises';
import { detect, type Finding } from '../../shared/privacy/detect.ts';
import type { Detector } from '../../shared/privacy/detectors/detector.ts';
import { ALL_DETECTORS } from '../../shared/privacy/detectors/full.ts';
import { fullScrub as scrub } from '../../shared/privacy/full-scrub.ts';
import { scrub as pageScrub, type Scrub } from '../../shared/privacy/scrub.ts';
import { adversarialTexts } from '../../shared/testing/adversarial.ts';
import type { Bench } from './bench.ts';

interface Labelled {
  readonly full_text: string;
  readonly spans: readonly {
    readonly entity_type: string;
    readonly entity_value: string;
    readonly start: number;
    readonly end: number;
  }[];
}

/** Classes of the data that the detectors are for, by the names of the issue. */
const CLASSES: Readonly<Record<string, string>> = {
  EMAIL_ADDRESS: 'email',
  CREDIT_CARD: 'card',
  US_SSN: 'ssn',
  IBAN_CODE: 'iban',
  IP_ADDRESS: 'ip',
  PHONE_NUMBER: 'phone',
  STREET_ADDRESS: 'address',
  PERSON: 'person',
};
/** Labels that name nobody: a text that holds only these must not be touched. */
const NOT_PERSONAL = new Set(['GPE', 'ORGANIZATION', 'TITLE', 'NRP', 'DOMAIN_NAME', 'DATE_TIME', 'AGE', 'ZIP_CODE']);

/** Labelled a date without saying whose: finding a birth date there is right. */
const isDate = ({ kind, start, end }: Finding, spans: Labelled['spans']): boolean =>
  kind === 'birth_date' &&
  spans.some((span) => span.entity_type === 'DATE_TIME' && span.start <= start && end <= span.end);

const ADVERSARIAL_CHARS = 100_000;
/** Until the engine has compiled what is hot; then all texts so many times, of which the middle one counts. */
const WARM_UP_ROUNDS = 20;
const ROUNDS = 51;

/** Processor time in us, of all threads: what others do on the machine meanwhile does not count. */
function processorTime(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** Processor time of each detector on the generated text that costs it most, in ms: of three runs the middle one. */
function adversarial(detectors: readonly Detector[]): Record<string, number> {
  const texts = adversarialTexts(ADVERSARIAL_CHARS);
  const once = (detector: Detector, text: string): number => processorTime(() => detect(text, [detector])) / 1000;
  const median = (detector: Detector, text: string): number =>
    [0, 1, 2].map(() => once(detector, text)).sort((a, b) => a - b)[1]!;
  const worst = (detector: Detector): number => Math.max(...texts.map(({ text }) => median(detector, text)));
  return Object.fromEntries(detectors.map((detector) => [detector.name, Number(worst(detector).toFixed(1))]));
}

/** Recall of the scrubber by class, and how often it touches a text in which nothing personal is labelled. */
export const privacy: Bench = {
  name: 'privacy',
  measures:
    'scrubbing of labelled texts: recall by class, texts touched for nothing, processor time in us for 1,024 characters of all texts one by one (warm, median and minimum of 51), worst ms of each detector on 100 KB (--data a .json)',
  async run({ data }) {
    if (!data) throw new Error('privacy needs --data PATH: a JSON array of {full_text, spans}.');
    const texts = JSON.parse(await readFile(data, 'utf8')) as Labelled[];
    const found: Record<string, { hit: number; of: number }> = {};
    let harmless = 0;
    let touched = 0;
    for (const { full_text, spans } of texts) {
      const clean = scrub(full_text);
      for (const { entity_type, entity_value } of spans) {
        const name = CLASSES[entity_type];
        if (!name) continue;
        found[name] ??= { hit: 0, of: 0 };
        found[name].of += 1;
        if (!clean.includes(entity_value)) found[name].hit += 1;
      }
      if (!spans.every(({ entity_type }) => NOT_PERSONAL.has(entity_type))) continue;
      harmless += 1;
      if (detect(full_text, ALL_DETECTORS).some((finding) => !isDate(finding, spans))) touched += 1;
    }
    const kilobytes = texts.reduce((sum, { full_text }) => sum + full_text.length, 0) / 1024;
    // Read before the clock runs: objects of several shapes cost as much to ask as a detector.
    const strings = texts.map(({ full_text }) => full_text);
    const scrubAll = (scrubber: Scrub): void => {
      for (const text of strings) scrubber(text);
    };
    const usPerKb = (scrubber: Scrub): { readonly median: number; readonly minimum: number } => {
      for (let round = 0; round < WARM_UP_ROUNDS; round += 1) scrubAll(scrubber);
      const rounds = Array.from({ length: ROUNDS }, () => processorTime(() => scrubAll(scrubber)) / kilobytes);
      rounds.sort((one, other) => one - other);
      return { median: Number(rounds[(ROUNDS - 1) / 2]!.toFixed(1)), minimum: Number(rounds[0]!.toFixed(1)) };
    };
    const full = usPerKb(scrub);
    const page = usPerKb(pageScrub);
    const worst = adversarial(ALL_DETECTORS);
    return {
      texts: texts.length,
      recall: Object.fromEntries(
        Object.entries(found).map(([name, { hit, of }]) => [name, Number((hit / of).toFixed(4))]),
      ),
      harmless_texts: harmless,
      false_positive_sentences: Number((touched / harmless).toFixed(4)),
      us_per_kb: full.median,
      us_per_kb_min: full.minimum,
      us_per_kb_page: page.median,
      us_per_kb_page_min: page.minimum,
      adversarial_ms: Math.max(...Object.values(worst)),
      adversarial_ms_by_detector: worst,
    };
  },
};
