import type { ToolCallSeen } from '../types.ts';

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.flatMap(texts) : typeof value === 'string' && value !== '' ? [value] : [];
/** Methods of Playwright that type, with the literal they type. */
const TYPING =
  /\.(?:fill|type|pressSequentially|insertText|setValue)\(\s*(?:(?:'[^']*'|"[^"]*")\s*,\s*)?(['"`])((?:\\.|(?!\1).)*)\1/gs;
const MAX_CODE_CHARS = 100_000;

/** Keys that were pressed one by one are one text once they stand in the page. */
const MAX_PRESSED_CHARS = 200;

/** What calls of @playwright/mcp type, choose or answer. */
export function typing() {
  let pressed = '';
  return ({ tool, args }: ToolCallSeen): readonly string[] => {
    const key = tool === 'browser_press_key' && typeof args.key === 'string' ? args.key : undefined;
    pressed = key === undefined ? '' : key.length === 1 ? (pressed + key).slice(-MAX_PRESSED_CHARS) : pressed;
    switch (tool) {
      case 'browser_press_key':
        return texts(pressed);
      case 'browser_type':
      case 'browser_press_sequentially':
        return texts(args.text);
      case 'browser_fill_form':
        return (Array.isArray(args.fields) ? args.fields : []).flatMap((field) => texts(record(field).value));
      case 'browser_select_option':
        return texts(args.values);
      case 'browser_handle_dialog':
        return texts(args.promptText);
      case 'browser_drop':
        return Object.values(record(args.data)).flatMap(texts);
      case 'browser_evaluate':
      case 'browser_run_code':
      case 'browser_run_code_unsafe': {
        const code = texts([args.code, args.function]).join('\n').slice(0, MAX_CODE_CHARS);
        return [...code.matchAll(TYPING)].flatMap(([, , text]) => texts(text));
      }
      default:
        return [];
    }
  };
}
