import { foldedWords } from '../text.ts';
import { COUNTRIES } from './country-tables.ts';

/**
 * English names beside those of the tables and of Unicode: what shop systems, carriers, statistics and people write,
 * some by the country's own name. A name that could
 * mean two countries (Korea, Congo, Virgin Islands) is left out: nobody can tell which of them a parcel is for.
 */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  AE: ['Emirates', 'UAE'],
  AG: ['Antigua', 'Barbuda', 'Antigua and Barb'],
  AT: ['Österreich', 'Oesterreich'],
  AX: ['Aland'],
  BA: ['Bosnia', 'Bosnia-Hercegovina', 'Bosnia and Herz'],
  BE: ['België', 'Belgique', 'Belgien'],
  BF: ['Upper Volta'],
  BL: ['St Barts', 'St Barths', 'St Barth'],
  BN: ['Brunei'],
  BO: ['Plurinational State of Bolivia'],
  BQ: [
    'Bonaire',
    'Caribbean Netherlands',
    'Bonaire, Saint Eustatius and Saba',
    'Saba',
    'Sint Eustatius',
    'Saint Eustatius',
  ],
  BR: ['Brasil'],
  BY: ['Belorussia', 'Byelorussia'],
  CC: ['Cocos Islands', 'Keeling Islands'],
  CD: [
    'DR Congo',
    'DRC',
    'Congo (the Democratic Republic of the)',
    'Zaire',
    'Congo DRC',
    'RD Congo',
    'Congo Dem Rep',
  ],
  CG: ['Congo Republic'],
  CH: ['Schweiz', 'Suisse', 'Svizzera', 'Swiss Confederation'],
  CI: ['Cote d Ivoire', 'Republic of Ivory Coast'],
  CN: ['PR China', 'PRC', 'Mainland China'],
  CV: ['Cabo Verde', 'Cape Verde Islands'],
  CZ: ['Czech Rep', 'Česko', 'Česká republika'],
  DE: ['Deutschland'],
  DK: ['Danmark'],
  EC: ['Galapagos Islands'],
  // Reserved for areas that have no code of their own; their goods go to the country.
  ES: ['Canary Islands', 'Ceuta', 'Melilla', 'España'],
  FI: ['Suomi'],
  FK: ['Falkland Islands (Malvinas)', 'Falkland Islands (Islas Malvinas)', 'Falklands'],
  FM: ['Micronesia', 'Federated States of Micronesia'],
  FO: ['Faroes', 'Faeroe Islands'],
  FR: ['Metropolitan France', 'French Republic', 'Corsica'],
  GB: [
    'England',
    'Scotland',
    'Wales',
    'Northern Ireland',
    'N Ireland',
    'UK',
    'Britain',
    'United Kingdom of Great Britain and Northern Ireland',
    'Great Britain and Northern Ireland',
  ],
  GF: ['French Guyana'],
  GG: ['Guernsey, Channel Islands'],
  GR: ['Hellenic Republic', 'Hellas', 'Hellenic Rep'],
  GS: ['South Georgia', 'South Georgia and Sandwich Islands', 'South Georgia/Sandwich Islands'],
  HK: ['Hong Kong', 'Hong Kong SAR', 'Hong Kong S.A.R., China', 'Hong Kong, China'],
  HR: ['Hrvatska'],
  HU: ['Magyarország'],
  IE: ['Eire'],
  IM: ['Isle of Man (UK)'],
  IR: ['Persia'],
  IS: ['Ísland'],
  IT: ['Italia', 'Sicily', 'Sardinia'],
  JE: ['Jersey, Channel Islands', 'Jersey, CI'],
  KG: ['Kyrgyz Republic', 'Kirghizia'],
  KH: ['Kampuchea'],
  KM: ['Comoro Islands', 'Union of Comoros'],
  KN: ['Saint Kitts', 'Nevis', 'Saint Christopher and Nevis'],
  KP: ["Democratic People's Republic of Korea", 'North Korea', 'DPRK', 'Korea, Democratic Republic of'],
  KR: ['Korea (South)', 'S Korea', 'ROK'],
  KY: ['Caymans'],
  KZ: ['Kazakstan'],
  LA: ['Lao', 'Laos', 'Lao PDR', "Lao People's Democratic Republic"],
  LB: ['Lebanese Republic'],
  LK: ['Ceylon'],
  LY: ['Libyan Arab Jamahiriya', 'Libya Arab Jamahiriya'],
  MD: ['Moldova', 'Republic of Moldova', 'Moldavia'],
  MF: ['Saint Martin (French part)', 'Saint-Martin'],
  MK: ['Macedonia', 'FYROM', 'The former Yugoslav Republic of Macedonia', 'Macedonia, FYR'],
  MM: ['Burma', 'Union of Myanmar'],
  MO: ['Macau', 'Macao', 'Macao SAR', 'Macau SAR', 'Macao S.A.R., China', 'Macau, China', 'Macao, China'],
  MP: ['Northern Marianas'],
  MV: ['Maldive Islands'],
  NL: ['Holland', 'The Netherlands', 'Nederland'],
  NO: ['Norge'],
  PF: ['Tahiti'],
  PL: ['Polska'],
  PM: ['Saint Pierre', 'Saint-Pierre-et-Miquelon'],
  PR: ['Puerto Rico (US)', 'Puerto Rico, USA'],
  PS: [
    'Occupied Palestinian Territory',
    'Palestinian Territory',
    'West Bank',
    'Gaza',
    'Palestinian Authority',
    'West Bank and Gaza',
    'Gaza Strip',
  ],
  PT: ['Azores', 'Madeira', 'Portuguese Republic'],
  PW: ['Belau'],
  RE: ['Reunion Island', 'La Reunion'],
  RU: ['Russia', 'Russian Federation'],
  SA: ['KSA'],
  SE: ['Sverige'],
  SH: [
    'St Helena',
    'Ascension',
    'Ascension Island',
    'Tristan da Cunha',
    'Saint Helena, Ascension and Tristan da Cunha',
  ],
  SI: ['Slovenija'],
  SJ: ['Svalbard', 'Jan Mayen', 'Svalbard and Jan Mayen Islands'],
  SK: ['Slovak Republic', 'Slovensko'],
  SR: ['Surinam'],
  ST: ['Sao Tome', 'Sao Tome e Principe'],
  SX: ['Saint Martin (Dutch part)', 'Sint Maarten (Dutch part)', 'St Maarten'],
  SY: ['Syrian Arab Republic', 'Syria'],
  SZ: ['Swaziland'],
  TC: ['Turks and Caicos'],
  TF: ['French Southern and Antarctic Lands'],
  TH: ['Siam'],
  TL: ['East Timor'],
  TR: ['Turkey'],
  TT: ['Trinidad', 'Tobago'],
  TW: [
    'Taiwan',
    'Republic of China',
    'Chinese Taipei',
    'Taiwan, Republic of China',
    'Taiwan, ROC',
    'Taiwan, China',
  ],
  TZ: ['United Republic of Tanzania', 'Zanzibar'],
  UM: [
    'US Minor Outlying Islands',
    'United States (US) Minor Outlying Islands',
    'Wake Island',
    'Midway Islands',
  ],
  US: ['United States', 'America', 'USA', 'US of A'],
  UZ: ['Uzbekistan Republic'],
  VA: ['Holy See', 'Vatican', 'Vatican City', 'Vatican City State', 'Holy See (Vatican City State)'],
  VC: ['Saint Vincent', 'Grenadines'],
  VE: ['Bolivarian Republic of Venezuela', 'Venezuela, RB'],
  VG: ['Virgin Islands (British)', 'BVI', 'Virgin Islands, UK'],
  VI: [
    'Virgin Islands (US)',
    'Virgin Islands (U.S.)',
    'United States Virgin Islands',
    'USVI',
    'American Virgin Islands',
  ],
  VN: ['Vietnam', 'Viet Nam'],
  WF: ['Wallis and Futuna Islands', 'Wallis'],
  WS: ['Western Samoa'],
  ZA: ['RSA', 'South African Republic'],
};

