import type * as z from 'zod';
import { ERROR_CODES, type ErrorCode } from '../../shared/protocol/codes.ts';

/** Why an item is refused. The reason names the field, never its content. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly reason: string;
}

type Issue = z.core.$ZodIssue;

/** The refusal that the first issue of a schema stands for; the schema was asked with `reportInput`. */
export function refusalOf(error: z.ZodError): Refusal {
  const issue = error.issues[0];
  if (!issue) return { code: 'invalid_value', reason: 'not valid' };
  const found = deepest(issue);
  const at = [...issue.path, ...(found === issue ? [] : found.path)].map(String).join('.');
  return { code: codeOf(found), reason: `${at || 'item'}: ${reasonOf(found)}` };
}

/** Of a union, the first issue of the branch that came furthest. */
function deepest(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue;
  const branches = issue.errors.map((branch) => branch[0]).filter((each): each is Issue => each !== undefined);
  const best = branches.find((each) => each.code !== 'invalid_type') ?? branches[0];
  return best ? deepest(best) : issue;
}

function codeOf(issue: Issue): ErrorCode {
  switch (issue.code) {
    case 'unrecognized_keys':
      return 'unknown_field';
    case 'invalid_type':
      // What JSON.parse makes of 1e400.
      return typeof issue.input === 'number' && !Number.isFinite(issue.input) ? 'out_of_range' : 'invalid_type';
    case 'too_big':
      return issue.origin === 'string' || issue.origin === 'array' ? 'too_large' : 'out_of_range';
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array' ? 'invalid_value' : 'out_of_range';
    case 'invalid_format':
      return issue.format === 'datetime' && looksLikeDate(issue.input) ? 'out_of_range' : 'invalid_value';
    case 'custom':
      return ERROR_CODES.find((code) => code === issue.params?.code) ?? 'invalid_value';
    default:
      return 'invalid_value';
  }
}

/** Written as a date with a time zone, so what is wrong is that no such moment exists. */
const looksLikeDate = (input: unknown): boolean =>
  typeof input === 'string' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(input);

function reasonOf(issue: Issue): string {
  // The schema's own words name unknown fields, and a field's name may be content.
  if (issue.code === 'unrecognized_keys') return `${issue.keys.length} unknown field(s)`;
  return issue.message;
}
