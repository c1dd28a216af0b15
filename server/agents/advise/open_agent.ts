import { v7 as uuidv7 } from 'uuid';
import { createApi } from '../../../shared/client/api.ts';
import type { Endpoint } from '../../../shared/client/endpoint.ts';
import { fullScrub } from '../../../shared/privacy/full-scrub.ts';
import { safely } from '../../../shared/privacy/scrub.ts';
import type { IngestItem } from '../../../shared/protocol/schema.ts';
import type { Sign } from '../mcp/record/seal_call.ts';
import type { AdviceContext, SessionDeps } from '../mcp/session.ts';
import { optionOf } from '../understand/command_options.ts';
import type { UnderstandConfig } from '../understand/configured/config.ts';
import { createUnderstanding } from '../understand/create_understanding.ts';
import { openProjectKey } from '../understand/project_key.ts';
import { sign } from '../understand/sign.ts';
import { snapshotFiles } from '../understand/snapshot_file.ts';
import { type AdviceOptions, createAdvice } from './advice.ts';
import { createForms } from './forms.ts';

/** Longest that a lookup may take, in ms; how long an answer waits for it is another thing. */
const LOOKUP_MS = 5000;

export interface AgentOptions {
  readonly mode: 'off' | 'record-only' | 'advise' | 'heal';
  /** Undefined where nothing is recorded. */
  readonly to: { readonly endpoint: Endpoint; readonly dir: string } | undefined;
  /** What the server is started with, where this process starts it or is it. */
  readonly command?: readonly string[] | undefined;
  readonly config?: UnderstandConfig | undefined;
  readonly advice?: Omit<AdviceOptions, 'heal'> | undefined;
  /** Puts an item where it is delivered from. */
  readonly tell: (item: IngestItem) => void;
  readonly fetch: typeof fetch;
}

/** What reads pages and elements out of calls, signs them, and in modes advise and heal tells agents what is known of them. */
export function openAgent({
  mode,
  to,
  command,
  config,
  advice,
  tell,
  fetch,
}: AgentOptions): Pick<SessionDeps, 'createUnderstanding' | 'createAdvice'> & { readonly sign: Sign } {
  const forms = createForms();
  const api = to && createApi({ serverUrl: to.endpoint.server_url, key: to.endpoint.key, fetch, timeoutMs: LOOKUP_MS });
  const key = to && api && mode !== 'off' ? openProjectKey({ api, dir: to.dir, now: Date.now }) : () => undefined;
  const understanding = {
    config,
    ...(command
      ? {
          testIdAttribute: optionOf(command, '--test-id-attribute'),
          readSnapshotFile: snapshotFiles(process.cwd(), optionOf(command, '--output-dir')),
        }
      : {}),
  };
  const advises = api && (mode === 'advise' || mode === 'heal');
  return {
    createUnderstanding: (server) => createUnderstanding(server, understanding),
    createAdvice: advises
      ? (session: AdviceContext) =>
          createAdvice(
            {
              api,
              key,
              forms,
              scrub: safely(fullScrub),
              tell,
              uuid: uuidv7,
              now: Date.now,
              ...advice,
              heal: mode === 'heal',
            },
            session,
          )
      : undefined,
    sign(understood, scrub) {
      const by = key();
      if (!by) return undefined;
      const signed = sign(understood, { key: by, scrub });
      const form = forms.of(understood, by);
      if (!form || !signed.page_signature) return signed;
      // Its identity and selectors are known better than words tell them; what counts is that it was used.
      const [, ...also] = signed.element_signatures ?? [];
      const { role } = understood.element ?? {};
      return { ...signed, element_signatures: [{ ...form, ...(role ? { role } : {}) }, ...also] };
    },
  };
}
