import { expect, test } from 'vitest';
import { stripUrl } from './strip_url.ts';

test.each([
  ['https://x.example/a/b', 'https://x.example/a/b'],
  ['https://x.example/?q=anna&page=2', 'https://x.example/?q=&page='],
  ['https://x.example/?flag&4711-secret&a=', 'https://x.example/?flag&&a='],
  ['https://me:pw@x.example/a@b', 'https://x.example/a@b'],
  ['https://me@x.example', 'https://x.example'],
  ['https://x.example/a#section', 'https://x.example/a#section'],
  ['https://x.example/a#access_token=abc&state=1', 'https://x.example/a#access_token=&state='],
  ['https://x.example/#/route?id=7', 'https://x.example/#/route?id='],
  ['https://x.example/?a=1#b=2', 'https://x.example/?a=#b='],
  ['data:text/html,<p>Anna', 'data:'],
  ['blob:https://x.example/0f', 'blob:'],
  ['JavaScript:alert(1)', 'javascript:'],
  ['about:blank', 'about:blank'],
  ['no url?a=1', 'no url?a='],
  ['', ''],
])('%s → %s', (url, stripped) => {
  expect(stripUrl(url)).toBe(stripped);
  expect(stripUrl(stripped)).toBe(stripped);
});
