import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fullScrub } from './full-scrub.ts';

describe('finds', () => {
  test.each([
    // people
    ['My name is Xandrine Quole', 'My name is [person]'],
    ['Hello Marguerite, welcome back', 'Hello [person], welcome back'],
    ['Dear Dr. Okonkwo-Brandt,', 'Dear Dr. [person],'],
    ['signed by Tobias K. Wernicke today', 'signed by [person] today'],
    ['Best regards,\nYusra', 'Best regards,\n[person]'],
    ['Name:    Anđela Tomić', 'Name:    [person]'],
    ['Patient: Hopkins', 'Patient: [person]'],
    ["that is Katarina's car", "that is [person]'s car"],
    ['María de la Cruz Benítez called', '[person] called'],
    ['Ich heiße Rübezahl', 'Ich heiße [person]'],
    // addresses
    ['ship it to 12 Oak Hill Road, Springfield, IL 62704 please', 'ship it to [address] please'],
    ['Musterstraße 12a, 10115 Berlin', '[address]'],
    ['5 rue de la Paix\n75002 Paris', '[address]'],
    ['Via Garibaldi 7', '[address]'],
    ['Calle de Alcalá 45', '[address]'],
    ['12 Mannerheimintie 7', '[address]'],
    ['Kossuth Lajos utca 9', '[address]'],
    ['P.O. Box 1234', '[address]'],
    ['office in Suite 1200', 'office in [address]'],
    ['London SW1A 1AA', 'London [address]'],
    ['Unit 4512 Box 99, APO AE 09001', '[address]'],
    // dates of birth
    ['born on 12 March 1980 in', 'born on [birth_date] in'],
    ['Date of birth: 1980-03-12', 'Date of birth: [birth_date]'],
    ['DOB 03/12/1980', 'DOB [birth_date]'],
    ['geboren am 12.3.1980', 'geboren am [birth_date]'],
    ['née le 12 mars 1980', 'née le [birth_date]'],
    ['my birthday is March 12, 1980', 'my birthday is [birth_date]'],
    // places
    ['at 52.52001, 13.40495 now', 'at [location] now'],
    ['{"lat":52.520,"lng":13.404}', '{"lat":[location],"lng":[location]}'],
    ['48°51\'24"N 2°21\'03"E', '[location]'],
    // tokens in addresses
    ['GET https://a.example/x?session_id=abcd1234&page=2', 'GET https://a.example/x?session_id=[token]&page=2'],
    ['https://ana:hunter2@a.example/', 'https://[password]@a.example/'],
    ['{"password":"hunter2","page":1}', '{"password":"[token]","page":1}'],
    ['PHPSESSID=q1w2e3r4; path=/', 'PHPSESSID=[token]; path=/'],
    // national ids
    ['DNI 12345678Z', 'DNI [national_id]'],
    ['NIE X1234567L', 'NIE [national_id]'],
    ['CF RSSMRA85T10A562S', 'CF [national_id]'],
    ['NIR 255081416802538', 'NIR [national_id]'],
    ['2 55 08 14 168 025 38', '[national_id]'],
    ['IdNr 86095742719', 'IdNr [national_id]'],
    ['86 095 742 719', '[national_id]'],
    ['BSN 111222333', 'BSN [national_id]'],
    ['NINO AB123456C', 'NINO [national_id]'],
    ['NHS number 943 476 5919', 'NHS number [national_id]'],
    ['CPF 529.982.247-25', 'CPF [national_id]'],
    ['CNPJ 11.222.333/0001-81', 'CNPJ [national_id]'],
    ['SIN 130 692 544', 'SIN [national_id]'],
    ['2341 2341 2346', '[national_id]'],
    ['PAN ABCPE1234F', 'PAN [national_id]'],
    ['PESEL 44051401359', 'PESEL [national_id]'],
    ['811218-9876', '[national_id]'],
    ['131052-308T', '[national_id]'],
    ['85.07.30-033.28', '[national_id]'],
    ['756.9217.0769.85', '[national_id]'],
    ['736028/5163', '[national_id]'],
    ['TCKN 10000000146', 'TCKN [national_id]'],
    ['11010519491231002X', '[national_id]'],
    ['12.345.678-5', '[national_id]'],
    ['NRIC S1234567D', 'NRIC [national_id]'],
    ['TFN 123 456 782', 'TFN [national_id]'],
  ])('%s', (text, clean) => {
    expect(fullScrub(text)).toBe(clean);
  });
});

describe('leaves alone', () => {
  test.each([
    'Save changes',
    'Mark all as read',
    'May I help you?',
    'Will the order arrive on Sunday?',
    'Hello World',
    'Dear Customer,',
    'Plan B Options',
    'Jordan River',
    'San Francisco and New York',
    'Terms of Service and Privacy Policy',
    'Main menu',
    'Amazon Web Services',
    'Street View',
    'Step 2 of 5',
    'Page 3',
    'Version 2 Release Notes',
    'Room 5',
    'The company was founded in 1977.',
    'Published on March 12, 2024',
    'Born to run',
    'width 12.5, height 10.75',
    'scale: 1.25, 2.5',
    'pages 811-218',
    '12345678A',
    'RSSMRA85T10A562T',
    '529.982.247-24',
    'order 44051401358',
    'token: required',
    'https://a.example/x?page=2&sort=asc',
    'password must hold a digit',
    'Thomas & Sons',
    'Smith University',
  ])('%s', (text) => {
    expect(fullScrub(text)).toBe(text);
  });
});

const pieces = fc.constantFrom(
  'Maria',
  'Lopez',
  'Mr.',
  'Dear',
  'my name is',
  '12',
  'Oak',
  'Street',
  'Rue de',
  'Suite',
  'born',
  '1980',
  'ana@example.com',
  'SSN',
  '078-05-1120',
  '[',
  ']',
  ' ',
  ', ',
  '\n',
  '.',
  '-',
  'J',
  'lat:',
  '52.52001',
  'BSN',
  '111222333',
  'SW1A',
  '1AA',
  'CA',
  '90210',
  "'s",
  'address:',
  '@',
  '=',
  'token',
);

test('scrubbing twice is scrubbing once', () => {
  const text = fc.array(pieces, { maxLength: 24 }).chain((all) => fc.constantFrom(all.join(' '), all.join('')));
  fc.assert(
    fc.property(text, (raw) => {
      const clean = fullScrub(raw);
      expect(fullScrub(clean)).toBe(clean);
    }),
    { numRuns: 1000 },
  );
});
