/** Arguments by which tools say what is to be typed, chosen or answered. */
const TYPED_KEYS =
  /^(?:text|values?|pass(?:wd|word|phrase|code)?|pin|otp|(?:one_?time|verification|security|sms)_?code|secret|user|login|e?mail|phone|(?:first|last|full|family|given|sur|user)_?name|q|query|search(?:_?(?:text|term|query))?|keywords?|prompt(?:_?text)?|answers?|reply|comment|note|content|input(?:_?text)?|data|form(?:_?data)?|body|fields?)$/i;
/** Say where something is, how it is done or why; never what is typed, whatever they stand in. */
const OTHER_KEYS =
  /^(?:\$.*|(?:element|target|node|backend_?node|tab|frame|window|page|session|request|call)?_?(?:id|ref|index)|uid|u?uid|element|target|selectors?|css|xpath|locators?|role|test_?id|url|uri|href|src|path|file|type|kind|action|method|operation|command|mode|format|encoding|content_?type|language|state|button|modifiers|double_?click|submit|slowly|clear|force|timeout\w*|delay\w*|wait\w*|x|y|width|height|coordinates?|position|offset|limit|description|reason|explanation|thought|intent)$/i;
/** Of those, what says which element: a `name` beside it is the element's. */
const ADDRESS_KEYS =
  /^(?:(?:element|backend_?node)?_?(?:id|ref|index)|uid|element|target|selectors?|css|xpath|locators?|role|test_?id)$/i;
/** What an entry of a form is called, where another key says what it takes. */
const LABEL_KEYS = /^(?:name|label|field|key)$/i;
const VALUE_KEYS = /^(?:text|values?|input|content)$/i;
const CODE_KEYS = /^code$/i;
const PRESSED_KEYS = /^keys?$/i;
/** Keys by their names, also with others held: `Enter`, `Control+A`. */
const CHORD =
  /^(?:(?:control(?:ormeta)?|ctrl|shift|alt|option|meta|cmd|command|enter|return|tab|escape|esc|backspace|delete|insert|space|home|end|page_?(?:up|down)|arrow_?\w+|up|down|left|right|f\d\d?)(?:[+-]|$)).*/i;
/** Words in the names of tools that type, or send what somebody wrote: a `message` of another tool may be anything. */
const TYPING = new Set(
  'type fill enter write insert paste search answer send post reply comment keys keyboard otp'.split(' '),
);
const ADDRESS_LIKE = /^(?:[#.[/]|[a-z][\w-]*[#.[>]|(?:https?|css|xpath|text|role|id|name)[:=])/i;
const MAX_DEPTH = 8;
const MAX_TEXTS = 1000;

const types = (tool: string): boolean =>
  tool.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])/).some((word) => TYPING.has(word.toLowerCase()));

/** Whether what an object holds under a key is typed, where the object itself stands under a key for text or not. */
function isTyped(key: string, siblings: readonly string[], typed: boolean): boolean {
  const valued = siblings.some((name) => VALUE_KEYS.test(name));
  const addressed = siblings.some((name) => ADDRESS_KEYS.test(name) || (valued && LABEL_KEYS.test(name)));
  if (LABEL_KEYS.test(key) && addressed) return false;
  return TYPED_KEYS.test(key) || (typed ? !addressed && !OTHER_KEYS.test(key) : key === 'name' && !addressed);
}

/**
 * What a tool call types into a page, by its input: the texts under arguments for text, with all that such an argument holds but
 * selectors, addresses and options. By its name a tool says that it types: then a text, or a list of them, alone is typed too.
 */
export function typedByTool(input: unknown, tool = ''): string[] {
  const texts: string[] = [];
  const visit = (value: unknown, typed: boolean, depth: number): void => {
    if (depth > MAX_DEPTH || texts.length >= MAX_TEXTS) return;
    if (typeof value === 'string' || typeof value === 'number') {
      if (typed) texts.push(String(value));
    } else if (Array.isArray(value)) for (const entry of value) visit(entry, typed, depth + 1);
    else if (typeof value === 'object' && value !== null) {
      const keys = Object.keys(value);
      for (const [key, entry] of Object.entries(value)) {
        // A program that a tool runs is no code that a person was sent.
        if (CODE_KEYS.test(key)) visit(entry, /^[\w-]{1,32}$/.test(String(entry)), depth + 1);
        else if (PRESSED_KEYS.test(key)) visit(pressed(entry), true, depth + 1);
        else visit(entry, isTyped(key, keys, typed), depth + 1);
      }
    }
  };
  const alone = Array.isArray(input) && ADDRESS_LIKE.test(String(input[0])) ? input.slice(1) : input;
  visit(alone, types(tool), 0);
  return texts;
}

/** Characters among what is pressed. */
function pressed(keys: unknown): unknown {
  if (Array.isArray(keys)) return keys.filter((key) => !CHORD.test(String(key)));
  return CHORD.test(String(keys)) ? undefined : keys;
}
