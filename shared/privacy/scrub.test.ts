import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detect } from './detect.ts';
import { PAGE_DETECTORS } from './detectors/page.ts';
import { MAX_SCRUB_CHARS, safely, scrub } from './scrub.ts';
import { SCRUBBED } from './scrubbed.ts';

describe('finds', () => {
  test.each([
    ['write to ana.maria+x@mail.example.co.uk, please', 'write to [email], please'],
    ['jürgen@müller.example and a%40b.example', '[email] and [email]'],
    ['call +49 30 1234567 or (555) 123-4567', 'call [phone] or [phone]'],
    ['0171 / 234 56 78', '[phone]'],
    ['Phone:\n60-56-85-91', 'Phone:\n[phone]'],
    ['reach me on 450 0840', 'reach me on [phone]'],
    ['Desk: 5403926876', 'Desk: [phone]'],
    ['(37) 788-063-Office, 07700 063 966-Fax', '[phone]-Office, [phone]-Fax'],
    ['259.735.7502x459 or 03.93.92.16.85', '[phone] or [phone]'],
    ['ask 699 956 915', 'ask [phone]'],
    ['card number 630427373398 is lost', 'card number [card] is lost'],
    ['card 4111 1111 1111 1111 12/27', 'card [card] 12/27'],
    ['no. 1 5500-0055-5555-5559', 'no. 1 [card]'],
    ['IBAN DE89 3704 0044 0532 0130 00 AND MORE', 'IBAN [iban] AND MORE'],
    ['SSN 078-05-1120', 'SSN [ssn]'],
    ['from 192.168.10.254 port 22', 'from [ip] port 22'],
    ['via 2001:db8::8a2e:370:7334', 'via [ip]'],
    ['mac 00:1A:2b:3c:4D:5e', 'mac [mac]'],
    ['Authorization: Bearer abcDEF123456789.xyz', 'Authorization: [token]'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-_123', '[jwt]'],
    ['key ghp_16C7e42F292c6912E7710c838347Ae178B4a', 'key [key]'],
    ['key sb_secret_abcdefghijklmnop', 'key [key]'],
    ['AKIAIOSFODNN7EXAMPLE', '[key]'],
    ['Your verification code is 482913.', 'Your verification code is [code].'],
    ['Your code is 482913', 'Your code is [code]'],
    ['code: 482913', 'code: [code]'],
    ['Hello, the code is 482-913.', 'Hello, the code is [code].'],
    ['Your PIN is 4829', 'Your PIN is [code]'],
    ['Passcode: "48291"', 'Passcode: "[code]"'],
    ['Enter 482913 to sign in', 'Enter [code] to sign in'],
    ['Use code 482 913 to verify it is you', 'Use code [code] to verify it is you'],
    ['Ihr Bestätigungscode lautet 482913', 'Ihr Bestätigungscode lautet [code]'],
    ['Ihr Code ist 4829, die TAN: 912345', 'Ihr Code ist [code], die TAN: [code]'],
    ['Tu código es 482913. Votre code est 4829', 'Tu código es [code]. Votre code est [code]'],
    ['482913 is your code', '[code] is your code'],
    ['sid=9f86d081884c7d659a2feaa0c55ad015', 'sid=[token]'],
    ['t 7Gk2pQ9xZr4Lm8Vt1Bn6Wc3Y', 't [token]'],
  ])('%s', (text, clean) => {
    expect(scrub(text)).toBe(clean);
  });
});

describe('leaves alone', () => {
  test.each([
    'Save changes',
    'Order 4711 of 2026-11-22, 12:30:45',
    '12/24/2025',
    '2020-06-20 14:11:22',
    '20.06.2020 14 11',
    'iPhone 15 Pro, call 911',
    'mobile 360x640',
    'messages 12 of 100',
    '650427373398',
    'Total: 1,234,567.89 EUR',
    'Version 1.2.3',
    'error code 404',
    'error code 40412, error code: 404123',
    'status code: 5000',
    'The exit code is 128000',
    'zip code 90210',
    'Your zip code: 90210',
    'Postal code: 902101',
    'Your code is 2000 characters',
    'product code: 482913',
    'Request failed (code: 5000)',
    'The code is 12000 lines long',
    'Your spin: 4829',
    'code: 482913.5',
    'Enter 1000 in the field',
    '4111 1111 1111 1112',
    'DE88 3704 0044 0532 0130 00',
    'std::vector::begin',
    'navigation-menu-item-link-active-2-of-3',
    'https://example.com/a/b',
    'user@localhost',
    '00000000-0000-4000-8000-000000000001',
  ])('%s', (text) => {
    expect(scrub(text)).toBe(text);
  });
});

const pieces = fc.constantFrom(
  'ana@example.com',
  '4111111111111111',
  '+49 30 1234567',
  '192.168.1.1',
  'code',
  'otp',
  'is your',
  '482913',
  ' ',
  '-',
  '.',
  '@',
  '[',
  ']',
  'eyJ',
  ':',
  '1',
);
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.array(pieces, { maxLength: 30 }).map((all) => all.join('')),
  fc.array(pieces, { maxLength: 30 }).map((all) => all.join(' ')),
);

test('scrubbing twice is scrubbing once', () => {
  fc.assert(
    fc.property(text, (raw) => {
      const clean = scrub(raw);
      expect(scrub(clean)).toBe(clean);
    }),
    { numRuns: 500 },
  );
});

test('findings are in order, inside the text and apart', () => {
  fc.assert(
    fc.property(text, (raw) => {
      let at = 0;
      for (const { start, end } of detect(raw, PAGE_DETECTORS)) {
        expect(start).toBeGreaterThanOrEqual(at);
        expect(end).toBeGreaterThan(start);
        at = end;
      }
      expect(at).toBeLessThanOrEqual(raw.length);
    }),
  );
});

test.each([
  'a',
  '1',
  ' 1',
  '1 ',
  '@',
  'a@',
  '.',
  'a.',
  'eyJ',
  'A1',
  ':',
  '0:',
  '+',
  '-1',
  '(1',
  'bearer ',
  'sk-',
  'code ',
  '%40',
  'a-',
  '1.1.',
  'DE89 ',
  '4111 ',
])('ends on 100 KB of %j, and what hides behind is dropped or found', (unit) => {
  const raw = `${unit.repeat(100_000 / unit.length)} ana@example.com`;
  const clean = scrub(raw);
  expect(clean).not.toContain('ana@example.com');
  expect(clean.length).toBeLessThanOrEqual(MAX_SCRUB_CHARS);
});

test('an error becomes a blank, never the content', () => {
  const failing = safely((raw) => {
    throw new Error(raw);
  });
  expect(failing('secret')).toBe(SCRUBBED);
});
