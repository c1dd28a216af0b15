/** What is recorded of a method by which a script acts on an element. */
export interface ActionKind {
  readonly tool: string;
  /** Where the options stand among the arguments of the method of `Locator`; a page's has the selector before them. */
  readonly options: number;
  /** Texts that it types or chooses, from the arguments of the method of `Locator`. */
  readonly types?: (args: readonly unknown[]) => string[];
}

const typesFirst = ([text]: readonly unknown[]): string[] => (typeof text === 'string' ? [text] : []);

function chosen(values: unknown): string[] {
  if (typeof values === 'string') return [values];
  if (Array.isArray(values)) return values.flatMap(chosen);
  if (typeof values !== 'object' || values === null) return [];
  const { value, label } = values as { value?: unknown; label?: unknown };
  return [value, label].filter((text) => typeof text === 'string');
}

/** By method of `Locator`; the names of tools are those that the extension records the same acts under. */
export const ACTIONS: Readonly<Record<string, ActionKind>> = {
  click: { tool: 'dom.click', options: 0 },
  dblclick: { tool: 'dom.dblclick', options: 0 },
  tap: { tool: 'dom.tap', options: 0 },
  hover: { tool: 'dom.hover', options: 0 },
  focus: { tool: 'dom.focus', options: 0 },
  check: { tool: 'dom.check', options: 0 },
  uncheck: { tool: 'dom.uncheck', options: 0 },
  setChecked: { tool: 'dom.check', options: 1 },
  clear: { tool: 'dom.clear', options: 0 },
  fill: { tool: 'dom.type', options: 1, types: typesFirst },
  type: { tool: 'dom.type', options: 1, types: typesFirst },
  pressSequentially: { tool: 'dom.type', options: 1, types: typesFirst },
  press: { tool: 'dom.press', options: 1 },
  selectOption: { tool: 'dom.select', options: 1, types: ([values]) => chosen(values) },
  setInputFiles: { tool: 'dom.upload', options: 1, types: ([files]) => chosen(files) },
  selectText: { tool: 'dom.select_text', options: 0 },
  scrollIntoViewIfNeeded: { tool: 'dom.scroll', options: 0 },
  dispatchEvent: { tool: 'dom.dispatch', options: 2 },
  dragTo: { tool: 'dom.drag', options: 1 },
};

/** By method of `Page`: what changes the document without an element. */
export const NAVIGATIONS: Readonly<Record<string, string>> = {
  goto: 'browser.navigate',
  reload: 'browser.reload',
  goBack: 'browser.back',
  goForward: 'browser.forward',
  setContent: 'browser.set_content',
};

/** By method of `Keyboard`: what types where the focus is. */
export const KEYBOARD: Readonly<Record<string, string>> = {
  type: 'keyboard.type',
  insertText: 'keyboard.type',
  press: 'keyboard.press',
};

/** Arguments of an action with another timeout. */
export function withTimeout(args: readonly unknown[], options: number, timeout: number | undefined): unknown[] {
  if (timeout === undefined) return [...args];
  const changed = [...args];
  changed[options] = { ...(changed[options] as object | undefined), timeout };
  return changed;
}

/** The timeout that the script gave, in ms. */
export const timeoutOf = (args: readonly unknown[], options: number): number | undefined =>
  (args[options] as { timeout?: number } | undefined)?.timeout;
