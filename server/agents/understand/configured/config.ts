import * as z from 'zod';

const path = z.string().min(1).max(200);
const names = z.union([path, z.array(path).min(1).max(20)]);

/** What arguments of a tool mean; each is the name of an argument, or several, of which the first that is there counts. Dots lead into objects. */
const Args = z.strictObject({
  url: names.optional(),
  /** In CSS or Playwright's syntax. */
  selector: names.optional(),
  role: names.optional(),
  /** The whole accessible name. */
  name: names.optional(),
  test_id: names.optional(),
  /** What is typed, chosen or answered: tainted before anything is written. */
  typed: names.optional(),
});

const Tool = z.strictObject({
  /** Names of tools; `*` stands for any characters. */
  match: names,
  args: Args.optional(),
  /** What a successful call leaves the agent with. */
  shows: z.enum(['navigation', 'snapshot']).optional(),
  /** Where the result says which page it is, in `structuredContent`, else in a text that is JSON. */
  result: z.strictObject({ url: names.optional(), title: names.optional() }).optional(),
  /** What an error begins with whose element was not there. */
  not_found: z.array(z.string().min(1).max(200)).max(20).optional(),
});

/** How a server is understood that is none of those known. */
export const ServerConfig = z.strictObject({
  /** `serverInfo.name`; `*` stands for any characters. */
  server: path,
  /** Attribute that `test_id` arguments are about. */
  test_id_attribute: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
  /** The first that matches counts. */
  tools: z.array(Tool).max(200),
});
export const UnderstandConfig = z.strictObject({ servers: z.array(ServerConfig).max(50) });

export type ServerConfig = z.infer<typeof ServerConfig>;
export type UnderstandConfig = z.infer<typeof UnderstandConfig>;
export type ToolConfig = ServerConfig['tools'][number];

/** Whether a name fits a pattern, or one of several. */
export const fits = (pattern: string | readonly string[], name: string): boolean =>
  (typeof pattern === 'string' ? [pattern] : pattern).some((one) => {
    const [head = '', ...parts] = one.split('*');
    if (parts.length === 0) return one === name;
    if (!name.startsWith(head)) return false;
    let at = head.length;
    const tail = parts.pop()!;
    for (const part of parts) {
      const found = name.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return name.length - tail.length >= at && name.endsWith(tail);
  });
