import { MAX_SELECTOR_CHARS } from '../../../shared/protocol/limits.ts';
import type { SelectorKind } from '../../../shared/protocol/schema.ts';
import { TEST_ID_ATTRIBUTES } from '../../../shared/signature/context.ts';
import { durableText } from '../../../shared/signature/data-like.ts';
import { parseSelector, unquote } from '../../../shared/signature/selector.ts';
import type { ElementSeen } from './types.ts';

const ATTRIBUTE = /^[a-z]*\[([\w-]+)\*?=("(?:[^"\\]|\\.)*")\]$/s;
const ID = /^#[A-Za-z_][\w-]*$/;
const BY_PLACE = /:nth-|>|\s/;
const KINDS: Readonly<Record<string, SelectorKind>> = {
  id: 'id',
  placeholder: 'placeholder',
  'aria-label': 'aria',
  title: 'attribute',
  alt: 'attribute',
  name: 'attribute',
  href: 'attribute',
};

/** What a selector that named one element tells of it; without candidates where it is in no syntax that the extension writes. */
export function seenSelector(selector: string): ElementSeen {
  const steps = selector.length <= MAX_SELECTOR_CHARS ? parseSelector(selector) : undefined;
  const target = selector.slice(0, MAX_SELECTOR_CHARS);
  const [step, ...more] = steps ?? [];
  const candidate = (kind: SelectorKind) => [{ kind, selector, matches: 1 }];
  if (!step) return { candidates: [], target };
  if (more.length > 0) return { candidates: candidate('positional'), target };
  switch (step.engine) {
    case 'role':
      return {
        role: step.role,
        ...(step.exact ? { name: step.name } : { name_part: step.name }),
        candidates: durableText(step.name) ? candidate('role_name') : [],
        target,
      };
    case 'text':
      return { name_part: step.text, candidates: durableText(step.text) ? candidate('text') : [], target };
    case 'label':
      return { label: step.text, candidates: durableText(step.text) ? candidate('label') : [], target };
    case 'nth':
      return { candidates: [], target };
    case 'css': {
      const [, attribute = '', quoted = '""'] = ATTRIBUTE.exec(step.css) ?? [];
      const value = unquote(quoted);
      if ((TEST_ID_ATTRIBUTES as readonly string[]).includes(attribute))
        return { test_id: { attribute, value }, candidates: candidate('test_id'), target };
      if (ID.test(step.css)) return { candidates: candidate('id'), target };
      const kind = KINDS[attribute];
      if (kind)
        return { ...(kind === 'placeholder' ? { placeholder: value } : {}), candidates: candidate(kind), target };
      return { candidates: candidate(BY_PLACE.test(step.css) ? 'positional' : 'css'), target };
    }
  }
}
