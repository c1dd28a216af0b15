import type { Answer, Proxied, ToldHint } from './proxied_playwright.ts';

/** What an agent wants to do with one control, which it knows by what it is and roughly how it is called. */
export interface Want {
  readonly tool: 'browser_click' | 'browser_type';
  readonly role: string;
  readonly name: RegExp;
  readonly text?: string;
}

export interface Effort {
  readonly done: boolean;
  readonly calls: number;
  /** Of snapshots that were asked for, and of all answers. */
  readonly snapshot_bytes: number;
  readonly answer_bytes: number;
  readonly failures: number;
  /** Controls used by what a hint said, without looking at the page. */
  readonly by_hint: number;
  readonly ms: number;
}

const ENTRY = /^ *- (?:')?([a-z]+) "((?:[^"\\]|\\.)*)".*?\[ref=((?:f\d+)?e\d+)\]/gm;

const fits = ({ role, name }: Want, hint: ToldHint): boolean =>
  hint.role === role && [...hint.selector.matchAll(/"((?:[^"\\]|\\.)*)"/g)].some(([, text = '']) => name.test(text));

/**
 * Does what is wanted, control by control: by a hint where one that it was told fits, else by a snapshot, which it has to read; and when a
 * hint's way fails by a snapshot too.
 */
export async function work(agent: Proxied, url: string, wants: readonly Want[]): Promise<Effort> {
  const answers: Answer[] = [];
  let hints: readonly ToldHint[] = [];
  let snapshot_bytes = 0;
  let by_hint = 0;
  async function call(tool: string, args: Record<string, unknown>): Promise<Answer> {
    const answer = await agent.call(tool, args);
    answers.push(answer);
    hints = answer.hints ?? hints;
    return answer;
  }
  const use = ({ tool, text }: Want, target: string): Promise<Answer> =>
    call(tool, { element: 'what is wanted', target, ...(text === undefined ? {} : { text }) });

  async function look(want: Want): Promise<string | undefined> {
    const { text, bytes } = await call('browser_snapshot', {});
    snapshot_bytes += bytes;
    return [...text.matchAll(ENTRY)].find(([, role, name = '']) => role === want.role && want.name.test(name))?.[3];
  }

  await call('browser_navigate', { url });
  let done = true;
  for (const want of wants) {
    const hint = hints.find((each) => fits(want, each));
    if (hint && !(await use(want, hint.selector)).isError) {
      by_hint += 1;
      continue;
    }
    const ref = await look(want);
    done &&= ref !== undefined && !(await use(want, ref)).isError;
  }
  return {
    done,
    calls: answers.length,
    snapshot_bytes,
    answer_bytes: answers.reduce((sum, { bytes }) => sum + bytes, 0),
    failures: answers.filter(({ isError }) => isError).length,
    by_hint,
    ms: Math.round(answers.reduce((sum, { ms }) => sum + ms, 0)),
  };
}
