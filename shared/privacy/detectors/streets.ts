import type { Survey } from '../survey.ts';
import { createEndsIn } from './names/endings.ts';
import { createLexicon, createTails, type Word } from './names/lexicon.ts';

/** What a word is known as; bits. */
export const BEFORE = 1;
export const AFTER = 2;
export const AFTER_CAPITAL = 4;
export const PARTICLE = 8;

/** In front of a street's name: French, Italian, Spanish, Portuguese, Catalan, Romanian, Polish, Russian. */
const BEFORE_NAME = `
rue avenue av ave boulevard bd blvd chemin allee allees impasse quai route cours passage square voie place faubourg
via viale piazza piazzale corso largo vicolo strada contrada localita lungomare
calle avenida avda paseo plaza carrera camino ronda travesia glorieta carretera urbanizacion rambla carrer
rua praca travessa estrada alameda rodovia beco bulevardul calea soseaua aleea
ulica ul aleja aleje al plac pl osiedle os ulitsa prospekt pereulok ulice namesti odos leoforos jalan jl
`;

/** Behind a street's name, in any case of letters. */
const AFTER_NAME = `
street str avenue boulevard blvd road rd highway hwy parkway pkwy
strasse straße platz weg gasse allee ufer damm chaussee straat laan plein gracht kade dijk singel
gata gatan gate gaten vej vejen veien vei vag vagen plads plass gade stræde straede torv torvet grand
katu tie kuja polku tanav tee puiestee maantee utca ut ter koz krt korut setany
ulica ulice cesta trg pot namesti trida nabrezi sokak sokagi sok cadde caddesi cad mahallesi bulvari ulitsa prospekt pereulok улица ул проспект
`;

/** Behind a name and only with a capital letter: other words too. */
const AFTER_NAME_CAPITAL = `
st ave lane ln drive dr court ct place pl square sq terrace ter way circle cir trail trl alley plaza crescent cres close gardens gdns grove
hill hills mews row walk wharf loop pass pike turnpike route rte extension ext ridge view valley park green lodge quay rise vale views ports
port station stations brook creek forest fork forks glen harbor haven heights hollow island isle junction keys knoll lake landing light manor meadow
meadows mill mission motorway mount mountain orchard oval path pine plain point prairie ranch rapids rest river run shoal shore spring spur stream
summit throughway trace track tunnel underpass union village ville vista well
`;

const PARTICLES =
  'de da do dos das del della dei degli di du des la le les van der den het of the and e y à nach am an im zum zur';

/** Read words. */
export const { plain: plainStreetWord, between: streetWord } = createLexicon([
  [BEFORE, BEFORE_NAME],
  [AFTER, AFTER_NAME],
  [AFTER_CAPITAL, AFTER_NAME_CAPITAL],
  [PARTICLE, PARTICLES],
]);

/** Endings of street names written as one word: German, Dutch, Nordic, Finnish. */
const ENDINGS =
  'straße strasse straat laan plein gracht kade dijk singel dreef gasse platz allee ufer damm steig weg wegen gata gatan gaten vej vejen veien vei väg vägen vænget vangen stræde plads plass gränd gade bakken torvet stien stigen katu kuja polku kaari aukio raitti tie vegur utca str'.split(
    ' ',
  );
const mayEnd = createTails(ENDINGS);
const BEHIND = 3;
const GLUED = new RegExp(String.raw`^\p{L}{${BEHIND},}(?:${ENDINGS.join('|')})$`, 'iu');
const endsIn = createEndsIn(ENDINGS, BEHIND, (word) => GLUED.test(word));

const MIN_GLUED = 6;
/** Whether the word between these places ends in what streets are called. */
export const isGlued = (survey: Survey, word: Word, start: number, end: number): boolean =>
  end - start >= MIN_GLUED && mayEnd(word) && endsIn(survey, start, end);

/** Part of a building, before its number. */
export const UNIT = `(?:${[
  'suite',
  'ste',
  'apt',
  'apartment',
  'unit',
  'flat',
  'floor',
  'room',
  'box',
  'lot',
  'bldg',
  'building',
  'door',
  'top',
  'stiege',
  'etage',
  'lgh',
  'appt',
  'piso',
  'depto',
  'esc',
]
  .map((word) => `[${word[0]}${word[0]?.toUpperCase()}]${word.slice(1)}|${word.toUpperCase()}`)
  .join('|')})`;
