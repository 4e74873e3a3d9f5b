import { type Context, Hono } from 'hono';
import type * as z from 'zod';
import type { SaleTerms } from '../billing/billing-records.ts';
import { receivePayment } from '../billing/invoice-rules.ts';
import { readJson, readJsonIfAny } from '../call.ts';
import { productBySku, saleByName, warehouseNamed } from '../lookup.ts';
import { toCountryCode } from '../sale/address.ts';
import { addFulfilment, findTaskAfter, undoStage } from '../sale/fulfilment-rules.ts';
import { authoriseSale, createSale, editSale, type NewSale, undoSale, voidSale } from '../sale/sale-rules.ts';
import { toWireSale, toWireSaleRow } from '../sale/wire-sale.ts';
import type {
  AddressRecord,
  Company,
  CustomerRecord,
  DearState,
  OrderLineRecord,
  SaleRecord,
  Store,
  World,
} from '../state.ts';
import {
  creditByHand,
  editTracking,
  invoiceByHand,
  packByHand,
  pickByHand,
  shipByHand,
} from './manual-actions.ts';
import {
  type AddressInput,
  handPackInput,
  handPickInput,
  handShipInput,
  type LineInput,
  newSaleInput,
  nothing,
  parseInput,
  paymentInput,
  type SaleChangesInput,
  saleChangesInput,
  trackingInput,
  undoInput,
} from './screen-inputs.ts';

/** The defaults of a new sale. */
function getDefaultTerms({ taxRule }: Company): SaleTerms {
  return {
    defaultAccount: '200',
    skipQuote: true,
    taxRule,
    taxInclusive: false,
    terms: '30 days',
    priceTier: 'Tier 1',
    salesRepresentative: '',
  };
}

/** A new sale's form with its defaults. */
function createOrderForm({ company, locations }: DearState, type: SaleRecord['type']): NewSale {
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
    ...getDefaultTerms(company),
  };
}

/** The changed fields of a sale, with customer, location and products looked up. */
function typedChanges(world: World, form: NewSale, typed: SaleChangesInput): Partial<NewSale> {
  const { customer, contact, email, phone, location, shippingAddress, billingAddress, lines, ...plain } =
    typed;
  const person = withoutUndefined({ name: customer, contact, email, phone });
  return {
    ...withoutUndefined(plain),
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

/** DEAR makes the display lines from the parts unless they are typed. */
function toAddress(before: AddressRecord, typed: AddressInput): AddressRecord {
  const country = typed.country ? { country: toCountryCode(typed.country) } : {};
  return { ...before, displayLine1: null, displayLine2: null, ...withoutUndefined(typed), ...country };
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

/** Without undefined fields. */
function withoutUndefined<Typed extends object>(
  typed: Typed,
): { [Field in keyof Typed]?: Exclude<Typed[Field], undefined> } {
  const entries = Object.entries(typed).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Field in keyof Typed]?: Exclude<Typed[Field], undefined> };
}

type Action = (world: World, sale: SaleRecord, body: unknown) => void;

/** The buttons of a sale's screen with their input. No body counts as `{}`. */
const ACTIONS: Readonly<Record<string, Action>> = {
  authorise: button(nothing, authoriseSale),
  void: button(nothing, voidSale),
  undo: button(undoInput, (world, sale, { stage, fulfilment }) =>
    stage === 'order'
      ? undoSale(world, sale)
      : undoStage(world, findTaskAfter(sale, stage, fulfilment), stage),
  ),
  fulfilment: button(nothing, addFulfilment),
  pick: button(handPickInput, pickByHand),
  pack: button(handPackInput, packByHand),
  ship: button(handShipInput, shipByHand),
  tracking: button(trackingInput, editTracking),
  invoice: button(nothing, invoiceByHand),
  payment: button(paymentInput, (world, sale, { amount }) => receivePayment(world, sale, amount)),
  creditnote: button(nothing, creditByHand),
};

function button<Schema extends z.ZodType>(
  schema: Schema,
  action: (world: World, sale: SaleRecord, typed: z.infer<Schema>) => void,
): Action {
  return (world, sale, body) => action(world, sale, parseInput(schema, body));
}

/** `/sales` and all below it. */
export function saleScreens(store: Store): Hono {
  const app = new Hono();
  app.get('/', (context) => {
    const state = store.state();
    return context.json(state.sales.map((sale) => toWireSaleRow(state, sale)).reverse());
  });
  app.get('/:sale', (context) => {
    const sale = saleByName(store.state(), context.req.param('sale'));
    return context.json(toAnswer(store.state(), sale));
  });
  app.post('/', async (context) => {
    const { authorise, type, orderNumber, ...typed } = parseInput(newSaleInput, await readJson(context));
    const sale = store.change((world) => {
      const made = newSale(world, type, typed);
      if (orderNumber !== undefined) made.orderNumber = orderNumber;
      if (authorise) authoriseSale(world, made);
      return toAnswer(world.state, made);
    });
    return context.json(sale, 201);
  });
  app.patch('/:sale', async (context) => {
    const typed = parseInput(saleChangesInput, await readJson(context));
    const edit: Action = (world, sale) => editSale(world, sale, typedChanges(world, sale, typed));
    return changed(context, store, edit, undefined);
  });
  for (const [name, action] of Object.entries(ACTIONS)) {
    app.post(`/:sale/${name}`, async (context) =>
      changed(context, store, action, await readJsonIfAny(context)),
    );
  }
  return app;
}

function newSale(world: World, type: SaleRecord['type'], typed: SaleChangesInput): SaleRecord {
  const form = createOrderForm(world.state, type);
  return createSale(world, { ...form, ...typedChanges(world, form, typed) });
}

function changed(context: Context, store: Store, action: Action, body: unknown): Response {
  const answer = store.change((world) => {
    const sale = saleByName(world.state, context.req.param('sale') ?? '');
    action(world, sale, body);
    return toAnswer(world.state, sale);
  });
  return context.json(answer);
}

function toAnswer(state: DearState, sale: SaleRecord) {
  return { SaleOrderNumber: sale.orderNumber, ...toWireSale(state, sale) };
}
