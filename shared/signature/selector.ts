/** One step of a selector of ours, parsed. */
export type Step =
  | { readonly engine: 'css'; readonly css: string }
  | { readonly engine: 'role'; readonly role: string; readonly name: string; readonly exact: boolean }
  | { readonly engine: 'text'; readonly text: string }
  | { readonly engine: 'label'; readonly text: string }
  | { readonly engine: 'nth'; readonly index: number };

/** What `quote` put between double quotes, where it had no control characters. */
export const unquote = (quoted: string): string => quoted.slice(1, -1).replace(/\\(.)/gs, '$1');

/** Parts between `>>` that stand outside of quotes. */
function split(selector: string): string[] {
  const parts: string[] = [];
  let part = '';
  let quote = '';
  for (let at = 0; at < selector.length; at += 1) {
    const char = selector[at]!;
    if (char === '\\') {
      part += char + (selector[at + 1] ?? '');
      at += 1;
    } else if (!quote && char === '>' && selector[at + 1] === '>') {
      parts.push(part);
      part = '';
      at += 1;
    } else {
      if (quote ? char === quote : char === '"' || char === "'") quote = quote ? '' : char;
      part += char;
    }
  }
  return [...parts, part].map((one) => one.trim());
}

const ROLE = /^role=([a-z]+)\[name(\*?)=("(?:[^"\\]|\\.)*")\]$/s;
const TEXT = /^text=("(?:[^"\\]|\\.)*")$/s;
/** What Playwright's `getByLabel` with `exact` stands for. */
const LABEL = /^internal:label=("(?:[^"\\]|\\.)*")s$/s;
const NTH = /^nth=(\d+)$/;
/** An engine of Playwright's that is none of ours. */
const FOREIGN = /^[\w:*+-]+=|^\/\/|^\.\.|^["']/;

/** Parses the subset of Playwright's selectors that `candidates` and `uniquePath` write; undefined for anything else. */
export function parseSelector(selector: string): readonly Step[] | undefined {
  const steps: Step[] = [];
  for (const part of split(selector)) {
    const role = ROLE.exec(part);
    const text = TEXT.exec(part);
    const label = LABEL.exec(part);
    const nth = NTH.exec(part);
    if (role) steps.push({ engine: 'role', role: role[1]!, name: unquote(role[3]!), exact: role[2] === '' });
    else if (text) steps.push({ engine: 'text', text: unquote(text[1]!) });
    else if (label) steps.push({ engine: 'label', text: unquote(label[1]!) });
    else if (nth) steps.push({ engine: 'nth', index: Number(nth[1]) });
    else if (part && !FOREIGN.test(part)) steps.push({ engine: 'css', css: part });
    else return undefined;
  }
  return steps;
}
