import { toCountryCode } from './country.ts';
import { productBySku, warehouseNamed } from './lookup.ts';
import type { NewSale } from './sale-rules.ts';
import type { AddressInput, LineInput, SaleChangesInput } from './screen-requests.ts';
import type { AddressRecord, CustomerRecord, DearState, OrderLineRecord, SaleRecord } from './state.ts';
import { usualTerms } from './usual-terms.ts';
import type { World } from './world.ts';

/** A blank order form: what stands there before anybody types. */
export function blankSale({ company, locations }: DearState, type: SaleRecord['type']): NewSale {
  return {
    type,
    customer: company.customer,
    billingAddress: company.billingAddress,
    shippingAddress: company.shippingAddress,
    shippingNotes: '',
    note: '',
    memo: '',
    customerReference: '',
    carrier: '',
    locationId: locations.find((location) => location.isDefault)?.id ?? '',
    shipBy: null,
    sourceChannel: null,
    externalId: null,
    additionalAttributes: {},
    lines: [],
    charges: [],
    ...usualTerms(company),
  };
}

/** What a person typed, looked up: only the fields that they touched. */
export function typedChanges(world: World, form: NewSale, typed: SaleChangesInput): Partial<NewSale> {
  const { customer, contact, email, phone, location, shippingAddress, billingAddress, lines, ...plain } =
    typed;
  const person = given({ name: customer, contact, email, phone });
  return {
    ...given(plain),
    ...(Object.keys(person).length > 0 && { customer: toCustomer(world, form.customer, person) }),
    ...(location !== undefined && { locationId: warehouseNamed(world.state, location) }),
    ...(shippingAddress && { shippingAddress: toAddress(form.shippingAddress, shippingAddress) }),
    ...(billingAddress && { billingAddress: toAddress(form.billingAddress, billingAddress) }),
    ...(lines && { lines: lines.map((line) => toOrderLine(world.state, line)) }),
  };
}

function toCustomer(
  { newId }: World,
  before: CustomerRecord,
  typed: Partial<Omit<CustomerRecord, 'id'>>,
): CustomerRecord {
  const isOther = typed.name !== undefined && typed.name !== before.name;
  return { ...before, ...typed, id: isOther ? newId() : before.id };
}

/** DEAR makes the display lines of the parts, unless a person typed them. */
function toAddress(before: AddressRecord, typed: AddressInput): AddressRecord {
  const country = typed.country ? { country: toCountryCode(typed.country) } : {};
  return { ...before, displayLine1: null, displayLine2: null, ...given(typed), ...country };
}

function toOrderLine(state: DearState, line: LineInput): OrderLineRecord {
  const product = productBySku(state, line.sku);
  const { quantity, discount, comment, dropShip } = line;
  return {
    productId: product.id,
    quantity,
    price: line.price ?? product.price,
    discount,
    comment,
    dropShip,
    backorderQuantity: 0,
  };
}

/** Without what was left out. */
function given<Typed extends object>(
  typed: Typed,
): { [Field in keyof Typed]?: Exclude<Typed[Field], undefined> } {
  const entries = Object.entries(typed).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Field in keyof Typed]?: Exclude<Typed[Field], undefined> };
}
