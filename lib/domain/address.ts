import { toCountryCode } from './country.ts';

/** A postal address as DEAR gives it. A text that DEAR leaves empty is ''. */
export interface PostalAddress {
  readonly line1: string;
  readonly line2: string;
  readonly city: string;
  readonly state: string;
  readonly postcode: string;
  /** ISO 3166-1 alpha-2 where DEAR was asked for it (`CountryFormat=Code2`), else as DEAR has it. */
  readonly country: string;
  /** The street as one text. DEAR fills this even where the structured fields are empty. */
  readonly displayLine1: string;
  /** City, state, postcode and country as one text. */
  readonly displayLine2: string;
}

export interface DeliveryAddress extends PostalAddress {
  readonly company: string;
  /** The person to deliver to. */
  readonly contact: string;
}

const REQUIRED: ReadonlyArray<readonly [keyof PostalAddress, string]> = [
  ['line1', 'street'],
  ['city', 'city'],
  ['postcode', 'postcode'],
  ['country', 'country'],
];

/** The names of the required parts that are missing, in reading order; none means that a parcel can be addressed. */
export function missingParts(address: PostalAddress): string[] {
  return REQUIRED.filter(([field]) => address[field].trim() === '').map(([, name]) => name);
}

/**
 * Why a parcel cannot be addressed, as one sentence without the address itself; '' where it can. A person sees both versions
 * through `addressVersions`.
 */
export function whyNotAddressable(address: PostalAddress): string {
  const missing = missingParts(address);
  if (missing.length > 0) {
    const shown =
      address.displayLine1 === '' ? '' : ' DEAR shows an address, but its separate fields are empty.';
    return `The delivery address lacks: ${missing.join(', ')}.${shown}`;
  }
  const differing = contradictions(address);
  if (differing.length > 0) {
    return `The delivery address that DEAR shows and its separate fields disagree in: ${differing.join(', ')}.`;
  }
  return toCountryCode(address.country) === ''
    ? 'The country of the delivery address is not one that we know.'
    : '';
}

/**
 * Parts that DEAR's display lines contradict. An address that was edited on the order screen differs from the one that the
 * API gives in its separate fields, and nobody can tell which of the two the customer lives at.
 */
function contradictions(address: PostalAddress): string[] {
  const street = words(`${address.line1} ${address.line2}`);
  const shownStreet = words(address.displayLine1);
  const shownPlace = ` ${words(address.displayLine2)} `;
  const inPlace = (text: string) => shownPlace.trim() === '' || shownPlace.includes(` ${words(text)} `);
  return [
    ...(shownStreet === '' || shownStreet === street ? [] : ['street']),
    ...(inPlace(address.city) ? [] : ['city']),
    ...(inPlace(address.postcode) ? [] : ['postcode']),
  ];
}

/** Commas, line breaks and case carry no meaning in an address. */
function words(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** Both versions of an address, each as one line: for a person who has to choose. Personal data. */
export function addressVersions(address: PostalAddress): { readonly fields: string; readonly shown: string } {
  const { line1, line2, city, state, postcode, country, displayLine1, displayLine2 } = address;
  const join = (parts: readonly string[]) => parts.filter((part) => part.trim() !== '').join(', ');
  return {
    fields: join([line1, line2, city, state, postcode, country]),
    shown: join([displayLine1, displayLine2]),
  };
}
