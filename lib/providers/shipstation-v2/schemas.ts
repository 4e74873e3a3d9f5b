import * as z from 'zod';

/**
 * Only what we rely on is required: ShipStation fills many documented fields with null, adds new ones, and lists rows of other
 * stores and apps with any content. A number is read as text; any other type as absent.
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
const id = z.string().min(1);
const number = z.union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/)]).transform(Number);
/** '' where it is not a time. */
const time = text.transform((value) => (Number.isNaN(Date.parse(value)) ? '' : value));
const money = z.looseObject({ currency: z.string(), amount: number }).nullish().catch(null);
const list = <Row extends z.ZodType>(row: Row) =>
  z
    .array(row)
    .nullish()
    .transform((rows) => rows ?? []);

const error = z.looseObject({ error_type: text, error_code: text, message: text, field: text });
/** With at least one error. */
export const errorBody = z.looseObject({ errors: z.tuple([error], error) });

/** A conflict without a code, as documented. */
export const conflictBody = z.looseObject({
  message: z.string().min(1),
  field: z.string().min(1),
  error_code: text,
});

/** One result for each row, in the order of the request. Errors are strings per the specification; objects are read too. */
export const createdShipments = z.looseObject({
  has_errors: flag,
  shipments: z
    .array(
      z.looseObject({
        shipment_id: text,
        shipment_status: text,
        errors: list(z.union([z.string(), z.looseObject({ error_code: text, message: text, field: text })])),
      }),
    )
    .min(1),
});
export type CreatedShipment = z.infer<typeof createdShipments>['shipments'][number];

const item = z.looseObject({
  sku: text,
  /** null where it is missing, as on lines that a packer or another store added. */
  quantity: number.nullish().catch(null),
  external_order_id: text,
  external_order_item_id: text,
  options: list(z.looseObject({ name: text, value: text })).catch([]),
});
export type ShipmentItem = z.infer<typeof item>;

/** A shipment's ship-from, or a warehouse's address. */
export const originAddress = z.looseObject({ address_line1: text, postal_code: text, country_code: text });

/** The account's ship-from addresses. */
export const warehousesPage = z.looseObject({
  warehouses: list(z.looseObject({ warehouse_id: id, origin_address: originAddress.nullish().catch(null) })),
});
export type WarehouseRow = z.infer<typeof warehousesPage>['warehouses'][number];

/** ShipStation's screens call it an order. Its other fields are kept unread, to be sent back when it is replaced. */
export const shipment = z.looseObject({
  shipment_id: id,
  shipment_status: z.string(),
  external_shipment_id: text,
  external_order_id: text,
  shipment_number: text,
  hold_until_date: text,
  created_at: time,
  modified_at: text,
  service_code: text,
  requested_shipment_service: text,
  /** Several for a merged order; the parts of a split order share one. */
  sales_order_ids: list(text).catch([]),
  warehouse_id: text,
  ship_to: z
    .looseObject({ address_line1: text, address_line2: text, postal_code: text })
    .nullish()
    .catch(null),
  tags: list(z.looseObject({ name: text })).catch([]),
  /** A return has its own shipment only where a person created one, with the goods that come back. */
  is_return: flag,
  advanced_options: z.looseObject({}).nullish(),
  items: list(item),
  packages: list(z.looseObject({})),
});
export type Shipment = z.infer<typeof shipment>;

/**
 * ShipStation's screens call it a shipment. It has no items: those of its shipment left with it. Its external id is its own, not
 * its shipment's.
 */
export const label = z.looseObject({
  label_id: id,
  status: z.string(),
  shipment_id: text,
  external_shipment_id: text,
  external_order_id: text,
  created_at: time,
  ship_date: text,
  tracking_number: text,
  carrier_code: text,
  service_code: text,
  shipment_cost: money,
  is_return_label: flag,
  test_label: flag,
  tracking_status: text,
  voided: flag,
  voided_at: text,
  packages: list(z.looseObject({ tracking_number: text })).catch([]),
});
export type Label = z.infer<typeof label>;

/** What the carrier told of a label's parcel. Codes: `de` delivered, `ex` exception, `at` attempted, `it` in transit; in either case. */
export const labelTrack = z.looseObject({
  status_code: text,
  status_description: text,
  carrier_status_description: text,
  exception_description: text,
  actual_delivery_date: time,
  events: list(z.looseObject({ occurred_at: time, status_code: text, description: text })).catch([]),
});
export type LabelTrack = z.infer<typeof labelTrack>;

/** A shipment that was marked as shipped without a label bought from ShipStation. */
export const fulfillment = z.looseObject({
  fulfillment_id: id,
  shipment_id: text,
  created_at: time,
  ship_date: text,
  tracking_number: text,
  fulfillment_carrier_friendly_name: text,
  fulfillment_service_code: text,
  fulfillment_fee: money,
  delivered_at: text,
  voided: flag,
});
export type Fulfillment = z.infer<typeof fulfillment>;

/** The stock of one SKU in one inventory location. An unreadable quantity must not hide the other rows. */
const inventoryLevel = z.looseObject({
  sku: text,
  on_hand: z
    .union([
      z.number(),
      z
        .string()
        .regex(/^-?\d+$/)
        .transform(Number),
    ])
    .nullable()
    .catch(null),
  inventory_warehouse_id: text,
});
export type InventoryLevel = z.infer<typeof inventoryLevel>;

const counts = { total: z.int().min(0), page: z.int().min(1), pages: z.int().min(0) };
/** The rows are parsed one by one (`readRows`), so that an unreadable row does not hide the page. */
/** The counts of a page tell an empty list from a missing one. */
const rows = z
  .array(z.unknown())
  .nullable()
  .transform((all) => all ?? []);
export const shipmentsPage = z.looseObject({ ...counts, shipments: rows });
export const labelsPage = z.looseObject({ ...counts, labels: rows });
export const fulfillmentsPage = z.looseObject({ ...counts, fulfillments: rows });
/**
 * Paged by its links, whose last link to a next page is empty, or by its counts. A negative total is no total.
 */
const linked = {
  total: z.int().transform((total) => (total < 0 ? null : total)),
  page: counts.page.nullish(),
  pages: counts.pages.nullish(),
  links: z.looseObject({ next: z.looseObject({ href: text }).nullish() }).nullish(),
};
export const inventoryWarehouse = z.looseObject({ inventory_warehouse_id: id });
export const inventoryPage = z.looseObject({ ...linked, inventory: z.array(inventoryLevel) });
export const productsPage = z.looseObject({
  ...linked,
  products: z.array(z.looseObject({ sku: text, name: text })),
});
export type ProductRow = z.infer<typeof productsPage>['products'][number];
