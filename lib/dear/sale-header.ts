import * as z from 'zod';
import { Rejected } from '../domain/errors.ts';
import { toErrorDetails } from '../upstream/attempt.ts';
import { type DearCall, type DearTransport, toAttempt } from './transport.ts';
import { upperCased, valueText } from './wire-values.ts';

/** A sale's custom fields, which each account names for itself. */
export type AdditionalAttribute = `AdditionalAttribute${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10}`;

/** Characters of an attribute's value, per DEAR's blueprint. */
const MAX_ATTRIBUTE = 256;

/** A sale that is read to be written back. Fields that are not named here keep their raw values. */
const saleHeaderSchema = z.looseObject({
  ID: z.string(),
  /** Closed: an unknown value would be written back as a wrong price. */
  TaxCalculation: upperCased.pipe(z.enum(['INCLUSIVE', 'EXCLUSIVE'])),
  AdditionalAttributes: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((attributes) => attributes ?? {}),
});
type DearSaleHeader = z.infer<typeof saleHeaderSchema>;

/**
 * Fields that `GET /sale` returns and `PUT /sale` does not accept, per DEAR's blueprint: the documents of the sale, fields
 * derived from them, and fields fixed at creation. `LastModifiedOn` is listed as writable, but it is DEAR's own time stamp: the
 * old value would hide the change from readers of changed sales. A round trip without it is proven live.
 */
const NOT_WRITTEN: ReadonlySet<string> = new Set([
  ...['Quote', 'Order', 'Fulfilments', 'Invoices', 'CreditNotes', 'ManualJournals'],
  ...['Attachments', 'InventoryMovements', 'Transactions'],
  ...[
    'Status',
    'FulFilmentStatus',
    'CombinedPickingStatus',
    'CombinedPackingStatus',
    'CombinedShippingStatus',
  ],
  ...['CombinedInvoiceStatus', 'CombinedPaymentStatus', 'CombinedTrackingNumbers', 'COGSAmount'],
  ...['BaseCurrency', 'CustomerCurrency', 'Type', 'ServiceOnly', 'SourceChannel', 'LastModifiedOn'],
  // Written as `TaxInclusive`.
  'TaxCalculation',
]);

function getAttribute(
  header: Pick<DearSaleHeader, 'AdditionalAttributes'>,
  attribute: AdditionalAttribute,
): string {
  return valueText(header.AdditionalAttributes[attribute]);
}

/**
 * The header as it was read, with one attribute set. DEAR's PUT replaces the header and clears missing fields, so every field
 * but those of `NOT_WRITTEN` is sent back with its raw value: also a field that DEAR adds later, and an address's `ShipToOther`,
 * without which DEAR creates a new address of the customer.
 */
function toDearSaleHeader(header: DearSaleHeader, attribute: AdditionalAttribute, value: string) {
  const { TaxCalculation, AdditionalAttributes } = header;
  const written = Object.entries(header).filter(([field]) => !NOT_WRITTEN.has(field));
  return {
    ...Object.fromEntries(written),
    TaxInclusive: TaxCalculation === 'INCLUSIVE',
    AdditionalAttributes: { ...AdditionalAttributes, [attribute]: value },
  };
}

/** See `DearClient.setAdditionalAttribute`. */
export async function setAdditionalAttribute(
  transport: DearTransport,
  saleId: string,
  attribute: AdditionalAttribute,
  value: string,
  reference: string,
): Promise<void> {
  // Without `CountryFormat`: a country is written back as DEAR keeps it, not as the code that is read elsewhere.
  const query = { ID: saleId, HideInventoryMovements: 'true' };
  const read: DearCall = { operation: 'read sale header', method: 'GET', path: 'sale', query, reference };
  if (value.trim().length > MAX_ATTRIBUTE) {
    const upstreamMessage = `DEAR holds ${MAX_ATTRIBUTE} characters in ${attribute}; this value has ${value.trim().length}`;
    throw new Rejected(
      toErrorDetails(toAttempt({ ...read, operation: 'set additional attribute' }), { upstreamMessage }),
    );
  }
  const header = await transport.send(read, saleHeaderSchema);
  if (getAttribute(header, attribute) === value.trim()) return;
  const body = toDearSaleHeader(header, attribute, value.trim());
  const write: DearCall = {
    operation: 'set additional attribute',
    method: 'PUT',
    path: 'sale',
    body,
    reference,
  };
  if (showsAttribute(await transport.send(write), attribute, value)) return;
  if (showsAttribute(await transport.send(read), attribute, value)) return;
  const upstreamMessage = `DEAR answered with success, but ${attribute} still has its old value`;
  throw new Rejected(toErrorDetails(toAttempt(write), { status: 200, upstreamMessage }));
}

function showsAttribute(answer: unknown, attribute: AdditionalAttribute, value: string): boolean {
  const header = saleHeaderSchema.pick({ AdditionalAttributes: true }).safeParse(answer);
  return header.success && getAttribute(header.data, attribute) === value.trim();
}

/** The order stage of a sale that is read to be written back as it is. */
const orderToAuthorise = z.looseObject({
  Status: upperCased,
  Lines: z.array(z.looseObject({})),
  Memo: z.unknown(),
  AdditionalCharges: z.unknown(),
});

/**
 * Authorises the order of a sale with the lines that it has, in two calls; in one where it is authorised already. Picks nothing.
 * Per DEAR's blueprint; not seen live.
 * @throws {Rejected} the order is neither a draft nor authorised, or its quote is not authorised
 */
export async function authoriseOrder(
  transport: Pick<DearTransport, 'send'>,
  saleId: string,
  reference: string,
): Promise<void> {
  const read: DearCall = {
    operation: 'read order',
    method: 'GET',
    path: 'sale',
    query: { ID: saleId, HideInventoryMovements: 'true' },
    reference,
  };
  const { Order: order } = await transport.send(read, z.looseObject({ Order: orderToAuthorise }));
  if (order.Status === 'AUTHORISED') return;
  await transport.send({
    operation: 'authorise order',
    method: 'POST',
    path: 'sale/order',
    body: {
      SaleID: saleId,
      CombineAdditionalCharges: false,
      Memo: order.Memo,
      Status: 'AUTHORISED',
      Lines: order.Lines,
      AdditionalCharges: order.AdditionalCharges,
      AutoPickPackShipMode: 'NOPICK',
    },
    reference,
  });
}

/**
 * Takes the authorisations of all stages back: the sale is a draft again and keeps its lines. Per DEAR's blueprint, where the
 * call that voids a sale undoes it without `Void`; not seen live.
 * @throws {Rejected} nothing of it is authorised
 */
export async function undoSale(
  transport: Pick<DearTransport, 'send'>,
  saleId: string,
  reference: string,
): Promise<void> {
  const query = { ID: saleId, Void: 'false' };
  await transport.send({ operation: 'undo sale', method: 'DELETE', path: 'sale', query, reference });
}
