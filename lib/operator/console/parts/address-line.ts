import type { DeliveryAddress } from '../../../domain/address.ts';

/** An address as one line, in reading order. Personal data. */
export function addressLine(address: DeliveryAddress): string {
  const { contact, company, line1, line2, city, state, postcode, country } = address;
  return [contact, company, line1, line2, city, state, postcode, country]
    .filter((part) => part !== '')
    .join(', ');
}
