import { foldedWords } from '../text.ts';
import { STATES } from './country-tables.ts';

interface State {
  readonly code: string;
  readonly names: readonly string[];
  readonly postcodes: RegExp | null;
}

/** Other names that people write. */
const OTHER_NAMES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
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
    const all = [code, ...names, ...(OTHER_NAMES[country]?.[code] ?? [])];
    return { code, names: all.map(nameKey), postcodes: postcodes ? new RegExp(`^(?:${postcodes})`) : null };
  });
}

function nameKey(text: string): string {
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
  const key = nameKey(text);
  const named = getStates(country).find(({ names }) => key !== '' && names.includes(key));
  return named?.code ?? stateOfPostcode(country, postcode);
}

function stateOfPostcode(country: string, postcode: string): string {
  const plain = postcode.trim().toUpperCase();
  if (WHOLE_POSTCODE[country]?.test(plain) !== true) return '';
  const matching = getStates(country).filter(({ postcodes }) => postcodes?.test(plain));
  return matching.length === 1 ? (matching[0]?.code ?? '') : '';
}
