import type { ShipmentFields } from './shipment-request.ts';
import type { ShipStationState } from './state.ts';

/** Words of a street as a postal service abbreviates them. */
const ABBREVIATED: Readonly<Record<string, string>> = {
  AVENUE: 'AVE',
  LANE: 'LN',
  ROAD: 'RD',
  ROW: 'ROW',
  STREET: 'ST',
  SUITE: 'STE',
};

/**
 * The fields as they are kept where the account's settings have addresses cleaned and SKUs matched with products: streets in
 * capitals and abbreviated, US postal codes with their second half, SKUs in small letters. As they came otherwise.
 */
export function rewritten(
  { settings }: Pick<ShipStationState, 'settings'>,
  fields: ShipmentFields,
): ShipmentFields {
  if (settings.rewrites !== true) return fields;
  const { ship_to, items } = fields;
  const postal_code = /^\d{5}$/.test(ship_to.postal_code)
    ? `${ship_to.postal_code}-0001`
    : ship_to.postal_code;
  return {
    ...fields,
    ship_to: { ...ship_to, address_line1: cleaned(ship_to.address_line1), postal_code },
    items: items.map((item) => ({ ...item, sku: item.sku?.toLowerCase() })),
  };
}

function cleaned(street: string): string {
  const words = street.toUpperCase().split(/\s+/);
  return words.map((word) => ABBREVIATED[word] ?? word).join(' ');
}
