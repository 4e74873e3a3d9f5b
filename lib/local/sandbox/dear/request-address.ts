import { toCountryCode } from './country.ts';
import type { BillingAddressRequest } from './header-requests.ts';
import type { ShippingAddressRequest } from './requests.ts';
import type { AddressRecord } from './state.ts';

/** As the API takes one: by its parts. The display lines are put together from them, per the blueprint. */
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
