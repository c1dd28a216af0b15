import type { RecipeShape, RecipeStep } from '../../shared/protocol/schema.ts';
import { hashWords, parseHashKey } from '../../shared/signature/hash.ts';

const CONSENT = 'cookie cookies consent gdpr einwilligung datenschutz consentement consentimiento consenso';
const NEXT = 'next more older weiter nächste mehr suivant suivante plus siguiente más successivo altri';
const MENU_ROLES = new Set(['menuitem', 'menuitemcheckbox', 'menuitemradio', 'menu']);

/** What a recipe is for, by roles, types and hashed words of its controls. */
export function shapeOf(steps: readonly RecipeStep[], textKey: string): RecipeShape {
  const key = parseHashKey(textKey);
  const says = (words: string) => {
    const hashes = new Set(hashWords(key, words, Number.POSITIVE_INFINITY));
    return ({ control }: RecipeStep): boolean => {
      const { name_words = [], text_words = [], heading_words = [], near_words = [] } = control?.identity ?? {};
      return [...name_words, ...text_words, ...heading_words, ...near_words].some((word) => hashes.has(word));
    };
  };
  const has = (holds: (step: RecipeStep) => boolean): boolean => steps.some(holds);
  if (has(({ control }) => control?.identity.type === 'password')) return 'login';
  if (has(({ control, params }) => params.length > 0 && isSearchField(control))) return 'search';
  if (has(says(CONSENT))) return 'consent';
  if (has(({ control }) => MENU_ROLES.has(control?.identity.role ?? ''))) return 'menu';
  if (has((step) => step.repeat === true && says(NEXT)(step))) return 'pagination';
  return has(({ scroll }) => scroll !== undefined) ? 'scroll' : 'other';
}

const isSearchField = (control: RecipeStep['control']): boolean =>
  control?.identity.role === 'searchbox' ||
  control?.identity.type === 'search' ||
  /^(?:q|s|query|search|suche|recherche|buscar)$/i.test(control?.identity.name_attr ?? '');
