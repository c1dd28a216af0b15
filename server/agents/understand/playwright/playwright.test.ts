import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../../../testing/needs.ts';
import { createUnderstanding } from '../create_understanding.ts';
import { browser, startRealServer } from '../testing/real_server.ts';
import { serveShop } from '../testing/shop.ts';
import type { Understanding } from '../types.ts';

describeWith(browser, 'Chromium', '@playwright/mcp', () => {
  let shop: Awaited<ReturnType<typeof serveShop>>;
  let real: Awaited<ReturnType<typeof startRealServer>>;
  let session: Understanding;
  beforeAll(async () => {
    [shop, real] = await Promise.all([serveShop(), startRealServer('@playwright/mcp')]);
  }, 60_000);
  afterAll(async () => {
    await real.close();
    await shop.close();
  });
  const call = (tool: string, args: Record<string, unknown> = {}) => real.call(session, tool, args);
  const opened = async (path: string) => {
    session = createUnderstanding(real.server);
    const navigation = await call('browser_navigate', { url: `${shop.origin}${path}` });
    const { text } = await call('browser_snapshot');
    return { navigation, ref: (of: string) => new RegExp(`${of}.*?\\[ref=((?:f\\d+)?e\\d+)\\]`).exec(text)?.[1] ?? '' };
  };

  it('reads page, element and locator of each kind of call', async () => {
    const { navigation, ref } = await opened('/cart');
    expect(navigation.after).toMatchObject({
      page: { url: `${shop.origin}/cart`, title: 'Cart (3)' },
      shows: 'navigation',
    });

    const save = await call('browser_hover', { element: 'the button', target: ref('button "Save"') });
    expect(save.before.on?.url).toBe(`${shop.origin}/cart`);
    expect(save.after.element).toEqual({
      role: 'button',
      name: 'Save',
      landmark: 'form',
      heading: 'Your cart',
      before: 'Large',
      after: 'Delete',
      index: 0,
      count: 1,
      test_id: { attribute: 'data-testid', value: 'save' },
      candidates: [
        { kind: 'role_name', selector: 'role=button[name="Save"]', matches: 1 },
        { kind: 'test_id', selector: '[data-testid="save"]', matches: 1 },
      ],
    });

    // One of two of a name, by the argument that older servers have.
    const second = session.before({
      tool: 'browser_click',
      args: { ref: ref('button "Delete".*\n.*?button "Delete"') },
    });
    expect(second.element).toMatchObject({
      index: 1,
      count: 2,
      candidates: [
        { kind: 'role_name', selector: 'role=button[name="Delete"]', matches: 2 },
        { kind: 'positional', selector: 'role=button[name="Delete"] >> nth=1', matches: 1 },
      ],
    });

    const typing = { target: ref('textbox "Password"'), text: 'hunter2 secret' };
    expect(session.typedBy({ tool: 'browser_type', args: typing })).toEqual(['hunter2 secret']);
    const typed = await call('browser_type', typing);
    expect(typed.text).toContain('hunter2 secret');
    expect(JSON.stringify(typed.after)).not.toContain('hunter2');
    expect(typed.after).toMatchObject({
      page: { url: `${shop.origin}/cart` },
      element: { role: 'textbox', name: 'Password' },
    });

    const fields = [
      { name: 'User', type: 'textbox', target: ref('textbox "User"'), value: 'bob the builder' },
      { name: 'Agree', type: 'checkbox', target: ref('checkbox "Agree"'), value: 'true' },
    ];
    expect(session.typedBy({ tool: 'browser_fill_form', args: { fields } })).toEqual(['bob the builder', 'true']);
    const filled = await call('browser_fill_form', { fields });
    expect(filled.after).toMatchObject({ element: { name: 'User' }, also: [{ role: 'checkbox', name: 'Agree' }] });

    const chosen = await call('browser_select_option', { target: ref('combobox "Size"'), values: ['Large'] });
    expect(chosen.after.element).toMatchObject({ role: 'combobox', name: 'Size', label: 'Size' });

    const bySelector = await call('browser_click', { target: 'role=button[name="Do it"]' });
    expect(bySelector.after.element).toEqual({
      role: 'button',
      name: 'Do it',
      candidates: [{ kind: 'role_name', selector: 'role=button[name="Do it"]', matches: 1 }],
      target: 'role=button[name="Do it"]',
    });

    // What stands in a table is an entry, whose text never becomes a selector.
    const entry = session.before({ tool: 'browser_click', args: { target: ref('button "Ana Example"') } });
    expect(entry.element).toMatchObject({ role: 'button', candidates: [] });
  });

  it('records a click on the page where it was made, and knows the page it led to', async () => {
    const { ref } = await opened('/cart');
    const { before, after } = await call('browser_click', { target: ref('link "About"') });
    expect(before).toMatchObject({
      on: { url: `${shop.origin}/cart` },
      element: { role: 'link', name: 'About', landmark: 'navigation' },
    });
    expect(after).toMatchObject({ page: { url: `${shop.origin}/about`, title: 'About' }, shows: 'navigation' });
    // A ref of the page before is none of this one.
    const stale = { target: ref('button "Save"') };
    expect(session.before({ tool: 'browser_click', args: stale }).element).toBeUndefined();
    expect((await call('browser_click', stale)).after).toMatchObject({ notFound: true });
    expect((await call('browser_click', { target: '[data-testid="nowhere"]' })).after).toMatchObject({
      notFound: true,
    });
  });

  it('believes no page that writes as the server does', async () => {
    const { ref, navigation } = await opened('/hostile/1_5');
    const here = `${shop.origin}/hostile/1_5`;
    expect(navigation.after.page).toEqual({ url: here, title: 'Mine' });
    expect(session.before({ tool: 'browser_click', args: { target: 'e999' } }).element).toBeUndefined();
    expect(session.before({ tool: 'browser_click', args: { target: ref('button "Real"') } }).element).toMatchObject({
      name: 'Real',
    });
    const titled = await call('browser_click', { target: ref('button "Title"') });
    expect(titled.after).toMatchObject({ page: { url: here }, element: { name: 'Title' } });
    // An error and a result in a page's words.
    for (const code of [`throw new Error(${JSON.stringify(shop.forged)})`, `return ${JSON.stringify(shop.forged)}`]) {
      const { after, text } = await call('browser_evaluate', { function: `() => { ${code} }` });
      expect(text).toContain('forged.example');
      expect(after.page?.url ?? here).toBe(here);
      expect(after.element).toBeUndefined();
      expect(after.snapshot).toBeUndefined();
    }
    const printed = await call('browser_run_code_unsafe', { code: `async () => (${JSON.stringify(shop.forged)})` });
    expect(printed.text).toContain('forged.example');
    expect(printed.after.page?.url ?? here).toBe(here);
    // A tab whose title ends the list's own brackets.
    await call('browser_snapshot');
    await call('browser_click', { target: ref('button "Link"') });
    const tabs = await call('browser_tabs', { action: 'list' });
    expect(tabs.text).toContain('](https://forged.example/)');
    expect(tabs.after.page?.url ?? here).toBe(here);
  });

  it('knows the page after a dialog in the words of a page', async () => {
    const { ref } = await opened('/cart');
    await call('browser_evaluate', {
      function: `() => { const pre = document.createElement('pre'); pre.textContent = ${JSON.stringify(shop.forged)}; document.body.append(pre); }`,
    });
    const alerted = await call('browser_click', { target: ref('button "Alert"') });
    expect(alerted.text).toContain('### Modal state');
    expect(alerted.text).toContain('forged.example');
    expect(alerted.after).toMatchObject({ page: { url: `${shop.origin}/cart` }, element: { name: 'Alert' } });
    expect((await call('browser_handle_dialog', { accept: true })).after.page?.url).toBe(`${shop.origin}/cart`);
  });

  it('reads snapshots out of files where it may', async () => {
    session = createUnderstanding(real.server, {
      readSnapshotFile: (link) => readFileSync(join(real.cwd, link), 'utf8'),
    });
    const { after, text } = await call('browser_navigate', { url: `${shop.origin}/cart` });
    expect(text).not.toContain('button "Save"');
    const save = after.snapshot?.nodes.find(({ name }) => name === 'Save');
    expect(save).toMatchObject({ role: 'button', ref: expect.stringMatching(/^(f\d+)?e\d+$/) });
    expect(after.snapshot?.whole).toBe(true);
  });
});

it('is bounded on a large answer', () => {
  const understanding = createUnderstanding({ name: 'Playwright' });
  const nodes = Array.from({ length: 300_000 }, (_, n) => `- button "Button ${n}" [ref=e${n}]`).join('\n');
  const text = `### Page\n- Page URL: https://shop.example/\n### Snapshot\n\`\`\`yaml\n${nodes}\n\`\`\``;
  expect(text.length).toBeGreaterThan(9_000_000);
  const { snapshot, page } = understanding.after(
    { tool: 'browser_snapshot', args: {} },
    { isError: false, content: [{ type: 'text', text }] },
  );
  expect(page).toEqual({ url: 'https://shop.example/' });
  expect(snapshot?.nodes.length).toBeLessThanOrEqual(20_000);
  expect(snapshot?.whole).toBe(false);
});
