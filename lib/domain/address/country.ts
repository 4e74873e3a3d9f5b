import { foldedWords } from '../text.ts';
import { NO_OFFICIAL_CODE, OTHER_NAMES, SEVERAL_COUNTRIES } from './country-names.ts';
import { COUNTRIES, STATES } from './country-tables.ts';

/** Parts of an address by Google's letters: A street, C city, S state, Z postcode. */
type AddressPart = 'A' | 'C' | 'S' | 'Z';

interface Country {
  readonly code: string;
  readonly alpha3: string;
  readonly required: ReadonlySet<AddressPart>;
  readonly names: readonly string[];
}

/** Words for a form of state, with and without which a name means the same country. */
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

/** Built for the first text that is no code, because Unicode's names alone take some 20 ms and DEAR sends codes. */
function byName(): ReadonlyMap<string, string> {
  codesByName ??= unambiguous(
    [...known().values()].flatMap(({ code, names }) => {
      const all = [countryName(code), ...names, ...(OTHER_NAMES[code] ?? [])];
      return [...new Set(all.map(nameKey))].map((name) => [name, code] as const);
    }),
  );
  return codesByName;
}

/** Without names that two countries have. */
function unambiguous(candidates: ReadonlyArray<readonly [string, string]>): Map<string, string> {
  const codes = new Map(candidates);
  for (const [name, code] of candidates) if (codes.get(name) !== code) codes.delete(name);
  return codes;
}

/** The significant words, sorted: one key for "Korea, Republic of" and "The Republic of Korea". */
function nameKey(text: string): string {
  return foldedWords(text.replaceAll(/[.'’‘`]/g, ''))
    .filter((word) => !SILENT.has(word))
    .map((word) => LONG_FORMS[word] ?? word)
    .sort()
    .join(' ');
}

/**
 * The ISO 3166-1 alpha-2 code of a country that is written as a code of two or three letters or by an English name; '' if
 * it is none of these. Only the 249 officially assigned codes are returned: not UK, EU, FX, XK, ZZ or a retired one.
 */
export function toCountryCode(text: string): string {
  return toCode(text) || codeOfName(text) || codeOfTwo(text);
}

/** Also with dots or blanks between the letters: "U.S.A.". */
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

/** "United States (US)", "Eswatini (Swaziland)", "Scotland, UK", as shop systems write it: both names have to agree. */
function codeOfTwo(text: string): string {
  const [, name, other] = /^(.+?)(?:\s*[,/(]\s*|\s+-\s+)(?:formerly\s)?([^()]+?)\)?\s*$/i.exec(text) ?? [];
  if (name === undefined || other === undefined) return '';
  const found = toCountryCode(name);
  return found === toCountryCode(other) ? found : '';
}

/**
 * Why a text that `toCountryCode` does not know is not usable, and what to do: a predicate for "the country …", without the
 * text itself.
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

/** The code in ISO 3166-1's three letters: `USA`; the text itself where it is no code. */
export function toAlpha3(code: string): string {
  return known().get(code)?.alpha3 ?? code;
}

/** The 249 codes, in order. */
export function countryCodes(): string[] {
  return [...known().keys()];
}

interface State {
  readonly code: string;
  readonly names: readonly string[];
  readonly postcodes: RegExp | null;
}

/** Other names that people write. */
const OTHER_STATE_NAMES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  CA: { NL: ['Newfoundland', 'Labrador'], PE: ['PEI'], QC: ['PQ'], NT: ['NWT'], YT: ['Yukon Territory'] },
  US: {
    DC: ['Washington DC', 'Washington D.C.'],
    VI: ['US Virgin Islands', 'U.S. Virgin Islands'],
    MP: ['Northern Marianas'],
  },
};

/** A ZIP code that a spreadsheet stored as a number lacks its leading zeros, and would match another state. */
const WHOLE_POSTCODE: Readonly<Record<string, RegExp>> = {
  AU: /^\d{4}$/,
  CA: /^[A-Z]\d[A-Z]/,
  US: /^\d{5}(-?\d{4})?$/,
};

const states = new Map<string, readonly State[]>();

function getStates(country: string): readonly State[] {
  const known = states.get(country) ?? readStates(country);
  states.set(country, known);
  return known;
}

function readStates(country: string): State[] {
  const rows = STATES[country]?.trim().split('\n') ?? [];
  return rows.map((row) => {
    const [code = '', postcodes = '', ...names] = row.split('\t');
    const all = [code, ...names, ...(OTHER_STATE_NAMES[country]?.[code] ?? [])];
    return {
      code,
      names: all.map(stateKey),
      postcodes: postcodes ? new RegExp(`^(?:${postcodes})`) : null,
    };
  });
}

function stateKey(text: string): string {
  return foldedWords(text.replaceAll('.', '')).join('');
}

/** Whether the country's states are known, and parcels need their abbreviations. @param country ISO 3166-1 alpha-2 */
export function hasStates(country: string): boolean {
  return Object.hasOwn(STATES, country);
}

/**
 * The state's abbreviation in a country that has them (US, CA, AU): "Colorado" and "co" are CO. If the text is none of
 * its states, the postcode decides, if it is in one state only. '' if neither does.
 * @param country ISO 3166-1 alpha-2
 */
export function toStateCode(country: string, text: string, postcode: string): string {
  const key = stateKey(text);
  const named = getStates(country).find(({ names }) => key !== '' && names.includes(key));
  return named?.code ?? stateOfPostcode(country, postcode);
}

function stateOfPostcode(country: string, postcode: string): string {
  const plain = postcode.trim().toUpperCase();
  if (WHOLE_POSTCODE[country]?.test(plain) !== true) return '';
  const matching = getStates(country).filter(({ postcodes }) => postcodes?.test(plain));
  return matching.length === 1 ? (matching[0]?.code ?? '') : '';
}
