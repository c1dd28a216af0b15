/** Ids that frameworks count up or draw: React useId, Radix, Headless UI, MUI, Ember, Angular, GWT, jQuery UI, JSF, Select2 … */
const FRAMEWORK =
  /^:|[«»]|:r[0-9a-z]*:|^_r_|^(ember|ext-gen|ext-comp|yui|gwt-uid|mui|radix|headlessui|react-select|react-aria|mat|cdk|ng-|ui-id|select2|downshift|reach|rc|chakra|mantine|jsx|svelte|astro|DataTables_Table|dnn_ctr|ctl\d)[-_:]?.*\d|j_id/;
/** CSS-in-JS and CSS modules: `css-1q2w3e`, `sc-bdVaJa`, `Button_root__x7Gh2`. */
const STYLED = /^(css|sc|jss|emotion|makeStyles|tss)-|__[\w-]{5,}$|_[\w-]{5}_\d+$/;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-/i;

/** Hexadecimal with digits and letters, letters and digits shuffled, or humps too short to be words. */
function hashLike(part: string): boolean {
  if (/^(?=.*\d)(?=.*[a-f])[0-9a-f]{6,}$/i.test(part)) return true;
  if (part.length >= 5 && (part.match(/\d+(?=[a-z])|[a-z](?=\d)/gi) ?? []).length >= 3) return true;
  const humps = part.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? [];
  return part.length >= 5 && humps.length >= 3 && part.length / humps.length < 2.3;
}

const MAX_CHARS = 64;
const MAX_KNOWN = 2000;

/** Keeps answers about short values: the same ids and classes stand on many elements, and on the page when it is read again. */
function knowing(ask: (value: string) => boolean): (value: string) => boolean {
  const known = new Map<string, boolean>();
  return (value) => {
    const hit = known.get(value);
    if (hit !== undefined) return hit;
    if (known.size >= MAX_KNOWN) known.clear();
    const answer = ask(value);
    known.set(value, answer);
    return answer;
  };
}

const made = knowing(
  (value) =>
    /\s|\d{4}/.test(value) || UUID.test(value) || FRAMEWORK.test(value) || value.split(/[-_.:/]+/).some(hashLike),
);

/**
 * Whether an id, name, class or test id was made by a machine and will be another one on the next visit or in the next
 * build: hashes, counters, UUIDs, framework prefixes, runs of four digits and more.
 */
export const generated = (value: string): boolean => value.length > MAX_CHARS || made(value);

/** Classes that say how an element looks or what state it is in, but not what it is. */
const NOISE =
  /[[\]:/!@%]|^-?(m|p|w|h|z|gap|text|font|bg|border|rounded|flex|grid|col|row|top|left|right|bottom|inset|space|shadow|opacity|leading|tracking|min|max|order|d|fs|fw|ms|me|ps|pe|mt|mb|ml|mr|mx|my|pt|pb|pl|pr|px|py)(-|$)|^(ng|is|has|js|v|animate|transition|hover|focus)-|^(active|open|opened|closed|show|shown|hide|hidden|selected|current|focus|focused|hover|disabled|collapsed|expanded|loading|visible|checked|block|inline|relative|absolute|fixed|flex|grid|clearfix|container|(odd|even|first|last)[-_]?(row|item|child)?)$/i;

const says = knowing(
  (name) => /^[\w-]{2,64}$/.test(name) && !STYLED.test(name) && !NOISE.test(name) && !generated(name),
);

/** Whether a class says what the element is: neither generated nor look nor state. */
export const telling = (name: string): boolean => name.length <= MAX_CHARS && says(name);
