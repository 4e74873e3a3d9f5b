import { ATTRIBUTES } from './attributes.ts';
import type { HeaderRequest } from './header-requests.ts';
import { guid, warehouseNamed } from './lookup.ts';
import { notFound, Refusal } from './refusal.ts';
import { noAddress, toAddress } from './request-address.ts';
import { applyChanges, type NewSale } from './sale-rules.ts';
import type { CustomerRecord, DearState, SaleRecord } from './state.ts';
import { isoNow, type World } from './world.ts';

/**
 * Replaces the whole writable header: what the request leaves out is empty afterwards, as seen live. Only the order's
 * date, which no sale is without, then stays. Unlike a person's edit it is taken after shipping too.
 * @throws {Refusal} where the sale is VOIDED, the customer or location is unknown, or picked goods would have to move
 */
export function replaceHeader(world: World, sale: SaleRecord, request: HeaderRequest): void {
  applyChanges(world, sale, {
    ...toTerms(request),
    customer: toCustomer(world.state, request),
    billingAddress: request.BillingAddress ? toAddress(request.BillingAddress) : noAddress(),
    shippingAddress: request.ShippingAddress ? toAddress(request.ShippingAddress) : noAddress(),
    locationId: warehouseNamed(world.state, request.Location),
    shippingNotes: request.ShippingNotes ?? '',
    note: request.Note ?? '',
    customerReference: request.CustomerReference ?? '',
    carrier: request.Carrier ?? '',
    shipBy: request.ShipBy?.slice(0, 10) ?? null,
    externalId: request.ExternalID ?? null,
    additionalAttributes: toAttributes(request),
  });
  sale.orderDate = request.SaleOrderDate?.slice(0, 10) ?? sale.orderDate;
  sale.updatedAt = isoNow(world);
}

function toTerms(request: HeaderRequest): Partial<NewSale> {
  return {
    defaultAccount: request.DefaultAccount ?? '',
    skipQuote: request.SkipQuote ?? false,
    taxRule: request.TaxRule ?? '',
    taxInclusive: request.TaxInclusive ?? false,
    terms: request.Terms ?? '',
    priceTier: request.PriceTier ?? '',
    salesRepresentative: request.SalesRepresentative ?? '',
  };
}

/** The sandbox knows the customers of its sales and has no other list of them. */
function toCustomer(state: DearState, request: HeaderRequest): CustomerRecord {
  const { Customer: name, CustomerID, Contact, Phone, Email } = request;
  if (!name && !CustomerID) throw new Refusal('Customer or CustomerID is required');
  const id = CustomerID ? guid(CustomerID, 'CustomerID') : undefined;
  const known = [state.company.customer, ...state.sales.map(({ customer }) => customer)].find((customer) =>
    id === undefined ? customer.name.toLowerCase() === name?.toLowerCase() : customer.id === id,
  );
  if (known === undefined)
    throw notFound(`Customer '${name ?? id}' was not found in Customers reference book`);
  return { id: known.id, name: known.name, contact: Contact ?? '', phone: Phone ?? '', email: Email ?? '' };
}

function toAttributes({ AdditionalAttributes }: HeaderRequest): Record<string, string> {
  return Object.fromEntries(ATTRIBUTES.map((name) => [name, AdditionalAttributes?.[name] ?? '']));
}
