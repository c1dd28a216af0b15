import { readFile } from 'node:fs/promises';
import { scrub } from '../../shared/privacy/index.ts';
import type { Bench } from './bench.ts';

interface Labelled {
  readonly full_text: string;
  readonly spans: readonly { readonly entity_type: string; readonly entity_value: string }[];
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

/** Recall of the scrubber by class, and how often it touches a text in which nothing personal is labelled. */
export const privacy: Bench = {
  name: 'privacy',
  measures:
    'scrubbing of labelled texts: recall by class, texts touched for nothing, time a KB (--data a .json of labelled texts)',
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
      if (clean !== full_text) touched += 1;
    }
    const kilobytes = texts.reduce((sum, { full_text }) => sum + full_text.length, 0) / 1024;
    const started = performance.now();
    const rounds = 10;
    for (let round = 0; round < rounds; round += 1) for (const { full_text } of texts) scrub(full_text);
    const us_per_kb = ((performance.now() - started) * 1000) / rounds / kilobytes;
    return {
      texts: texts.length,
      recall: Object.fromEntries(
        Object.entries(found).map(([name, { hit, of }]) => [name, Number((hit / of).toFixed(4))]),
      ),
      harmless_texts: harmless,
      false_positive_sentences: Number((touched / harmless).toFixed(4)),
      us_per_kb: Number(us_per_kb.toFixed(1)),
    };
  },
};