/** Places that parcels go to and that have no officially assigned code. Carriers have one of their own for Kosovo, not the same. */
const NO_OFFICIAL_CODE: readonly string[] = [
  ...[
    'XK',
    'XKX',
    'XKS',
    'UNK',
    'Kosovo',
    'Republic of Kosovo',
    'Kosova',
    'Kosovo (UNMIK)',
    'Kosovo under UNSCR 1244',
  ],
  ...[
    'Northern Cyprus',
    'TRNC',
    'Turkish Republic of Northern Cyprus',
    'Somaliland',
    'Abkhazia',
    'South Ossetia',
    'Transnistria',
  ],
];

/** Names that two countries have, or that a country had which is several today. */
const SEVERAL_COUNTRIES: readonly string[] = [
  ...['Korea', 'Congo', 'Virgin Islands', 'Channel Islands', 'Netherlands Antilles', 'Serbia and Montenegro'],
  ...['Serbia-Montenegro', 'Yugoslavia', 'Czechoslovakia', 'Soviet Union', 'USSR'],
];

/** Parts of an address in Google's letters: A street, C city, S state, Z postcode. */
type AddressPart = 'A' | 'C' | 'S' | 'Z';

interface Country {
  readonly code: string;
  readonly alpha3: string;
  readonly required: ReadonlySet<AddressPart>;
  readonly names: readonly string[];
}

/** Words of a country's form of state: it has the same goods with and without them. */
const FORM_OF_STATE = new Set(
  'arab commonwealth democratic duchy federal federated federation federative grand hashemite islamic kingdom peoples principality republic socialist state sultanate'.split(
    ' ',
  ),
);
const SILENT = new Set(['the', 'of', 'and']);
const LONG_FORMS: Readonly<Record<string, string>> = {
  br: 'british',
  brit: 'british',
  dem: 'democratic',
  eq: 'equatorial',
  fed: 'federated',
  fr: 'french',
  is: 'islands',
  island: 'islands',
  n: 'north',
  northern: 'north',
  prov: 'province',
  rep: 'republic',
  s: 'south',
  southern: 'south',
  st: 'saint',
  sts: 'states',
  utd: 'united',
  w: 'west',
  western: 'west',
};

