import { fullScrub } from '../../../../shared/privacy/full-scrub.ts';
import type { Scrub } from '../../../../shared/privacy/scrub.ts';
import { SCRUBBED } from '../../../../shared/privacy/scrubbed.ts';
import { TYPED } from '../../../../shared/privacy/taint.ts';
import { scrubUrl } from '../../../../shared/privacy/url.ts';
import type { TypedTexts } from '../call.ts';

/** With `[typed]` in it, where what was typed has been taken out already. */
const ADDRESS = /\b(?:https?|wss?|file):\/\/(?:\[typed\]|[^\s"'<>`\\)\]}])+/gi;
/** How code, errors and snapshots echo what is too short to be looked for anywhere: in quotes, or behind a colon up to the line's end. */
const QUOTED = /(["'`])([^"'`\n]{1,64})\1/g;
const LAST_OF_LINE = /(:[ \t]+)([^\n:]{1,64})$/gm;
/** A word that stands alone between quotes tells nothing by itself; these are so frequent that their loss would. */
const TOO_COMMON = new Set(['true', 'false', 'null', 'undefined', 'text', 'role', 'page', 'button', 'link']);

const exactlyTyped = (text: string, typed: ReadonlySet<string>): boolean => typed.has(text.trim());

/**
 * Takes out of a text what was typed in the session, the values of addresses' queries, and what the detectors find. Throws where the
 * text costs too much.
 */
export function createScrubText({ taint, exactly }: TypedTexts): Scrub {
  const isEcho = (said: string): boolean => exactlyTyped(said, exactly) && !TOO_COMMON.has(said);
  const withoutEchoes = (text: string): string =>
    text
      .replace(QUOTED, (whole, quote, said) => (isEcho(said) ? quote + TYPED + quote : whole))
      .replace(LAST_OF_LINE, (whole, before, said) => (isEcho(said) ? before + TYPED : whole));
  return (text) => {
    if (text === SCRUBBED) return text;
    const untyped = taint.scrub(exactly.size === 0 ? text : withoutEchoes(text));
    return fullScrub(untyped.replace(ADDRESS, (address) => scrubUrl(address, undefined, (part) => part)));
  };
}

/** An argument that is, as a whole, what was typed: gone however short it is. */
export function withoutTyped(value: unknown, typed: ReadonlySet<string>): unknown {
  if (typeof value === 'string') return exactlyTyped(value, typed) ? TYPED : value;
  if (typeof value === 'number') return typed.has(String(value)) ? TYPED : value;
  if (Array.isArray(value)) return value.map((entry) => withoutTyped(entry, typed));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withoutTyped(entry, typed)]));
}
