import { OUTCOMES } from './outcomes.ts';

const NAMES = ['hints_for_page', 'report_outcome'] as const;
export type ToolName = (typeof NAMES)[number];

const DEFINITIONS = {
  hints_for_page: {
    title: 'Hints for a page',
    description:
      'What earlier runs learned about a page: selectors of its controls that worked, how often, what to wait for, what using them does, and steps that worked one after the other. Without url: the page that the browser is on.',
    inputSchema: {
      type: 'object',
      properties: {
        url: { type: 'string', description: 'Address of the page', maxLength: 2048 },
        max_tokens: { type: 'integer', minimum: 50, maximum: 4000, description: 'Longest answer' },
      },
      additionalProperties: false,
    },
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  },
  report_outcome: {
    title: 'Report what became of a hint',
    description:
      'Tell whether a hint led to the right control, or a recipe through all its steps ("found"). "wrong": it led to another one. Use of a control by its ref or target is reported without this.',
    inputSchema: {
      type: 'object',
      properties: {
        hint_id: { type: 'string', description: 'The number behind hint=' },
        outcome: { type: 'string', enum: [...OUTCOMES] },
      },
      required: ['hint_id', 'outcome'],
      additionalProperties: false,
    },
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  },
} as const;

/** In front of a name that the server has itself. */
const PREFIX = 'laskobot_';

const offered = (name: ToolName, taken: ReadonlySet<string>): string => {
  let free: string = name;
  while (taken.has(free)) free = PREFIX + free;
  return free;
};

/** The tools that are added, each under a name that the server's own tools leave free. */
export const definitionsOf = (taken: ReadonlySet<string>) =>
  NAMES.map((name) => ({ name: offered(name, taken), ...DEFINITIONS[name] }));

/** Which of them a name means. */
export const toolNamed = (called: string, taken: ReadonlySet<string>): ToolName | undefined =>
  NAMES.find((name) => offered(name, taken) === called);
