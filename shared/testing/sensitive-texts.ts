import fc from 'fast-check';

const FRAGMENTS = `ana@example.com|a%40b.example|4111 1111 1111 1111|5500-0055-5555-5559|+49 30 1234567|(555) 123-4567|192.168.1.1|::1
2001:db8::8a2e:370:7334|aa-bb-cc-dd-ee-ff|DE89 3704 0044 0532 0130 00|078-05-1120|verification|2fa|otp|log in|code|482913| is your
sk|ghp|_|-|abcdefghijkl|eyJhbGciOiJI.eyJzdWIiOiIx|AKIAIOSFODNN7EXAMPLE|Bearer |token|password|=|"|'|:|://|@|?sid|A1b2C3d4E5f6G7h8I9j0K1
phone|Tel.|call me|home|fax|born|d.o.b|née le|født|1980-03-12|March 12, 1980|12 mars 1980|address is|lives at|Suite|Apt.|P.O. Box
boîte postale|APO|AE|09001|Springfield|IL|62704|SW1A 1AA|K1A 0B1|lat|lng|52.52001|-13.40495|52.5200°N|48°|51'24"N|2°21'E|12345678Z
X1234567L|RSSMRA85T10A562S|255081416802538|2 55 08 14 168 025 38|86 095 742 719|AB 12 34 56 C|AB123456C|529.982.247-25|SIN
130 692 544|811218-9876|131052-308T|736028/5163|11010519491231002X|12 Oak Hill Road|Musterstraße 12a|rue de la Paix|5|Koskikatu
Weg|St|de la|My name is|Dear|Mr.|John|Lopez|O'Brien|Anna-Lena|Kowalski|Katarina's|Tomić|University|é|日|🙂|\u00a0|’|[|]|(|/|.|,|1|00|2024`;
const fragment = fc.constantFrom(...FRAGMENTS.split(/[|\n]/));
/** Forms of what is looked for, whole, partial and glued to one another, and any characters. */
export const sensitiveText = fc.oneof(
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  {
    weight: 4,
    arbitrary: fc
      .array(fc.tuple(fragment, fc.constantFrom(' ', ' ', '', ', ', ': ', '\n')), { maxLength: 12 })
      .map((parts) => parts.flat().join('')),
  },
);
