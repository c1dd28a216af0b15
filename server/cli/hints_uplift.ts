import type { Estimate, UpliftGroup } from '../../shared/protocol/uplift.ts';
import { UPLIFT_GROUPS } from '../../shared/protocol/uplift.ts';
import { UsageError } from '../errors.ts';
import { uplift } from '../hints/uplift.ts';
import { type Command, textOption } from './command.ts';
import { projectOption } from './project_option.ts';
import { DB_OPTIONS, DB_USAGE, withDb } from './with_db.ts';

export const hintsUplift: Command = {
  usage: `Usage: laskobot-runs hints uplift [--by GROUP] [--since DATE] [--project NAME] [--data-dir DIR]

  --by GROUP     ${UPLIFT_GROUPS.join(', ')} (default kind)
  --since DATE   only of runs exposed from then on, e.g. 2026-11-01

A figure is followed by its 95 % interval; - says that there is not enough data.

${DB_USAGE}`,
  options: { ...DB_OPTIONS, project: { type: 'string' }, by: { type: 'string' }, since: { type: 'string' } },
  positionals: 0,
  run: (call) =>
    withDb(call, async (db) => {
      const wanted = textOption(call, 'by') ?? 'kind';
      const by = UPLIFT_GROUPS.find((each) => each === wanted);
      if (!by) throw new UsageError(`--by takes one of ${UPLIFT_GROUPS.join(', ')}`);
      const since = dateOf(textOption(call, 'since'));
      const { groups } = await uplift(db, await projectOption(call, db), { by, ...(since ? { since } : {}) });
      console.log(COLUMNS.map(({ title }) => title).join('\t'));
      for (const group of groups) console.log(COLUMNS.map(({ show }) => show(group)).join('\t'));
    }),
};

function dateOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new UsageError('--since takes a date such as 2026-11-01, or a time in ISO 8601');
  return new Date(ms).toISOString();
}

interface Column {
  readonly title: string;
  readonly show: (group: UpliftGroup) => string | number;
}

const COLUMNS: readonly Column[] = [
  {
    title: 'group',
    show: ({ group, hint }) => (hint ? `${group} ${hint.hint_type} ${hint.version} of ${hint.url_norm}` : group),
  },
  { title: 'served', show: ({ served }) => `${served.called} of ${served.exposures}` },
  { title: 'success', show: ({ served }) => percent(served.success) },
  { title: 'withheld', show: ({ withheld }) => `${withheld.called} of ${withheld.exposures}` },
  { title: 'success', show: ({ withheld }) => percent(withheld.success) },
  { title: 'difference', show: ({ success_difference }) => percent(success_difference) },
  { title: 'ms saved', show: ({ time_saved_ms }) => shown(time_saved_ms, (value) => value.toFixed(0)) },
  { title: 'wrong', show: ({ wrong }) => percent(wrong) },
  { title: 'told', show: ({ follow_through }) => follow_through.told },
  { title: 'verified', show: ({ follow_through }) => follow_through.verified },
  { title: 'refused', show: ({ follow_through }) => follow_through.refused },
  { title: 'used', show: ({ follow_through }) => follow_through.used },
];

const percent = (estimate: Estimate): string => shown(estimate, (value) => `${(100 * value).toFixed(1)}%`);

const shown = (estimate: Estimate, text: (value: number) => string): string =>
  estimate ? `${text(estimate.value)} (${text(estimate.lower)} to ${text(estimate.upper)})` : '-';
