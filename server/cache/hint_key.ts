import type { LookupRequest } from '../../shared/protocol/schema.ts';
import { sha256Hex } from '../sha256.ts';
import type { HintKey } from './hint_cache.ts';

/** To be raised whenever what is kept changes its shape: instances of two versions may share one Redis. */
const FORMAT = 4;

export interface HintQuestion extends Pick<LookupRequest, 'dom_top_signature' | 'dom_simhash' | 'candidate_elements'> {
  readonly projectId: string;
  readonly url_norm: string;
  readonly title_hash: string | undefined;
}

/** Two lookups have one key where nothing that decides their answer differs. */
export function hintKey(question: HintQuestion): HintKey {
  const { projectId, url_norm, dom_top_signature, dom_simhash, title_hash, candidate_elements } = question;
  const page = digest([FORMAT, url_norm, dom_top_signature, dom_simhash, title_hash]);
  const elements = candidate_elements ? digest(candidate_elements) : 'all';
  return { projectId, urlNorm: url_norm, key: `hint:${projectId}:${page}:${elements}` };
}

/** 128 bits: nobody can make two questions collide. */
export const digest = (value: unknown): string => sha256Hex(JSON.stringify(value)).slice(0, 32);
