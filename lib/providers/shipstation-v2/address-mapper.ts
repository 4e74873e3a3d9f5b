import { countryName } from '../../domain/country.ts';
import type { OrderContent } from '../../domain/fulfillment-order.ts';
import { hasStates, toStateCode } from '../../domain/state-code.ts';
import { oneLine, onlyVisible } from '../../domain/text.ts';
import type { AddressRequest } from './order-request.ts';

/**
 * ShipStation's schema wants a phone for every address and DEAR often has none. A number that is nobody's passes the
 * schema and its ten-digit checks, and a carrier that insists on a real one says so when the label is bought.
 */
const NO_PHONE = '000-000-0000';
/** ShipStation's schema wants a postal code for every address; this is no place's. */
const NO_POSTCODE = '00000';

type Addressed = Pick<OrderContent, 'shipTo' | 'customer' | 'email' | 'phone'>;

/**
 * The delivery address as ShipStation takes it. Its schema requires at least one character in city, state and postal code
 * also of countries that have none of them; where one is empty, a text stands in that says nothing wrong: the country's name
 * for a city, its code for a state (carriers print two characters), zeros for a postal code. States of the US, Canada and
 * Australia are their abbreviations. ShipStation has no field for a customer beside the recipient, so a recipient without a
 * name gets the customer's.
 */
export function toAddress({ shipTo, customer, email, phone }: Addressed): AddressRequest {
  return {
    name: oneLine(shipTo.contact || customer || shipTo.company),
    phone: onlyVisible(phone) || NO_PHONE,
    ...(onlyVisible(email) !== '' && { email: onlyVisible(email) }),
    ...(shipTo.company !== '' && { company_name: shipTo.company }),
    address_line1: shipTo.line1 || shipTo.displayLine1,
    ...(shipTo.line2 !== '' && { address_line2: shipTo.line2 }),
    city_locality: shipTo.city || shipTo.state || countryName(shipTo.country),
    state_province: stateOf(shipTo),
    postal_code: shipTo.postcode || NO_POSTCODE,
    country_code: shipTo.country,
    address_residential_indicator: 'unknown',
  };
}

function stateOf({ country, state, postcode }: OrderContent['shipTo']): string {
  if (hasStates(country)) return toStateCode(country, state, postcode) || state;
  return state || country;
}