let countries: ReadonlyMap<string, Country> | undefined;
let codesByName: ReadonlyMap<string, string> | undefined;

/** By alpha-2. */
function known(): ReadonlyMap<string, Country> {
  countries ??= new Map(
    COUNTRIES.trim()
      .split('\n')
      .map((row): [string, Country] => {
        const [code = '', alpha3 = '', required = '', ...names] = row.split('|');
        return [code, { code, alpha3, required: new Set(required) as Set<AddressPart>, names }];
      }),
  );
  return countries;
}

/** Made at the first text that is no code: Unicode's names alone take some 20 ms, and DEAR sends codes. */
function byName(): ReadonlyMap<string, string> {
  codesByName ??= unambiguous(
    [...known().values()].flatMap(({ code, names }) => {
      const all = [countryName(code), ...names, ...(OTHER_NAMES[code] ?? [])];
      return [...new Set(all.map(nameKey))].map((name) => [name, code] as const);
    }),
  );
  return codesByName;
}

/** A name that two countries have is none's. */
function unambiguous(candidates: ReadonlyArray<readonly [string, string]>): Map<string, string> {
  const codes = new Map(candidates);
  for (const [name, code] of candidates) if (codes.get(name) !== code) codes.delete(name);
  return codes;
}

/** One key for "Korea, Republic of" and "The Republic of Korea": the words that carry meaning, sorted. */
function nameKey(text: string): string {
  return foldedWords(text.replaceAll(/[.'’‘`]/g, ''))
    .filter((word) => !SILENT.has(word))
    .map((word) => LONG_FORMS[word] ?? word)
    .sort()
    .join(' ');
}

/**
 * The ISO 3166-1 alpha-2 code of a country that is written as a code of two or three letters or by an English name; '' where
 * it is none of these. Only the 249 officially assigned codes ever come out: not UK, EU, FX, XK, ZZ or a retired one.
 */
export function toCountryCode(text: string): string {
  return toCode(text) || codeOfName(text) || codeOfTwo(text);
}

/** Also with points or blanks between the letters: "U.S.A.". */
function toCode(text: string): string {
  const letters = text.replaceAll(/[.\s]/g, '').toUpperCase();
  if (letters.length === 3) return [...known().values()].find(({ alpha3 }) => alpha3 === letters)?.code ?? '';
  return known().get(letters)?.code ?? '';
}

function codeOfName(text: string): string {
  const key = nameKey(text);
  const withoutForm = key.split(' ').filter((word) => !FORM_OF_STATE.has(word));
  return byName().get(key) ?? byName().get(withoutForm.join(' ')) ?? '';
}

/** "United States (US)", "Eswatini (Swaziland)", "Scotland, UK", as shop systems write it: both have to agree. */
function codeOfTwo(text: string): string {
  const [, name, other] = /^(.+?)(?:\s*[,/(]\s*|\s+-\s+)(?:formerly\s)?([^()]+?)\)?\s*$/i.exec(text) ?? [];
  if (name === undefined || other === undefined) return '';
  const found = toCountryCode(name);
  return found === toCountryCode(other) ? found : '';
}

/**
 * Why a text that `toCountryCode` does not know is no country for a parcel, and what to do: what is said of "the country …",
 * without the text itself.
 */
export function whyNoCountry(text: string): string {
  const keys = [nameKey(text), nameKey(text.replace(/\(.*\)/, ''))];
  const isAmong = (names: readonly string[]) => names.some((name) => keys.includes(nameKey(name)));
  if (isAmong(NO_OFFICIAL_CODE))
    return 'has no official code (ISO 3166-1), so the service cannot be sent an order for it: ship the sale without the service and cancel this order, or write the country whose code its parcels travel under';
  if (isAmong(SEVERAL_COUNTRIES))
    return 'could be more than one country of today: write the two letters (ISO 3166-1) of the one that is meant';
  return 'is not one that we know: write its two letters (ISO 3166-1) or its English name';
}

let unicodeNames: Intl.DisplayNames | undefined;

/** Its English name. @param code of a country as `toCountryCode` gives it; another text comes back as it is */
export function countryName(code: string): string {
  if (!known().has(code)) return code;
  unicodeNames ??= new Intl.DisplayNames('en', { type: 'region', fallback: 'code' });
  return unicodeNames.of(code) ?? code;
}

const USUAL: ReadonlySet<AddressPart> = new Set(['A', 'C']);

/** What the addresses of a country need, by Google's address metadata. @param code '' for a country that is not known */
export function requiredParts(code: string): ReadonlySet<AddressPart> {
  return known().get(code)?.required ?? USUAL;
}

/** The 249 codes, in order. */
export function countryCodes(): string[] {
  return [...known().keys()];
}
