import { contradictions } from './address-comparison.ts';
import { tidyAddress } from './address-parts.ts';
import { requiredParts, toCountryCode, whyNoCountry } from './country.ts';
import { hasStates, toStateCode } from './state-code.ts';

/** A postal address as DEAR gives it. A text that DEAR leaves empty is ''. */
export interface PostalAddress {
  readonly line1: string;
  readonly line2: string;
  readonly city: string;
  readonly state: string;
  readonly postcode: string;
  /** ISO 3166-1 alpha-2 where it is known, else as DEAR has it. */
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

/**
 * The names of the parts that a parcel to this country cannot do without and that are missing, in reading order. A street and
 * a country always; city and postcode where the country's addresses have them; a state only where carriers insist on its
 * abbreviation and the postcode does not tell it. Where a country asks for an area beside or instead of a city (Hong Kong, the
 * Emirates), either will do.
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
 * Why a parcel cannot be addressed, as one sentence without the address itself; '' where it can. A person sees both versions
 * through `addressVersions`.
 */
export function whyNotAddressable(address: PostalAddress): string {
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

/** What DEAR's display lines show of an address whose fields for it are empty; ''. */
function shownBeside({ line1, line2, city, state, postcode, ...shown }: PostalAddress): string {
  const isEmpty = (...parts: readonly string[]) => parts.every((part) => part.trim() === '');
  if (!isEmpty(line1) || isEmpty(shown.displayLine1)) return '';
  return isEmpty(line2, city, state, postcode)
    ? ' DEAR shows an address, but its separate fields are empty.'
    : ' DEAR shows a street, but its separate field is empty.';
}

function whyNotKnown({ country, state, postcode }: PostalAddress): string {
  if (toCountryCode(country) === '') {
    return `The country of the delivery address ${whyNoCountry(country)}.`;
  }
  return hasStates(country) && toStateCode(country, state, postcode) === ''
    ? 'The state of the delivery address is not one that we know, and its postcode does not tell it: write its abbreviation.'
    : '';
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
