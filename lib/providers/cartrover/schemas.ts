import * as z from 'zod';

/**
 * Types are loose in CartRover's answers: quantities and amounts come as texts or numbers, what is empty as null or as an empty
 * list. Only what we rely on is required.
 */
const text = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => String(value ?? '').trim())
  .catch('');
const name = text.pipe(z.string().min(1));
const number = z.union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/)]).transform(Number);
/** `Y` or `N`. */
const flag = text.transform((value) => /^(y|yes|1|true)$/i.test(value));
/** '' where it is not a time. Times are ISO 8601 in UTC; one without an offset is taken for UTC too. */
const time = text.transform((value) => {
  const hasOffset = /(z|[+-]\d\d:?\d\d)$/i.test(value);
  const at = Date.parse(hasOffset ? value : `${value.replace(' ', 'T')}Z`);
  return Number.isNaN(at) ? '' : new Date(at).toISOString();
});
/** An object with numbers as names where rows were left out before it was written, as PHP does. */
const list = <Row extends z.ZodType>(row: Row) =>
  z
    .union([z.array(row), z.record(z.string().regex(/^\d+$/), row).transform((rows) => Object.values(rows))])
    .nullish()
    .transform((rows) => rows ?? []);
const success = z
  .union([z.boolean(), z.literal([0, 1, 'true', 'false', '0', '1'])])
  .transform((value) => ['true', '1'].includes(String(value)));
/** An object; an empty list where it has no entry. */
const entries = <Value extends z.ZodType>(value: Value) =>
  z.union([z.record(z.string(), value), z.array(z.never()).transform(() => ({}) as Record<string, never>)]);

/** Of every answer. A refusal has `success_code` false, whatever the HTTP status; the older name of its text is `status_message`. */
export const envelope = z.looseObject({
  success_code: success,
  error_code: text,
  message: text,
  status_message: text,
  error_response: z.unknown().optional(),
});

/** The one answer whose values are beside `success_code`. */
export const createdOrder = z.looseObject({ cust_ref: z.string().min(1), order_number: text });

/** Of a batch: the order of each row by its reference. A row without one is of an unknown order. */
export const batchAnswer = z.looseObject({
  response: z.looseObject({
    success: list(z.looseObject({ cust_ref: text })),
    failed: list(z.looseObject({ cust_ref: text, message: text })),
  }),
});
export type BatchAnswer = z.infer<typeof batchAnswer>['response'];

const orderLine = z.looseObject({
  item: text,
  alt_sku: text,
  quantity: number,
  lot_number: text,
  line_item_id: text,
  line_comment: text,
  filtered_sku: flag,
});
export type OrderLine = z.infer<typeof orderLine>;

const shipment = z.looseObject({
  carrier: text,
  method: text,
  tracking_no: text,
  tracking_no_secondary: text,
  total_cost: number.nullish().catch(null),
  whs_location: text,
  date: time,
  // Goods that are taken back have no parcel that they could be missing from.
  items: list(
    z.looseObject({ item: text, quantity: number.pipe(z.number().nonnegative()), carton_num: text }),
  ),
});
export type Shipment = z.infer<typeof shipment>;

/** An order. CartRover may have rewritten its ship-to, so that is only shown to people. */
export const orderRow = z.looseObject({
  cust_ref: name,
  order_status: text.transform((value) => value.toLowerCase()),
  on_hold: flag,
  sending_canceled: flag,
  error_reason: text,
  error_code: text,
  error_msg: text,
  currency_code: text,
  ship_address_1: text,
  ship_zip: text,
  ship_code: text,
  created_date_time: time,
  updated_date_time: time,
  extra_fields: entries(text).nullish().catch(null),
  items: list(orderLine),
  shipments: list(shipment),
});
export type OrderRow = z.infer<typeof orderRow>;

/** `response` of one order; nothing where there is none. */
export const orderAnswer = z.looseObject({
  response: z
    .union([
      z.tuple([orderRow]).transform(([row]) => row),
      z.array(z.never()).transform(() => null),
      orderRow,
    ])
    .nullish()
    .transform((row) => row ?? null),
});

export const cancelAnswer = z.looseObject({
  response: z.looseObject({ success, message: text }),
});

/** `response` of a list; null and an empty object are an empty list. */
export const listAnswer = z.looseObject({ response: list(z.unknown()) });

const figures = { qty_on_hand: number.nullish().catch(null), wms_datetime: time };

export const stockRow = z.looseObject({
  sku: name,
  ...figures,
  aliases: entries(text).nullish().catch(null),
  warehouses: entries(z.looseObject({ warehouse: text, ...figures })).nullish(),
});
export type StockRow = z.infer<typeof stockRow>;
