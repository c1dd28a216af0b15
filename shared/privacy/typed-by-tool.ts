/** Arguments by which tools say what is to be typed, chosen or answered; others hold selectors, addresses and options. */
const TYPED_KEYS =
  /^(?:text|value|values|password|passwd|username|user|email|query|prompt|prompt_?text|content|keys|input|input_?text|data|body|fields?)$/i;
const MAX_DEPTH = 8;
const MAX_TEXTS = 1000;

/** What a tool call types into a page, by its input: the strings under the arguments that hold text. */
export function typedByTool(input: unknown): string[] {
  const texts: string[] = [];
  const visit = (value: unknown, typed: boolean, depth: number): void => {
    if (depth > MAX_DEPTH || texts.length >= MAX_TEXTS) return;
    if (typeof value === 'string' || typeof value === 'number') {
      if (typed) texts.push(String(value));
    } else if (Array.isArray(value)) for (const entry of value) visit(entry, typed, depth + 1);
    else if (typeof value === 'object' && value !== null)
      for (const [key, entry] of Object.entries(value)) visit(entry, TYPED_KEYS.test(key), depth + 1);
  };
  visit(input, false, 0);
  return texts;
}
