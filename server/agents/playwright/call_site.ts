import { fileURLToPath } from 'node:url';

/** Where something was called, 1-based. */
export interface CallSite {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const FRAME = /^\s*at (?:.*\()?((?:file:\/\/)?\/[^()]*?|(?:file:\/\/\/)?[A-Za-z]:[^()]*?):(\d+):(\d+)\)?$/;
const OWN = fileURLToPath(import.meta.url);

/** The frame of user code nearest to here, as source maps tell it; undefined where there is none. */
export function callSite(): CallSite | undefined {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 30;
  const { stack = '' } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  for (const text of stack.split('\n').slice(1)) {
    const [, address = '', line, column] = FRAME.exec(text) ?? [];
    const file = address.startsWith('file:') ? fileURLToPath(address) : address;
    if (!file || file === OWN || file.includes('/node_modules/') || file.includes('\\node_modules\\')) continue;
    return { file, line: Number(line), column: Number(column) };
  }
  return undefined;
}
