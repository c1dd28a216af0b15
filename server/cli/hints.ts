import { type HintDecision, type HintDetails, hintId } from '../../shared/protocol/answers.ts';
import { HINT_STATES } from '../../shared/protocol/schema.ts';
import { normaliseUrl } from '../../shared/signature/url.ts';
import { openSharedCache } from '../entry/open.ts';
import { openServices } from '../entry/services.ts';
import { UsageError } from '../errors.ts';
import { listHints, operate, showHint } from '../hints/operate.ts';
import { type Call, type Command, textOption, wholeOption } from './command.ts';
import { projectOption } from './project_option.ts';
import { DB_OPTIONS, DB_USAGE, withDb } from './with_db.ts';

const OPTIONS = { ...DB_OPTIONS, project: { type: 'string' } } as const;

export function hintIdOf({ positionals }: Call): string {
  const [id = ''] = positionals;
  if (!hintId.safeParse(id).success)
    throw new UsageError(`${JSON.stringify(id)} is no id of a hint; see laskobot-runs hints list`);
  return id;
}

export const unknownHint = (id: string, which = ''): UsageError =>
  new UsageError(`there is no hint ${id}${which && ` ${which}`}; see laskobot-runs hints list`);

export const hintsList: Command = {
  usage: `Usage: laskobot-runs hints list [--url URL] [--state STATE] [--project NAME] [--limit N] [--data-dir DIR]

  --url URL      only of this page
  --state STATE  only ${HINT_STATES.join(', ')}
  --limit N      rows to show, newest first (default 50)

${DB_USAGE}`,
  options: { ...OPTIONS, url: { type: 'string' }, state: { type: 'string' }, limit: { type: 'string' } },
  positionals: 0,
  run: (call) =>
    withDb(call, async (db) => {
      const url = textOption(call, 'url');
      const url_norm = url === undefined ? undefined : (normaliseUrl(url)?.url_norm ?? url);
      const wanted = textOption(call, 'state');
      const state = HINT_STATES.find((each) => each === wanted);
      if (wanted !== undefined && !state) throw new UsageError(`--state takes one of ${HINT_STATES.join(', ')}`);
      const limit = wholeOption(call, 'limit', 50, 500);
      console.log(['id', 'kind', 'version', 'state', 'decision', 'confidence', 'page', 'tells'].join('\t'));
      for (const hint of await listHints(db, await projectOption(call, db), { url_norm, state, limit })) {
        const { hint_id, hint_type, version, confidence, tells, decision } = hint;
        console.log(
          [hint_id, hint_type, version, hint.state, decision ?? '', confidence.toFixed(2), hint.url_norm, tells].join(
            '\t',
          ),
        );
      }
    }),
};

export const hintsShow: Command = {
  usage: `Usage: laskobot-runs hints show ID [--project NAME] [--data-dir DIR]\n\n${DB_USAGE}`,
  options: OPTIONS,
  positionals: 1,
  run: (call) =>
    withDb(call, async (db, config) => {
      const id = hintIdOf(call);
      const hint = await showHint(db, await projectOption(call, db), id, {
        policy: config.release,
        now: new Date(),
      });
      if (!hint) throw unknownHint(id);
      print(hint);
    }),
};

function print({ url_norm, hint_type, decided, versions, changes }: HintDetails): void {
  console.log(`${hint_type} of ${url_norm}`);
  if (decided) console.log(`An operator decided: ${decided.decision} ${decided.version ?? ''}`.trim());
  console.log(`\n${['id', 'version', 'state', 'right', 'wrong', 'confidence', 'tells'].join('\t')}`);
  for (const { hint_id, version, state, superseded, votes, confidence, tells } of versions) {
    const shown = superseded ? `${state}, replaced` : state;
    console.log([hint_id, version, shown, votes.ok, votes.bad, confidence.toFixed(2), tells].join('\t'));
  }
  console.log(`\n${['at', 'id', 'from', 'to', 'reason', 'by', 'detail'].join('\t')}`);
  for (const { at, hint_id, from, to, superseded, reason, actor, detail } of changes)
    console.log(
      [at, hint_id, from, superseded ? `${to}, replaced` : to, reason, actor, JSON.stringify(detail)].join('\t'),
    );
}

const DECIDED: Record<HintDecision, { readonly usage: string; readonly done: string }> = {
  pin: {
    usage: 'It stays until `hints auto`.',
    done: 'is served from now on.',
  },
  veto: {
    usage: 'It stays until `hints auto`.',
    done: 'is vetoed, with all its versions.',
  },
  rollback: {
    usage: 'It stays until `hints auto`.',
    done: 'is withdrawn.',
  },
  auto: {
    usage: 'Takes back `hints pin`, `hints veto` and `hints rollback`.',
    done: 'is decided by evidence again.',
  },
};

const decisionCommand = (decision: HintDecision): Command => ({
  usage: `Usage: laskobot-runs hints ${decision} ID [--project NAME] [--data-dir DIR]\n\n${DECIDED[decision].usage}\n\n${DB_USAGE}`,
  options: OPTIONS,
  positionals: 1,
  run: (call) =>
    withDb(call, async (db, config, log) => {
      const id = hintIdOf(call);
      const project = await projectOption(call, db);
      const redis = openSharedCache(config, log);
      const { cache, releasing } = openServices(config, db, log, redis, undefined);
      const known = await operate({ db, cache, releasing: releasing() }, project, id, decision).finally(() =>
        redis?.close(),
      );
      if (!known) throw unknownHint(id);
      console.log(`${id} ${DECIDED[decision].done}`);
    }),
});

export const hintsPin = decisionCommand('pin');
export const hintsVeto = decisionCommand('veto');
export const hintsRollback = decisionCommand('rollback');
export const hintsAuto = decisionCommand('auto');
