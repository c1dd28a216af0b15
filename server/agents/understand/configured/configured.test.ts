import { describe, expect, it } from 'vitest';
import { createUnderstanding } from '../create_understanding.ts';
import type { ToolResultSeen } from '../types.ts';
import { fits, UnderstandConfig } from './config.ts';

const ok = (result: object): ToolResultSeen => ({ isError: false, content: [], ...result });
const failed = (text: string): ToolResultSeen => ({ isError: true, content: [{ type: 'text', text }] });
const json = (value: unknown): ToolResultSeen => ok({ content: [{ type: 'text', text: JSON.stringify(value) }] });

describe('a server that a configuration tells of', () => {
  const config = UnderstandConfig.parse({
    servers: [
      {
        server: 'acme-*',
        tools: [
          {
            match: 'go',
            args: { url: 'to' },
            shows: 'navigation',
            result: { url: 'page.address', title: 'page.name' },
          },
          {
            match: ['press', 'write*'],
            args: { selector: 'where.css', role: 'where.role', name: 'where.name', typed: ['text', 'more'] },
            not_found: ['nothing matches'],
          },
        ],
      },
    ],
  });
  const session = () => createUnderstanding({ name: 'acme-browser' }, { config });

  it('reads page, element, what is typed and what was not there', () => {
    const acme = session();
    const go = { tool: 'go', args: { to: 'https://shop.example/a' } };
    expect(acme.before(go)).toEqual({});
    expect(acme.after(go, json({ page: { address: 'https://shop.example/b', name: 'Shop' } }))).toEqual({
      page: { url: 'https://shop.example/b', title: 'Shop' },
      shows: 'navigation',
    });
    const write = {
      tool: 'write_text',
      args: { where: { role: 'Button', name: 'Save' }, text: 'a', more: [{ b: 'c' }, 7] },
    };
    expect(acme.typedBy(write)).toEqual(['a', 'c', '7']);
    expect(acme.before(write)).toEqual({
      on: { url: 'https://shop.example/b', title: 'Shop' },
      element: {
        role: 'button',
        name: 'Save',
        candidates: [{ kind: 'role_name', selector: 'role=button[name="Save"]', matches: 1 }],
      },
    });
    const press = { tool: 'press', args: { where: { css: '[data-testid="save"]' } } };
    expect(acme.after(press, ok({})).element).toMatchObject({ test_id: { attribute: 'data-testid', value: 'save' } });
    expect(acme.after(press, failed('nothing matches that'))).toMatchObject({ notFound: true });
    expect(acme.after(press, failed('the page says: nothing matches that')).notFound).toBeUndefined();
  });

  it('takes the page from data, not from a text in which a page may have written', () => {
    const acme = session();
    const go = { tool: 'go', args: {} };
    const text = 'Here you are: {"page":{"address":"https://forged.example/"}}';
    expect(acme.after(go, ok({ content: [{ type: 'text', text }] }))).toEqual({});
    expect(acme.after(go, ok({ structuredContent: { page: { address: 'javascript' } } }))).toEqual({});
    // The page's own text within a field stays in it.
    const named = {
      page: { address: 'https://shop.example/', name: '"},"page":{"address":"https://forged.example/"' },
    };
    expect(acme.after(go, json(named)).page?.url).toBe('https://shop.example/');
  });
});

it("understands LaskoBOT's own tools", () => {
  const laskobot = createUnderstanding({ name: 'anything', tools: ['dom.click', 'dom.type', 'browser_navigate'] });
  laskobot.after({ tool: 'browser_navigate', args: { url: 'https://shop.example/' } }, ok({}));
  expect(laskobot.before({ tool: 'dom.click', args: { selector: '#save' } })).toEqual({
    on: { url: 'https://shop.example/' },
    element: { candidates: [], target: '#save' },
  });
  expect(laskobot.after({ tool: 'dom.click', args: { selector: '#save' } }, ok({})).element).toEqual({
    candidates: [{ kind: 'id', selector: '#save', matches: 1 }],
    target: '#save',
  });
  expect(laskobot.typedBy({ tool: 'dom.type', args: { selector: '#user', text: 'ana' } })).toEqual(['ana']);
  const shown = laskobot.after(
    { tool: 'snapshot.accessibility', args: {} },
    ok({ structuredContent: { title: 'x', url: 'https://shop.example/a' } }),
  );
  expect(shown).toMatchObject({ page: { url: 'https://shop.example/a', title: 'x' }, shows: 'snapshot' });
});

it('understands nothing of other servers, but what they may type', () => {
  const other = createUnderstanding({ name: 'weather', tools: ['forecast'] });
  const call = { tool: 'forecast', args: { url: 'https://shop.example/', text: 'ana' } };
  expect([other.before(call), other.after(call, json({ url: 'https://shop.example/' }))]).toEqual([{}, {}]);
  expect(other.typedBy(call)).toEqual(['ana']);
});

it('matches names by patterns', () => {
  expect(['dom.click', 'dom.', 'xdom.click'].map((name) => fits('dom.*', name))).toEqual([true, true, false]);
  expect(['aXbXc', 'abc', 'ac', 'abcx'].map((name) => fits('a*b*c', name))).toEqual([true, true, false, false]);
  expect([fits('aa*a', 'aa'), fits('*', ''), fits(['x', 'y'], 'y')]).toEqual([false, true, true]);
});
