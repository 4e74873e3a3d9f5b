import { fullName, locationById, productById } from '../lookup.ts';
import type { DearState, FulfilmentRecord, SaleRecord, ShipLineRecord } from '../state.ts';
import type { StageLineRecord } from '../stock/stock-records.ts';
import { productExtras } from '../stock/wire-reference.ts';
import { type CountryFormat, toWireShippingAddress } from './address.ts';
import { fulfilmentStatus } from './status.ts';

/** DEAR spells it `Fulfilments`, `FulfillmentNumber` and `FulFilmentStatus` side by side. */
export function toWireFulfilment(
  state: DearState,
  sale: SaleRecord,
  fulfilment: FulfilmentRecord,
  format: CountryFormat = 'Regular',
) {
  return {
    TaskID: fulfilment.taskId,
    FulfillmentNumber: fulfilment.number,
    LinkedInvoiceNumber: linkedInvoice(sale, fulfilment),
    FulFilmentStatus: fulfilmentStatus(sale, fulfilment),
    Pick: toWireStage(state, fulfilment.pick, 'pick'),
    Pack: toWireStage(state, fulfilment.pack, 'pack'),
    Ship: toWireShip(sale, fulfilment, format),
  };
}

function linkedInvoice({ invoices }: SaleRecord, { number }: FulfilmentRecord): string | null {
  const linked = invoices.find((one) => one.status !== 'VOIDED' && one.fulfilmentNumber === number);
  return linked?.number ?? null;
}

export function toWireFulfilments(state: DearState, sale: SaleRecord) {
  return {
    SaleID: sale.id,
    Fulfilments: sale.fulfilments.map((fulfilment) => toWireFulfilment(state, sale, fulfilment)),
  };
}

/** The answer of the pick's and the pack's own endpoints: only these have `NonInventory` (per the blueprint). */
export function toWireOwnStage(
  state: DearState,
  stage: { status: string; lines: readonly StageLineRecord[] },
  kind: 'pick' | 'pack',
) {
  const Lines = stage.lines.map((line) => ({
    ...toWireStageLine(state, line, kind),
    NonInventory: productById(state, line.productId).type !== 'Stock',
  }));
  return { Status: stage.status, Lines };
}

function toWireStage(
  state: DearState,
  stage: { status: string; lines: readonly StageLineRecord[] },
  kind: 'pick' | 'pack',
) {
  return { Status: stage.status, Lines: stage.lines.map((line) => toWireStageLine(state, line, kind)) };
}

export function toWireStageLine(state: DearState, line: StageLineRecord, kind: 'pick' | 'pack') {
  const product = productById(state, line.productId);
  return {
    ProductID: product.id,
    SKU: product.sku,
    Name: product.name,
    Location: fullName(state, locationById(state, line.locationId)),
    LocationID: line.locationId,
    Quantity: line.quantity,
    BatchSN: line.batch || null,
    ExpiryDate: line.expiry === '' ? null : `${line.expiry}T00:00:00`,
    ...(kind === 'pack' ? { Box: line.box, WarrantyRegistrationNumber: null } : {}),
    ...productExtras(product),
  };
}

export function toWireShip(sale: SaleRecord, { ship }: FulfilmentRecord, format: CountryFormat = 'Regular') {
  return {
    Status: ship.status,
    RequireBy: sale.shipBy === null ? null : `${sale.shipBy}T00:00:00`,
    ShippingAddress: toWireShippingAddress(ship.address ?? sale.shippingAddress, format),
    ShippingNotes: ship.notes || sale.shippingNotes,
    Lines: ship.lines.map(toWireShipLine),
  };
}

/** Written as `Box`, read as `Boxes`. The tracking URL is read-only and stays empty. */
function toWireShipLine(line: ShipLineRecord) {
  return {
    ID: line.id,
    ShipmentDate: `${line.date}T00:00:00`,
    Carrier: line.carrier,
    Boxes: line.boxes.join(','),
    TrackingNumber: line.trackingNumber,
    TrackingURL: '',
    IsShipped: line.isShipped,
  };
}
