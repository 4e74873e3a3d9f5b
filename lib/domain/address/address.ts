import { foldedWords, foldText, oneLine, onlyVisible } from '../text.ts';
import { hasStates, requiredParts, toCountryCode, toStateCode, whyNoCountry } from './country.ts';

/** Words of one meaning, each line compared as its first word. `st` is a street and a saint on both sides. */
const SAME = [
  'st street str strasse straat saint sankt sainte',
  'rd road',
  'ave avenue av aven avda avenida',
  'blvd boulevard bd boul',
  'dr drive',
  'ln lane',
  'ct court',
  'pl place platz plaza',
  'sq square',
  'ter terrace terr',
  'cres crescent',
  'pkwy parkway',
  'hwy highway',
  'cir circle',
  'cl close',
  'gdns gardens',
  'trl trail',
  'wy way',
  'mt mount',
  'ft fort',
  'fl floor flr',
  'bldg building',
  'c calle',
  'r rue rua',
  'n north',
  's south',
  'e east',
  'w west',
  'ne northeast',
  'nw northwest',
  'se southeast',
  'sw southwest',
];
const SPELLING = new Map(
  SAME.flatMap((line) => {
    const words = line.split(' ');
    return words.map((word) => [word, words[0] ?? word] as const);
  }),
);
/** Words before a number that do not change its meaning, and fillers of a form. */
const SILENT = new Set('apt apartment appt flat unit suite ste room rm no nr number none null'.split(' '));

/**
 * The parts in which DEAR's display lines contradict the separate fields, in reading order. The display lines of an address that
 * was edited on the order screen differ from the separate fields of the API, and it is not known which of them is right. Another
 * spelling is no contradiction: case, accents, punctuation, Unicode form, an abbreviated street.
 */
function contradictions(address: PostalAddress): string[] {
  const street = joined(comparedWords(`${address.line1} ${address.line2}`));
  const shownStreet = joined(comparedWords(address.displayLine1));
  const place = comparedWords(address.displayLine2);
  const isShown = (text: string) => place.length === 0 || holdsRun(place, comparedWords(text).join(''));
  return [
    ...(shownStreet === '' || shownStreet === street ? [] : ['street']),
    ...(isShown(address.city) ? [] : ['city']),
    ...(isShown(address.postcode) ? [] : ['postcode']),
  ];
}

/** Whether two texts are spellings of the same postcode, with blanks or without: LS14AP is LS1 4AP, and 11455 is 114 55. */
export function isSamePostcode(one: string, other: string): boolean {
  return comparedWords(one).join('') === comparedWords(other).join('');
}

/** Whether two texts are spellings of the same street. */
export function isSameStreet(one: string, other: string): boolean {
  return joined(comparedWords(one)) === joined(comparedWords(other));
}

/** Not with \b, which takes the ı of `N/aı` for the end of a word. */
const NOT_APPLICABLE = /(?<![\p{L}\p{N}])n\/a(?![\p{L}\p{M}\p{N}])/giu;

function comparedWords(text: string): string[] {
  // The last four digits of a US postcode name a part of the same place.
  return foldedWords(text.replaceAll(/\b(\d{5})-\d{4}\b/g, '$1').replaceAll(NOT_APPLICABLE, ''))
    .filter((word) => !SILENT.has(word))
    .map((word) => compared(word));
}

/** Hauptstr. is Hauptstraße, and Müller may be written Mueller. */
function compared(word: string): string {
  const plain = word.replace(/(?<=.{2})(strasse|straat|str)$/, 'st').replace(/(?<=.{3})platz$/, 'pl');
  return (SPELLING.get(plain) ?? plain).replaceAll(/([aou])e/g, '$1');
}

/** Without blanks, whose places vary by spelling; two numbers stay apart. */
function joined(words: readonly string[]): string {
  return words.join(' ').replaceAll(/(?<!\d) | (?!\d)/g, '');
}

/** Whether adjacent words form the text, which has no blanks: LS1 4AP is LS14AP. */
function holdsRun(words: readonly string[], text: string): boolean {
  if (text === '') return true;
  return words.some((_, begin) =>
    words.some((_, end) => end >= begin && words.slice(begin, end + 1).join('') === text),
  );
}

/** Fillers of a required field. */
const PLACEHOLDER = /^(n ?\/ ?a|n\. ?a\.?|none|null|not applicable|undefined)$/;
/** Fillers in these parts only; elsewhere they may be a family name or the letter of a flat. */
const PLACEHOLDER_OF_A_PLACE = /^(na|nil|x+|tbc|tbd|unknown)$/;
const PLACE: ReadonlySet<string> = new Set(['line1', 'city', 'state', 'postcode']);
/** Real places with these names, by country: the town None, and Napoli's abbreviation. */
const PLACES: Readonly<Record<string, readonly string[]>> = { IT: ['none', 'na'] };

