import type { Label, Shipment } from './schemas.ts';

/** ShipStation's own name for what was given none (seen live): it names no order of ours. */
const GIVEN_BY_SHIPSTATION = /^SEAuto-/i;

/**
 * Our reference; '' where the shipment carries none. It stands in four places, because people change some of them: a new part
 * of a split order has no external id, and replaced lines have no order. What all parts were seen to keep is the number.
 */
export function referenceOf(shipment: Shipment): string {
  const ofItems = shipment.items.map((item) => item.external_order_id).find((text) => text !== '') ?? '';
  return (
    shipment.external_order_id ||
    externalIdOf(shipment) ||
    ofItems ||
    unlessGiven(shipment.shipment_number, shipment.shipment_id)
  );
}

/** Its external id, unless that is ShipStation's own. */
export function externalIdOf({ external_shipment_id, shipment_id }: Shipment): string {
  return unlessGiven(external_shipment_id, shipment_id);
}

/** What a label says of itself counts only where its shipment says nothing: its external id is its own. */
export function referenceOfLabel(label: Label): string {
  return label.external_order_id || unlessGiven(label.external_shipment_id, label.shipment_id);
}

function unlessGiven(identifier: string, ownId: string): string {
  return identifier === ownId || GIVEN_BY_SHIPSTATION.test(identifier) ? '' : identifier;
}
