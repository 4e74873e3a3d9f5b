import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countryCodes,
  countryName,
  toCountryCode,
  whyNoCountry,
} from '../../../lib/domain/address/country.ts';
import { makeTables, TABLES } from '../country-tables/make-country-tables.ts';

/** The officially assigned codes of ISO 3166-1, written down apart from the package that the tables are made of. */
const OFFICIAL = `
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF
CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH
GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW
KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG
NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN
SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT
ZA ZM ZW`
  .trim()
  .split(/\s+/);
const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

describe('countryCodes', () => {
  it('returns the 249 officially assigned codes', () => {
    expect(OFFICIAL).toHaveLength(249);
    expect(countryCodes()).toEqual(OFFICIAL);
  });

  it('match the tables of the source packages', () => {
    expect(readFileSync(TABLES, 'utf8')).toBe(makeTables());
  });
});

describe('toCountryCode', () => {
  it.each(OFFICIAL)('finds %s by its code in any case, and by its Unicode name', (code) => {
    const name = new Intl.DisplayNames('en', { type: 'region' }).of(code) ?? '';
    for (const text of [
      code,
      code.toLowerCase(),
      ` ${code} `,
      name,
      name.toUpperCase(),
      name.normalize('NFD'),
    ]) {
      expect([text, toCountryCode(text)]).toEqual([text, code]);
    }
    expect(countryName(code)).toBe(name);
  });

  it('finds each country by its alpha-3 code', () => {
    const rows = readFileSync(TABLES, 'utf8').matchAll(/^([A-Z]{2})\|([A-Z]{3})\|/gm);
    const pairs = [...rows].map(([, alpha2 = '', alpha3 = '']) => [alpha3, alpha2] as const);
    expect(new Set(pairs.map(([alpha3]) => alpha3)).size).toBe(249);
    for (const [alpha3, alpha2] of pairs) expect([alpha3, toCountryCode(alpha3)]).toEqual([alpha3, alpha2]);
    expect([toCountryCode('AND'), toCountryCode('isl'), toCountryCode('DEU')]).toEqual(['AD', 'IS', 'DE']);
  });

  it('accepts no other pair of letters, except UK for GB', () => {
    for (const pair of LETTERS.flatMap((first) => LETTERS.map((second) => first + second))) {
      const expected = pair === 'UK' ? 'GB' : OFFICIAL.includes(pair) ? pair : '';
      expect([pair, toCountryCode(pair)]).toEqual([pair, expected]);
    }
  });

  it.each<[code: string, texts: readonly string[]]>([
    [
      'US',
      [
        'U.S.A.',
        'USA',
        'U S A',
        'U.S.',
        'United States of America',
        'The United States',
        'United States (US)',
      ],
    ],
    [
      'GB',
      [
        'uk',
        'U.K.',
        'England',
        'Scotland',
        'Wales',
        'Northern Ireland',
        'Great Britain',
        'United Kingdom (UK)',
      ],
    ],
    ['GB', ['United Kingdom of Great Britain & Northern Ireland']],
    ['IE', ['Republic of Ireland', 'Eire', 'Ireland (IE)']],
    ['NL', ['The Netherlands', 'Holland', 'Netherlands (Kingdom of the)', 'Kingdom of the Netherlands']],
    ['KR', ['South Korea', 'Republic of Korea', 'Korea, Republic of', 'Korea (Republic of)']],
    ['KP', ['North Korea', "Korea, Democratic People's Republic of"]],
    ['VN', ['Viet Nam', 'vietnam']],
    ['CI', ["Côte d'Ivoire", 'Cote d’Ivoire', 'COTE D IVOIRE', 'Ivory Coast']],
    [
      'CD',
      [
        'Democratic Republic of the Congo',
        'Congo, The Democratic Republic of the',
        'DR Congo',
        'Congo (Kinshasa)',
      ],
    ],
    ['CG', ['Republic of the Congo', 'Congo - Brazzaville', 'Congo (Brazzaville)']],
    ['CZ', ['Czechia', 'Czech Republic', 'The Czech Republic']],
    ['TR', ['Türkiye', 'Turkiye', 'TÜRKİYE', 'Türkıye', 'Turkey']],
    ['MK', ['North Macedonia', 'Macedonia, the former Yugoslav Republic of']],
    ['MM', ['Burma', 'Myanmar', 'Myanmar (Burma)']],
    ['SZ', ['Swaziland', 'Eswatini']],
    ['CV', ['Cape Verde', 'Cabo Verde']],
    ['TL', ['East Timor', 'Timor-Leste']],
    ['RU', ['Russia', 'Russian Federation']],
    ['LA', ['Laos', 'Lao PDR', 'Lao People’s Democratic Republic']],
    ['BO', ['Bolivia', 'Bolivia (Plurinational State of)', 'Bolivia, Plurinational State of']],
    ['VE', ['Venezuela, Bolivarian Republic of']],
    ['IR', ['Iran, Islamic Republic of']],
    ['TZ', ['Tanzania, United Republic of']],
    ['MD', ['Moldova, Republic of', 'Moldova (the Republic of)']],
    ['SY', ['Syrian Arab Republic']],
    ['FM', ['Micronesia, Federated States of', 'Micronesia (Federated States of)']],
    ['PS', ['Palestine, State of', 'Palestinian Territory, Occupied']],
    ['HK', ['Hong Kong', 'Hong Kong SAR', 'Hong Kong SAR China', 'Hong Kong S.A.R.']],
    ['MO', ['Macau', 'Macao', 'Macao S.A.R., China']],
    ['TW', ['Taiwan', 'Taiwan, Province of China', 'Republic of China']],
    ['CN', ['China', "People's Republic of China", 'P.R. China', 'PRC']],
    ['VA', ['Holy See', 'Vatican City', 'Holy See (Vatican City State)', 'Vatican']],
    ['VG', ['Virgin Islands, British', 'Virgin Islands (British)']],
    ['VI', ['Virgin Islands, U.S.', 'Virgin Islands (US)', 'US Virgin Islands']],
    ['SX', ['Sint Maarten (Dutch part)', 'Saint Martin (Dutch part)']],
    ['MF', ['Saint Martin (French part)', 'St. Martin']],
    ['LC', ['St Lucia', 'Saint Lucia', 'ST. LUCIA']],
    ['KN', ['St. Kitts & Nevis', 'Saint Kitts and Nevis']],
    ['AE', ['U.A.E.', 'UAE', 'United Arab Emirates']],
    ['DE', ['Federal Republic of Germany', 'GERMANY']],
    ['ES', ['Kingdom of Spain', 'Canary Islands']],
    ['SH', ['Ascension Island', 'Tristan da Cunha', 'St. Helena']],
    ['CD', ['Congo, Dem. Rep.', 'Congo, Dem. Rep. of the', 'Dem. Rep. Congo', 'Congo (DRC)', 'D.R. Congo']],
    ['CG', ['Congo, Rep.', 'Rep. of the Congo', 'Congo (Rep.)', 'Congo-Brazzaville']],
    ['KR', ['Korea, Rep.', 'Rep. of Korea', 'S. Korea', 'Korea, South']],
    ['KP', ['Korea, Dem. Rep.', 'Korea, Dem. People’s Rep.', 'N. Korea', 'Korea, North']],
    ['EG', ['Egypt, Arab Rep.']],
    ['IR', ['Iran, Islamic Rep.', 'Iran (Islamic Rep. of)']],
    ['VE', ['Venezuela, RB', 'Venezuela, Bolivarian Rep.']],
    ['YE', ['Yemen, Rep.']],
    ['FM', ['Micronesia, Fed. Sts.', 'Fed. States of Micronesia']],
    ['SO', ['Somalia, Fed. Rep.']],
    ['KG', ['Kyrgyz Republic', 'Kyrgyz Rep.']],
    ['SK', ['Slovak Rep.', 'Slovak Republic']],
    ['DO', ['Dominican Rep.']],
    ['DM', ['Dominica']],
    ['CF', ['Central African Rep.']],
    ['LA', ['Lao People’s Dem. Rep.', 'Lao P.D.R.']],
    ['TZ', ['United Rep. of Tanzania', 'Tanzania, United Rep.']],
    ['MK', ['Macedonia', 'Macedonia, FYR', 'Macedonia, The Former Yugoslav Rep. of']],
    ['BS', ['Bahamas, The', 'The Bahamas']],
    ['GM', ['Gambia, The', 'The Gambia']],
    ['BL', ['St. Barts', 'St Barths', 'St. Barth', 'Saint-Barthélemy', 'Saint Barthelemy', 'St. Barthélemy']],
    ['LC', ['St. Lucia']],
    ['VC', ['St. Vincent', 'St Vincent & the Grenadines', 'Saint Vincent and Grenadines']],
    ['KN', ['St. Kitts', 'St Kitts-Nevis', 'Saint Christopher and Nevis']],
    ['PM', ['St. Pierre and Miquelon', 'Saint-Pierre-et-Miquelon']],
    ['SH', ['Saint Helena, Ascension, and Tristan da Cunha']],
    ['BQ', ['Bonaire, Saint Eustatius and Saba', 'Caribbean Netherlands', 'Sint Eustatius']],
    ['GS', ['South Georgia/Sandwich Islands', 'South Georgia & South Sandwich Islands']],
    ['MP', ['N. Mariana Islands', 'Northern Marianas']],
    ['SS', ['S. Sudan', 'South Sudan']],
    ['EH', ['W. Sahara', 'Western Sahara']],
    ['VG', ['Br. Virgin Islands', 'British Virgin Is.', 'Virgin Islands (UK)']],
    ['PF', ['Fr. Polynesia', 'French Polynesia']],
    ['CV', ['Cabo Verde (Cape Verde)']],
    ['SZ', ['Eswatini (Swaziland)', 'Eswatini (formerly Swaziland)']],
    ['CI', ["Cote d'Ivoire (Ivory Coast)", "Ivory Coast (Cote d'Ivoire)"]],
    ['TR', ['Turkey (Türkiye)', 'Türkiye, Republic of']],
    ['GB', ['United Kingdom, England', 'Scotland, UK', 'Great Britain and Northern Ireland']],
    ['US', ['United States - US', 'USA (United States)']],
    ['PR', ['Puerto Rico (US)']],
    ['HK', ['Hong Kong, China', 'China (Hong Kong)', 'Hong Kong SAR, China']],
    ['TW', ['Taiwan (ROC)', 'Taiwan, China', 'Republic of China (Taiwan)']],
    ['PS', ['West Bank and Gaza', 'Palestinian Territories']],
    ['ST', ['Sao Tome', 'São Tomé e Príncipe']],
    ['DE', ['Deutschland']],
    ['AT', ['Österreich']],
    ['ES', ['España']],
    ['AX', ['Åland Islands', 'Aland Islands', 'Åland']],
    ['RE', ['Reunion', 'Réunion']],
    ['CW', ['Curacao', 'Curaçao']],
    ['ST', ['Sao Tome and Principe', 'São Tomé & Príncipe']],
    ['BN', ['Brunei Darussalam', 'Brunei']],
    ['GM', ['The Gambia', 'Gambia']],
    ['BS', ['The Bahamas', 'Bahamas (the)']],
  ])('finds %s by names that people and shops write: %j', (code, texts) => {
    for (const text of texts) expect([text, toCountryCode(text)]).toEqual([text, code]);
  });

  it.each([
    // Reserved, retired, user-assigned, of a union.
    ...[
      'ZZ',
      'EU',
      'FX',
      'QO',
      'XA',
      'XK',
      'AN',
      'YU',
      'DD',
      'SU',
      'CS',
      'TP',
      'ZR',
      'BU',
      'AC',
      'TA',
      'IC',
      'EA',
      'UN',
      'EZ',
    ],
    ...['SUN', 'YUG', 'DDR', 'ANT', 'FXX', 'XKX', 'EUR', 'ROM', 'ZAR'],
    ...[
      'European Union',
      'Eurozone',
      'Soviet Union',
      'German Democratic Republic',
      'Netherlands Antilles',
      'Yugoslavia',
    ],
    // Of two countries, or none.
    ...[
      'Korea',
      'Congo',
      'Virgin Islands',
      'Kosovo',
      'Channel Islands',
      'Northern Cyprus',
      'Germany (FR)',
      'Atlantis',
    ],
    ...['', ' ', '-', 'the', 'Republic', 'United', 'N/A', 'X', '🇫🇷'],
  ])('does not find a country for %j', (text) => {
    expect(toCountryCode(text)).toBe('');
  });

  it.each([
    ...['Kosovo', 'XK', 'xkx', 'Republic of Kosovo', 'Kosovo, Republic of', 'Kosova', 'Kosovo (XK)'].map(
      (text) => [
        text,
        'has no official code (ISO 3166-1), so the service cannot be sent an order for it: ship ',
      ],
    ),
    ['Northern Cyprus', 'has no official code'],
    ...['Korea', 'The Congo', 'Virgin Islands', 'Channel Islands', 'Netherlands Antilles', 'Yugoslavia'].map(
      (text) => [text, 'could be more than one country of today: write the two letters'],
    ),
    ...['Atlantis', 'Untied States', 'EU'].map((text) => [text, 'is not one that we know: write']),
  ])('explains why %j is rejected, and what to write', (text = '', why) => {
    expect(toCountryCode(text)).toBe('');
    expect(whyNoCountry(text)).toContain(why);
  });

  it('returns one of the 249 codes or none for any text', () => {
    const words = fc.constantFrom(
      'united',
      'states',
      'republic',
      'of',
      'the',
      'korea',
      'guinea',
      'islands',
      'X',
      'st',
      '(US)',
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(words).map((list) => list.join(' ')),
    );
    fc.assert(fc.property(texts, (text) => ['', ...OFFICIAL].includes(toCountryCode(text))));
  });
});