type Part = Exclude<keyof DeliveryAddress, 'displayLine1' | 'displayLine2' | 'country'>;
const PARTS: readonly Part[] = ['line1', 'line2', 'city', 'state', 'postcode', 'company', 'contact'];

/**
 * The address as it is stored and sent: without outer blanks and fillers ('-', 'N/A', a postcode of zeros), and with the ISO
 * 3166-1 code of a known country.
 */
export function tidyAddress<Address extends PostalAddress>(address: Address): Address {
  const country = toCountryCode(address.country);
  const parts: Partial<Record<Part, string>> = {};
  for (const part of PARTS.filter((name) => name in address)) {
    const given = (address as Address & DeliveryAddress)[part];
    const text = part === 'postcode' ? onlyVisible(given) : oneLine(given);
    parts[part] = isPlaceholder(part, text, country) ? '' : text;
  }
  return { ...address, ...parts, country: country || address.country.trim() };
}

function isPlaceholder(part: Part, text: string, country: string): boolean {
  if (!/[\p{L}\p{N}]/u.test(text)) return true;
  if (part === 'postcode' && /^[0\s-]+$/.test(text)) return true;
  const folded = foldText(text);
  if (PLACES[country]?.includes(folded) && part !== 'postcode') return false;
  return PLACEHOLDER.test(folded) || (PLACE.has(part) && PLACEHOLDER_OF_A_PLACE.test(folded));
}

/** A postal address as DEAR gives it. A text that DEAR leaves empty is ''. */
export interface PostalAddress {
  readonly line1: string;
  readonly line2: string;
  readonly city: string;
  readonly state: string;
  readonly postcode: string;
  /** ISO 3166-1 alpha-2 if known, else as DEAR has it. */
  readonly country: string;
  /** The street as one text. DEAR fills this even if the structured fields are empty. */
  readonly displayLine1: string;
  /** City, state, postcode and country as one text. */
  readonly displayLine2: string;
}

export interface DeliveryAddress extends PostalAddress {
  readonly company: string;
  /** The person to deliver to. */
  readonly contact: string;
}

/**
 * The names of missing parts that a parcel to this country requires, in reading order. A street and a country always; city and
 * postcode if the country's addresses have them; a state only if carriers require its abbreviation and the postcode does not
 * determine it. If a country has an area beside or instead of a city (Hong Kong, the Emirates), either is enough.
 */
export function missingParts(address: PostalAddress): string[] {
  const { line1, city, state, postcode, country } = tidyAddress(address);
  const required = requiredParts(country);
  const place = required.has('C') ? city : city || state;
  const needsPlace = required.has('C') || required.has('S');
  const needsState = hasStates(country) && state === '';
  return [
    ...(line1 === '' ? ['street'] : []),
    ...(needsPlace && place === '' ? ['city'] : []),
    ...(needsState && toStateCode(country, '', postcode) === '' ? ['state'] : []),
    ...(required.has('Z') && postcode === '' ? ['postcode'] : []),
    ...(country === '' ? ['country'] : []),
  ];
}

/**
 * Why a parcel cannot be addressed, as one sentence without the address; null if it can. `addressVersions` has both versions
 * for a person.
 */
export function whyNotAddressable(address: PostalAddress): string | null {
  const tidy = tidyAddress(address);
  const missing = missingParts(tidy);
  if (missing.length > 0) {
    return `The delivery address lacks: ${missing.join(', ')}.${shownBeside(tidy)}`;
  }
  const differing = contradictions(tidy);
  if (differing.length > 0) {
    return `The delivery address that DEAR shows and its separate fields disagree in: ${differing.join(', ')}.`;
  }
  return whyNotKnown(tidy);
}

/** A sentence about display lines whose separate fields are empty; ''. */
function shownBeside({ line1, line2, city, state, postcode, ...shown }: PostalAddress): string {
  const isEmpty = (...parts: readonly string[]) => parts.every((part) => part.trim() === '');
  if (!isEmpty(line1) || isEmpty(shown.displayLine1)) return '';
  return isEmpty(line2, city, state, postcode)
    ? ' DEAR shows an address, but its separate fields are empty.'
    : ' DEAR shows a street, but its separate field is empty.';
}

function whyNotKnown({ country, state, postcode }: PostalAddress): string | null {
  if (toCountryCode(country) === '') {
    return `The country of the delivery address ${whyNoCountry(country)}.`;
  }
  return hasStates(country) && toStateCode(country, state, postcode) === ''
    ? 'The state of the delivery address is not one that we know, and its postcode does not tell it: write its abbreviation.'
    : null;
}

/** Both versions of an address, each on one line, for a person who has to choose. Personal data. */
export function addressVersions(address: PostalAddress): { readonly fields: string; readonly shown: string } {
  const { line1, line2, city, state, postcode, country, displayLine1, displayLine2 } = address;
  const join = (parts: readonly string[]) => parts.filter((part) => part.trim() !== '').join(', ');
  return {
    fields: join([line1, line2, city, state, postcode, country]),
    shown: join([displayLine1, displayLine2]),
  };
}
