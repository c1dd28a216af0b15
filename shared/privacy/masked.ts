import { hasAttributes, localNameOf, matches, nodeTypeOf, parentElementOf, parentNodeOf } from '../dom/unclobbered.ts';

const SECRET_INPUTS =
  'input[type=password i],input[type=hidden i],[autocomplete*="cc-" i],[autocomplete~="one-time-code" i],[autocomplete*="-password" i]';
/** Marks that pages carry already: ours, and those of rrweb, Sentry, Datadog and FullStory. */
const MARKS = [
  '[data-private]',
  '.rr-mask,.rr-block,.rr-ignore,[data-rr-is-password]',
  '.sentry-mask,.sentry-block,.sentry-ignore,[data-sentry-mask],[data-sentry-block],[data-sentry-ignore]',
  '[data-dd-privacy=mask],[data-dd-privacy=hidden],[data-dd-privacy=mask-unless-allowlisted]',
  '.dd-privacy-mask,.dd-privacy-hidden,.dd-privacy-mask-unless-allowlisted',
  '.fs-mask,.fs-mask-without-consent,.fs-exclude,.fs-exclude-without-consent,.fs-block',
].join();
const USER_INPUT_MARKS = '[data-dd-privacy=mask-user-input],.dd-privacy-mask-user-input';

/** Selector of elements whose text, value, name and attributes are never read, nor those of anything inside them. */
export const MASKED = `${SECRET_INPUTS},${MARKS},:is(${USER_INPUT_MARKS}) :is(input,textarea,select)`;
/** What people type or choose into: values are never read, whatever the page says. */
export const USER_INPUTS = 'input,textarea,select,[contenteditable]:not([contenteditable=false])';

/** A password field shown in clear is still one: its type changes, our memory of it does not. */
const passwords = new WeakSet<Element>();

/** Answers about the elements of a page, good for as long as the page does not change. */
export type MaskedMemory = Map<Element, boolean>;

/**
 * Whether the element's text, value, name and attributes must not be read; also inside masked hosts of shadow roots. Who asks
 * about many elements of an unchanged page passes one memory to all calls.
 */
export type Masked = (element: Element, known?: MaskedMemory) => boolean;

/** The host of a shadow root, for what stands at its top. By node type: a link has a `host` too, that of its address. */
export function parentOrHost(node: Node): Element | null {
  const above = parentNodeOf(node);
  return above && nodeTypeOf(above) === 11 ? ((above as ShadowRoot).host ?? null) : parentElementOf(node);
}

/** Masks what the selector matches and everything inside it. */
export function maskedBy(selector: string): Masked {
  const marked = (element: Element): boolean => {
    if (localNameOf(element) === 'input' && (element as HTMLInputElement).type === 'password') passwords.add(element);
    return passwords.has(element) || (hasAttributes(element) && matches(element, selector));
  };
  return (element, known = new Map()) => {
    // Not by recursion: pages nest deeper than stacks are.
    const asked: Element[] = [];
    let answer = false;
    for (let at: Element | null = element; at; at = parentOrHost(at)) {
      const hit = known.get(at);
      answer = hit ?? marked(at);
      if (hit !== undefined) break;
      asked.push(at);
      if (answer) break;
    }
    for (const one of asked) known.set(one, answer);
    return answer;
  };
}

/** Without settings of the user: secrets by their nature, and what the page marks. */
export const masked: Masked = maskedBy(MASKED);
