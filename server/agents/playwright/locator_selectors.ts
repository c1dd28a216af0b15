import { quote } from '../../../shared/signature/quote.ts';
import { type Token, tokensOf } from './source_tokens.ts';

const BY_ATTRIBUTE: Readonly<Record<string, string>> = {
  getByPlaceholder: 'placeholder',
  getByAltText: 'alt',
  getByTitle: 'title',
};

const stringOf = (token: Token | undefined): string | undefined =>
  token?.quote === undefined ? undefined : token.says.slice(1);

/** The value of an option that is a string: `{ name: 'Save' }`. */
function optionOf(tokens: readonly Token[], name: string): string | undefined {
  const at = tokens.findIndex(({ says }, n) => says === name && tokens[n + 1]?.says === ':');
  return at < 0 ? undefined : stringOf(tokens[at + 2]);
}

/**
 * What recorded selectors say the same as a locator, such as `getByRole('button', { name: 'Save' })`; empty for one of several parts or
 * with a pattern, which none of them says.
 */
export function selectorsOf(locator: string, testIdAttributes: readonly string[]): string[] {
  const tokens = tokensOf(locator);
  const [method, open, first] = tokens;
  const text = stringOf(first);
  const closed = tokens.findIndex(({ says }) => says === ')');
  if (!method || open?.says !== '(' || text === undefined || closed !== tokens.length - 1) return [];
  switch (method.says) {
    case 'locator':
      return [text];
    case 'getByTestId':
      return testIdAttributes.map((name) => `[${name}=${quote(text)}]`);
    case 'getByText':
      return [`text=${quote(text)}`];
    case 'getByLabel':
      return [`internal:label=${quote(text)}s`];
    case 'getByRole': {
      const name = optionOf(tokens, 'name');
      return name === undefined ? [] : [`role=${text}[name=${quote(name)}]`];
    }
    default: {
      const attribute = BY_ATTRIBUTE[method.says];
      return attribute ? [`[${attribute}=${quote(text)}]`] : [];
    }
  }
}
