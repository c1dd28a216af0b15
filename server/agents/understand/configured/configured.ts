import { durableText } from '../../../../shared/signature/data-like.ts';
import { quote } from '../../../../shared/signature/quote.ts';
import { textOf } from '../content.ts';
import { merged, roleSelector, unproven } from '../seen_node.ts';
import { seenSelector } from '../seen_selector.ts';
import type { ElementSeen, PageSeen, ToolCallSeen, ToolResultSeen, Understanding } from '../types.ts';
import { fits, type ServerConfig, type ToolConfig } from './config.ts';

/** Longest result that is parsed for what it says of the page. */
const MAX_JSON_CHARS = 1024 * 1024;
const MAX_TEXTS = 1000;
const MAX_DEPTH = 8;

type Names = string | readonly string[] | undefined;

/** What stands under the first name that leads somewhere. */
function valueAt(root: unknown, names: Names): unknown {
  for (const name of names === undefined ? [] : typeof names === 'string' ? [names] : names) {
    let at = root;
    for (const key of name.split('.'))
      at =
        typeof at === 'object' && at !== null && Object.hasOwn(at, key)
          ? (at as Record<string, unknown>)[key]
          : undefined;
    if (at !== undefined && at !== null) return at;
  }
  return undefined;
}

const stringAt = (root: unknown, names: Names): string | undefined => {
  const value = valueAt(root, names);
  return typeof value === 'string' && value !== '' ? value : undefined;
};

function textsIn(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (typeof value === 'number') return [String(value)];
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return [];
  return Object.values(value)
    .slice(0, MAX_TEXTS)
    .flatMap((entry) => textsIn(entry, depth + 1));
}

/** What a result says as data: of the server's own making, whatever a page wrote into a field of it. */
function dataOf({ structuredContent, content }: ToolResultSeen): unknown {
  if (typeof structuredContent === 'object' && structuredContent !== null) return structuredContent;
  const text = textOf(content);
  if (!text || text.length > MAX_JSON_CHARS || !/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function elementOf(args: ToolCallSeen['args'], tool: ToolConfig, testIdAttribute: string): ElementSeen | undefined {
  const selector = stringAt(args, tool.args?.selector);
  const role = stringAt(args, tool.args?.role)?.toLowerCase();
  const name = stringAt(args, tool.args?.name);
  const testId = stringAt(args, tool.args?.test_id);
  const named: ElementSeen | undefined =
    role === undefined && name === undefined && testId === undefined
      ? undefined
      : {
          ...(role ? { role } : {}),
          ...(name ? { name } : {}),
          ...(testId ? { test_id: { attribute: testIdAttribute, value: testId } } : {}),
          candidates: [
            ...(testId
              ? [{ kind: 'test_id' as const, selector: `[${testIdAttribute}=${quote(testId)}]`, matches: 1 }]
              : []),
            ...(role && name && /^[a-z]+$/.test(role) && durableText(name)
              ? [{ kind: 'role_name' as const, selector: roleSelector(role, name), matches: 1 }]
              : []),
          ],
        };
  return merged(selector === undefined ? undefined : seenSelector(selector), named);
}

/** Understands the calls of a server as a configuration says. */
export function understandConfigured(config: ServerConfig): Understanding {
  const { tools, test_id_attribute = 'data-testid' } = config;
  let page: PageSeen | undefined;
  const toolOf = ({ tool }: ToolCallSeen): ToolConfig | undefined => tools.find(({ match }) => fits(match, tool));
  return {
    typedBy(call) {
      const typed = toolOf(call)?.args?.typed;
      return typed === undefined
        ? []
        : (typeof typed === 'string' ? [typed] : typed)
            .flatMap((name) => textsIn(valueAt(call.args, name)))
            .slice(0, MAX_TEXTS);
    },
    before(call) {
      const tool = toolOf(call);
      const element = tool && elementOf(call.args, tool, test_id_attribute);
      return { ...(page ? { on: page } : {}), ...(element ? { element: unproven(element) } : {}) };
    },
    after(call, result) {
      const tool = toolOf(call);
      const element = tool && !result.isError ? elementOf(call.args, tool, test_id_attribute) : undefined;
      const said = textOf(result.content) ?? '';
      const notFound = result.isError && (tool?.not_found ?? []).some((start) => said.startsWith(start));
      if (tool && !result.isError) {
        const data = dataOf(result);
        const url = stringAt(data, tool.result?.url) ?? stringAt(call.args, tool.args?.url);
        const title = stringAt(data, tool.result?.title);
        if (url !== undefined && URL.canParse(url)) page = { url, ...(title ? { title } : {}) };
      }
      return {
        ...(page ? { page } : {}),
        ...(element ? { element } : {}),
        ...(tool?.shows && page && !result.isError ? { shows: tool.shows } : {}),
        ...(notFound ? { notFound } : {}),
      };
    },
  };
}
