import * as z from 'zod';

/** Forms of Extensiv's answers, after `toOneForm`. Nulls may be left out. Only what we rely on is required. */
const text = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => String(value ?? '').trim())
  .catch('');
/** Its unset dates are left out, null, or the first of .NET's. */
const date = text.transform((value) => (value.startsWith('0001-01-01') ? '' : value));
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);
const list = <Row extends z.ZodType>(row: Row) =>
  z
    .array(row)
    .nullish()
    .transform((rows) => rows ?? []);
const named = z.looseObject({ id: z.number(), name: text }).nullish();
const traits = { lotNumber: text, serialNumber: text, expirationDate: date };

/** A row of a quantity of 0 says nothing, and would make a line without goods. */
const withoutNothing = <Row extends { readonly qty: number }>(rows: readonly Row[]) =>
  rows.filter(({ qty }) => qty !== 0);

const savedElements = list(z.looseObject({ name: text, value: text }));

const packageContent = z.looseObject({
  orderItemId: z.number(),
  qty: z.number(),
  ...traits,
  serialNumbers: list(z.string()),
});
export type PackageContent = z.infer<typeof packageContent>;

const packageRow = z.looseObject({
  packageId: z.number(),
  trackingNumber: text,
  packageContents: list(packageContent).transform(withoutNothing),
});
export type PackageRow = z.infer<typeof packageRow>;

const allocation = z.looseObject({
  qty: z.number(),
  detail: z
    .looseObject({ itemTraits: z.looseObject(traits).nullish() })
    .nullish()
    .catch(null),
});

const orderItem = z.looseObject({
  readOnly: z.looseObject({
    orderItemId: z.number(),
    fullyAllocated: flag,
    allocations: list(allocation).transform(withoutNothing),
  }),
  itemIdentifier: z.looseObject({ sku: text }),
  externalId: text,
  qty: z.number(),
  ...traits,
  notes: text,
  savedElements,
});
export type OrderItem = z.infer<typeof orderItem>;

const routing = z.looseObject({ carrier: text, mode: text, trackingNumber: text });

const orderFields = {
  readOnly: z.looseObject({
    orderId: z.number(),
    status: z.number(),
    isClosed: flag,
    processDate: date,
    shipDate: date,
    pickDoneDate: date,
    packDoneDate: date,
    onHoldDate: date,
    onHoldReason: text,
    creationDate: text,
    lastModifiedDate: text,
    customerIdentifier: named,
    facilityIdentifier: named,
    packages: list(packageRow),
  }),
  referenceNum: text,
  savedElements,
  shipTo: z.looseObject({ address1: text, zip: text }).nullish().catch(null),
  parcelResponse: z
    .looseObject({ trackingNumbers: list(text) })
    .nullish()
    .catch(null),
  routingInfo: routing.nullish().transform((value) => value ?? { carrier: '', mode: '', trackingNumber: '' }),
};

/** An order with its details. Its other fields are kept: a change sends them back. */
export const orderRow = z.looseObject({ ...orderFields, orderItems: list(orderItem) });
export type OrderRow = z.infer<typeof orderRow>;

/** The number of an order that cannot be read otherwise. */
export const orderName = z.looseObject({
  readOnly: z.looseObject({ orderId: z.number(), lastModifiedDate: text }),
});

export const createdOrder = z.looseObject({
  readOnly: z.looseObject({ orderId: z.number() }),
  referenceNum: z.string(),
});

export const stockRow = z.looseObject({
  receiveItemId: z.number(),
  itemIdentifier: z.looseObject({ sku: z.string().min(1) }),
  onHand: z.number().nullish().catch(null),
  isOnHold: flag,
  quarantined: flag,
  ...traits,
});
export type StockRow = z.infer<typeof stockRow>;

export const itemRow = z.looseObject({
  sku: z.string().min(1),
  description: text,
  readOnly: z.looseObject({ deactivated: flag }).nullish(),
});
export type ItemRow = z.infer<typeof itemRow>;

export const customerRow = z.looseObject({
  readOnly: z.looseObject({ customerId: z.number(), deactivated: flag }),
  companyInfo: z.looseObject({ companyName: text }).nullish(),
  facilities: list(z.looseObject({ id: z.number(), name: text })),
});
export type CustomerRow = z.infer<typeof customerRow>;
