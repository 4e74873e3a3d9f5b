import * as z from 'zod';
import { Rejected } from '../domain/errors.ts';
import { toErrorDetails } from '../upstream/attempt.ts';
import { type DearCall, toAttempt } from './call.ts';
import type { DearTransport } from './transport.ts';
import { upperCased, valueText } from './wire-values.ts';

/** A sale's own free fields, which each account names for itself. */
export type AdditionalAttribute = `AdditionalAttribute${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10}`;

/** Of an attribute's value, per DEAR's blueprint. */
const MAX_ATTRIBUTE = 256;

/** A sale as read in order to be written back. Everything that is not named here stays as it came. */
const saleHeaderSchema = z.looseObject({
  ID: z.string(),
  /** Closed: a third way of calculating would be written back as a wrong price. */
  TaxCalculation: upperCased.pipe(z.enum(['INCLUSIVE', 'EXCLUSIVE'])),
  AdditionalAttributes: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((attributes) => attributes ?? {}),
});
type DearSaleHeader = z.infer<typeof saleHeaderSchema>;

/**
 * What `GET /sale` shows and `PUT /sale` does not take, per DEAR's blueprint: the documents of the sale, what follows from
 * them, and what is fixed when the sale is made. `LastModifiedOn` is listed as writable, but it is DEAR's own stamp: the
 * old one would hide the change from whoever asks what was updated, and a round trip proven live does without it.
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
 * The header as it was read, with one attribute set. DEAR's PUT replaces the header and wipes what is not sent, so what
 * is left out is a list of names and what is sent is all the rest, as it came: a field that DEAR adds tomorrow goes back
 * with its value, and so does an address with its `ShipToOther`, without which DEAR makes a new address of the customer's.
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

/** As `DearClient.setAdditionalAttribute`, which is its only caller. */
export async function setAdditionalAttribute(
  transport: DearTransport,
  saleId: string,
  attribute: AdditionalAttribute,
  value: string,
  reference: string,
): Promise<void> {
  // Without `CountryFormat`: a country goes back as DEAR keeps it, never as the code that we read elsewhere.
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
  const upstreamMessage = `DEAR answered that it did, and shows ${attribute} as it was`;
  throw new Rejected(toErrorDetails(toAttempt(write), { status: 200, upstreamMessage }));
}

function showsAttribute(answer: unknown, attribute: AdditionalAttribute, value: string): boolean {
  const header = saleHeaderSchema.pick({ AdditionalAttributes: true }).safeParse(answer);
  return header.success && getAttribute(header.data, attribute) === value.trim();
}
