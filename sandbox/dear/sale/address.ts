import { COUNTRY_CODES, englishNames } from '../../kit/text.ts';
import type { BillingAddressRequest, ShippingAddressRequest } from '../requests.ts';
import type { AddressRecord } from '../state.ts';

const unicode = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'code' });
const nameOfCode = new Map([...COUNTRY_CODES].map((code) => [code, unicode.of(code) ?? code]));
const codeOfName = new Map([
  ...[...COUNTRY_CODES].flatMap((code) =>
    englishNames(code).map((name) => [name.toLowerCase(), code] as const),
  ),
  ...[...nameOfCode].map(([code, name]) => [name.toLowerCase(), code] as const),
]);

/** The ISO 3166-1 alpha-2 code of a code or an English name; a text that is neither stays as it is. */
export function toCountryCode(text: string): string {
  const upper = text.toUpperCase();
  return nameOfCode.has(upper) ? upper : (codeOfName.get(text.toLowerCase()) ?? text);
}

function toCountryName(code: string): string {
  return nameOfCode.get(code) ?? code;
}

/** `Regular` gives names, `Code2` ISO 3166-1 alpha-2. */
export type CountryFormat = 'Regular' | 'Code2';

export function toWireAddress(address: AddressRecord, format: CountryFormat) {
  const country = address.country === null ? null : countryText(address.country, format);
  return {
    DisplayAddressLine1: address.displayLine1 ?? joined([address.line1, address.line2]),
    DisplayAddressLine2:
      address.displayLine2 ?? joined([address.city, address.state, address.postcode, country]),
    Line1: address.line1,
    Line2: address.line2,
    City: address.city,
    State: address.state,
    Postcode: address.postcode,
    Country: country,
  };
}

export function toWireShippingAddress(address: AddressRecord, format: CountryFormat) {
  return {
    ...toWireAddress(address, format),
    Company: address.company,
    Contact: address.contact,
    ShipToOther: address.shipToOther,
  };
}

function countryText(country: string, format: CountryFormat): string {
  return format === 'Code2' ? country : toCountryName(country);
}

function joined(parts: ReadonlyArray<string | null>): string {
  return parts.filter((part) => part !== null && part !== '').join(' ');
}

/** From a request, which has the parts only. The display lines are made from them, per the blueprint. */
export function toAddress(address: BillingAddressRequest | ShippingAddressRequest): AddressRecord {
  return {
    line1: address.Line1,
    line2: address.Line2 ?? null,
    city: address.City ?? null,
    state: address.State ?? null,
    postcode: address.Postcode ?? null,
    country: toCountryCode(address.Country),
    company: typeof address.Company === 'string' ? address.Company : null,
    contact: typeof address.Contact === 'string' ? address.Contact : null,
    displayLine1: null,
    displayLine2: null,
    shipToOther: address.ShipToOther === true,
  };
}

export function noAddress(): AddressRecord {
  return {
    line1: null,
    line2: null,
    city: null,
    state: null,
    postcode: null,
    country: null,
    company: null,
    contact: null,
    displayLine1: null,
    displayLine2: null,
    shipToOther: false,
  };
}
