import type { ToolCallSeen } from '../understand/types.ts';

/** How a server's calls name their element, and how its page is looked at. */
export interface Way {
  /** A call that shows the page and changes nothing. */
  readonly look: ToolCallSeen;
  /** Whether the tool only uses a control once, in the plain way: nothing that a hint of what using it does says nothing of. */
  readonly plain: boolean;
  /** The same call on another ref. */
  on(ref: string): ToolCallSeen;
}

const PLAYWRIGHT = /^browser_(click|hover|select_option|type)$/;
const DEVTOOLS = /^(click|hover|fill)$/;
/** What changes the meaning of a use. */
const UNUSUAL = ['submit', 'doubleClick', 'dblClick', 'button', 'modifiers'];

/** Undefined for calls of servers whose elements have no refs, and for calls on several elements. */
export function wayOf({ tool, args }: ToolCallSeen): Way | undefined {
  const usual = UNUSUAL.every((name) => args[name] === undefined || args[name] === false || args[name] === 'left');
  const { uid, pageId, target, ref: oldRef, ...rest } = args;
  if (typeof uid === 'string')
    return {
      look: { tool: 'take_snapshot', args: pageId === undefined ? {} : { pageId } },
      plain: usual && DEVTOOLS.test(tool),
      on: (ref) => ({ tool, args: { ...args, uid: ref } }),
    };
  if (!tool.startsWith('browser_') || (typeof target !== 'string' && typeof oldRef !== 'string')) return undefined;
  return {
    look: { tool: 'browser_snapshot', args: {} },
    plain: usual && PLAYWRIGHT.test(tool),
    on: (ref) => ({
      tool,
      args: { ...rest, ...(target === undefined ? {} : { target: ref }), ...(oldRef === undefined ? {} : { ref }) },
    }),
  };
}
