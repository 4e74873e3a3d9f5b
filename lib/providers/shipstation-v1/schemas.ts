import * as z from 'zod';
import { fromPacific } from './pacific-time.ts';

/**
 * Only what we rely on is required: ShipStation fills many documented fields with null, adds new ones, and lists rows of other
 * apps with any content. A number is read as text; any other type as absent.
 */
const text = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => String(value ?? ''))
  .catch('');
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false)
  .catch(false);
const id = z.union([z.string().min(1), z.number()]).transform(String);
const number = z
  .union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/)])
  .transform(Number)
  .nullish()
  .catch(null);
/** Ms since the epoch; NaN where it is no time. */
const moment = text.transform(fromPacific);
const list = <Row extends z.ZodType>(row: Row) =>
  z
    .array(row)
    .nullish()
    .transform((rows) => rows ?? []);

const item = z.object({
  orderItemId: z.unknown().optional(),
  productId: z.unknown().optional(),
  warehouseLocation: z.unknown().optional(),
  fulfillmentSku: z.unknown().optional(),
  upc: z.unknown().optional(),
  lineItemKey: text,
  sku: text,
  /** null where it is missing, as on lines of other apps. */
  quantity: number,
  options: list(z.object({ name: text, value: text })).catch([]),
  adjustment: flag,
});
export type Item = z.infer<typeof item>;

const orderFields = z.object({
  orderId: id,
  orderNumber: text,
  orderKey: text,
  orderStatus: z.string(),
  createDate: moment,
  modifyDate: moment,
  requestedShippingService: text,
  serviceCode: text,
  holdUntilDate: text,
  // Goods that cannot be read are not missing ones, which would count as the rest of the order.
  items: list(item),
  shipTo: z.object({ street1: text, street2: text, postalCode: text }).nullish().catch(null),
  advancedOptions: z
    .object({ storeId: number, warehouseId: text, parentId: number, mergedOrSplit: flag })
    .nullish()
    .catch(null),
});

/** With every field as answered in `raw`, since an update sends all of them back. */
export const order = z.record(z.string(), z.unknown()).transform((raw, context) => {
  const parsed = orderFields.safeParse(raw);
  if (parsed.success) return { ...parsed.data, raw };
  for (const { code, path } of parsed.error.issues)
    context.addIssue({ code: 'custom', path, message: code, input: raw });
  return z.NEVER;
});
export type Order = z.infer<typeof order>;

/** A parcel with a label of ShipStation's. */
export const shipment = z.object({
  shipmentId: id,
  orderId: text,
  orderKey: text,
  orderNumber: text,
  createDate: moment,
  shipDate: text,
  shipmentCost: number,
  trackingNumber: text,
  isReturnLabel: flag,
  carrierCode: text,
  serviceCode: text,
  warehouseId: text,
  voided: flag,
  voidDate: moment,
  shipmentItems: list(item),
});
export type Shipment = z.infer<typeof shipment>;

/** An order that was marked as shipped, or that a fulfillment partner shipped. It has no items and no key. */
export const fulfillment = z.object({
  fulfillmentId: id,
  orderId: text,
  orderNumber: text,
  createDate: moment,
  shipDate: text,
  trackingNumber: text,
  carrierCode: text,
  fulfillmentServiceCode: text,
  fulfillmentFee: number,
  voided: flag,
});
export type Fulfillment = z.infer<typeof fulfillment>;

/** The outcome of a create, found by the order's key. */
export interface Verdict {
  readonly orderKey: string;
  /** '' where it was refused. */
  readonly orderId: string;
  readonly isCancelled: boolean;
  /** Why it was refused; ''. */
  readonly refusal: string;
}

const ofBulkCall = z.object({
  orderId: text,
  orderKey: z.string().min(1),
  success: z.boolean(),
  errorMessage: text,
});
const ofOneOrder = z.object({ orderId: id, orderKey: z.string().min(1), orderStatus: text });
const REFUSED_WITHOUT_REASON = 'ShipStation gave no reason.';

/** A bulk call's results are in no particular order; one that cannot be read is no verdict. */
const bulkVerdicts = z.object({ results: z.array(z.unknown()) }).transform(({ results }) =>
  results.flatMap((one): Verdict[] => {
    const { success, data } = ofBulkCall.safeParse(one);
    if (!success || (data.success && data.orderId === '')) return [];
    const { orderKey, orderId, errorMessage } = data;
    if (data.success) return [{ orderKey, orderId, isCancelled: false, refusal: '' }];
    return [{ orderKey, orderId: '', isCancelled: false, refusal: errorMessage || REFUSED_WITHOUT_REASON }];
  }),
);
const oneVerdict = ofOneOrder.transform(({ orderKey, orderId, orderStatus }): Verdict[] => [
  { orderKey, orderId, isCancelled: orderStatus === 'cancelled', refusal: '' },
]);
/** The answer to a create of one order or of several. */
export const verdicts = z.union([bulkVerdicts, oneVerdict]);

/** The answer of calls that have no other. */
export const done = z.looseObject({ success: z.boolean(), message: text });

/** The rows are parsed one by one, so that an unreadable row does not hide the page. `pages` is not read: it may be 0. */
const counts = { total: z.int().min(0).nullish().catch(null) };
/** The counts of a page tell an empty list from a missing one. */
const rows = z
  .array(z.unknown())
  .nullable()
  .transform((all) => all ?? []);
export const ordersPage = z.looseObject({ ...counts, orders: rows });
export const shipmentsPage = z.looseObject({ ...counts, shipments: rows });
export const fulfillmentsPage = z.looseObject({ ...counts, fulfillments: rows });
export const productsPage = z.looseObject({ ...counts, products: z.array(z.unknown()) });
export const product = z.looseObject({ sku: text, name: text });

export const stores = z.array(
  z.looseObject({ storeId: z.int(), storeName: text, marketplaceId: number, active: flag }),
);
export const warehouses = z.array(z.looseObject({ warehouseId: z.int(), warehouseName: text }));

/** Two spellings of V1, and a third form of ASP.NET. */
export const errorBody = z
  .looseObject({
    message: text,
    Message: text,
    ExceptionMessage: text,
    ModelState: z.record(z.string(), z.array(z.string())).nullish().catch(null),
  })
  .transform(({ message, Message, ExceptionMessage, ModelState }) => {
    const fields = Object.entries(ModelState ?? {}).map(([path, texts]) => `${path}: ${texts.join(', ')}`);
    const named = [message || Message, ExceptionMessage, ...fields].filter((one) => one !== '');
    return [...new Set(named)].join(' ');
  });
