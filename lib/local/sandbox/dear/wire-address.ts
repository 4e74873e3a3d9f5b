import { toCountryName } from './country.ts';
import type { AddressRecord } from './state.ts';

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
