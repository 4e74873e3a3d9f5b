import * as z from 'zod';
import type { ProviderDefinition } from '../providers/provider-definition.ts';
import { PROVIDERS } from '../providers/registry.ts';
import { additionalAttribute, rules } from './rules.ts';
import { interval, inventory, refuseSameSku, units } from './stock.ts';

/** Also part of URLs and secret names, so only characters that all of those allow. */
const connectionId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,30}$/)
  .meta({ title: 'lower-case letters, digits and dashes, at most 31' });
const productField = z
  .string()
  .regex(/^ProductCustomField([1-9]|10)$/)
  .meta({ title: '`ProductCustomField1` to `ProductCustomField10`' });

const fields = z
  .strictObject({
    gift: additionalAttribute
      .or(z.literal(''))
      .default('')
      .describe(
        'The attribute that marks a sale as a gift: any value but empty, `0`, `no`, `n` or `false` does.',
      ),
    giftMessage: additionalAttribute
      .or(z.literal(''))
      .default('')
      .describe('The attribute that holds the gift message.'),
    image: productField
      .or(z.literal(''))
      .default('')
      .describe('The product field that holds the address of an image.'),
    options: z
      .record(z.string().min(1), productField)
      .default({})
      .describe('Item options: the name of the option → the product field that holds its value.'),
  })
  .prefault({});

/** DEAR's sixteen statuses of a simple sale. An advanced sale's is derived from its stages and has the same names. */
const SALE_STATUSES = [
  'DRAFT',
  'VOIDED',
  'ESTIMATING',
  'ESTIMATED',
  'ORDERING',
  'ORDERED',
  'BACKORDERED',
  'PICKING',
  'PICKED',
  'PACKING',
  'PACKED',
  'SHIPPING',
  'INVOICING',
  'INVOICED',
  'CREDITED',
  'COMPLETED',
] as const;
const names = z.record(z.string().min(1), z.string().min(1));

/** Which sales may become orders. */
const admission = z
  .strictObject({
    saleStatuses: z
      .array(z.enum(SALE_STATUSES))
      .default([])
      .describe(
        'Only sales in one of these DEAR statuses; empty: any. For an advanced sale the status follows from the stages, invoice and credit notes of its fulfilment. It is checked again at each later stage while the sale has no order.',
      ),
    ordersFrom: z.iso
      .date()
      .or(z.literal(''))
      .default('')
      .describe('Sales with an earlier order date are ignored.'),
    salesChannels: z
      .array(z.string().min(1))
      .default([])
      .describe('Only sales from one of these channels; empty: any.'),
    attributes: z
      .record(additionalAttribute, z.array(z.string()).min(1))
      .default({})
      .describe('Attribute → the values that qualify a sale.'),
  })
  .prefault({});

const replaces = z
  .strictObject({
    numbers: z
      .array(
        z
          .string()
          .max(100)
          .regex(/\{(?:sale|digits|customer)\}/, 'needs {sale}, {digits} or {customer}'),
      )
      .min(1)
      .default(['{sale}']),
  })
  .nullable()
  .default(null);
const shippingMethods = z
  .strictObject({ services: names, unmapped: z.enum(['hold', 'pass']).default('hold') })
  .nullable()
  .default(null);
const shippingService = z
  .strictObject({
    from: connectionId
      .or(z.literal(''))
      .default('')
      .describe(
        'Id of the connection whose provider sells the labels, for a connection whose own does not, such as a store that the service pulls from. Both have to be of one account.',
      ),
    buy: z
      .enum(['by-hand', 'cheapest', 'fastest', 'mapped'])
      .default('by-hand')
      .describe(
        'Who chooses the label of an order. `by-hand`: a person, on the console or by `bridge label buy`. The others buy it as soon as the provider has accepted the order; `mapped`: the service of `shippingMethods`.',
      ),
    withinDays: z
      .int()
      .min(1)
      .max(30)
      .nullable()
      .default(null)
      .describe('`cheapest` and `fastest` choose only what arrives within so many days. `null`: any.'),
    services: z
      .array(z.string().min(1))
      .default([])
      .describe('Codes of the services that `cheapest` and `fastest` may choose; empty: any.'),
    rates: z
      .enum(['on-request', 'automatic'])
      .default('on-request')
      .describe('`automatic`: the rates of each order are read once it is accepted.'),
    ratesAttribute: additionalAttribute
      .or(z.literal(''))
      .default('')
      .describe('Attribute of the sale in which DEAR staff see the rates. Two DEAR calls for each reading.'),
    attachLabel: z
      .boolean()
      .default(true)
      .describe('Attaches the PDF of a label to its sale in DEAR. One DEAR call for each label.'),
  })
  .nullable()
  .default(null);

/** The settings of every connection, whatever its provider; see `Connection` in the domain. */
const everyConnection = {
  id: connectionId.describe('Identifies the connection; part of addresses and secret names.'),
  location: z
    .string()
    .min(1)
    .describe(
      'Name of the DEAR location that the connection ships for; capitals and outer blanks do not matter. Several connections may have one, by `rules`.',
    ),
  rules,
  mode: z
    .enum(['live', 'shadow'])
    .default('live')
    .describe(
      '`shadow`: while another connector ships the sales, everything is read and planned, and nothing is written to DEAR or the provider, until `bridge cutover`.',
    ),
  replaces: replaces.describe(
    'The connector that the bridge takes over from. `numbers`: how it numbers an order at the provider; `{sale}` is the sale order number, `{digits}` its digits, `{customer}` the customer’s reference. An order is not sent where the provider has one under such a number: one call for each. `null`: none; in mode `shadow`: `{sale}`.',
  ),
  trigger: z
    .enum(['OrderAuthorised', 'PickAuthorised', 'PackAuthorised', 'ShipmentAuthorised'])
    .default('OrderAuthorised')
    .describe(
      'The DEAR event that makes an order; its stage gives the lines. With a later stage one sale may have goods at several connected locations.',
    ),
  admission,
  serviceSkus: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'SKUs that are not shipped, besides products of the DEAR type Service; `*` matches any text. They are billed with the first shipment.',
    ),
  kits: z
    .enum(['components', 'kit'])
    .default('components')
    .describe(
      'How a kit is ordered that DEAR has picked as its components. Either way it is billed as the kit.',
    ),
  backorders: z
    .enum(['wait', 'ship-available'])
    .default('wait')
    .describe(
      '`wait`: no order while a line is on backorder. `ship-available`: order what is available, and the rest as it comes in; a simple sale becomes an advanced one for that. Applies to orders made by `OrderAuthorised`.',
    ),
  release: z
    .enum(['automatic', 'manual'])
    .default('automatic')
    .describe('`manual`: an order stays Queued until a person processes it.'),
  holdUntilPaid: z
    .boolean()
    .default(false)
    .describe(
      'Holds an order until DEAR shows the sale as paid or prepaid, or a person releases it. A sale with nothing to pay is not held.',
    ),
  testSale: z
    .strictObject({
      number: z
        .string()
        .default('')
        .describe(
          'Order number of the sale that `bridge canary` authorises and undoes. Make it in DEAR for this alone: at this location, for a customer such as “TEST, do not ship”, with a product in stock, and leave its order a draft. Its orders are held and never sent.',
        ),
      send: z
        .boolean()
        .default(false)
        .describe(
          '`true`: orders of the test sale reach the service and are cancelled there. Only where nothing is packed within minutes, such as a test account.',
        ),
    })
    .prefault({}),
  shippingMethods: shippingMethods.describe(
    '`services`: shipping method in DEAR → shipping service of the provider. `unmapped`: whether an order with another method is held (`hold`, the default) or passed on (`pass`). `null`: every method is passed on as it is.',
  ),
  partialShipments: z
    .enum(['wait', 'convert'])
    .default('wait')
    .describe(
      '`wait`: DEAR is updated once all of an order has left. `convert`: each shipment gets its own fulfilment, which turns a simple sale into an advanced one for good; only with `OrderAuthorised`.',
    ),
  pick: z
    .enum(['explicit', 'auto'])
    .default('explicit')
    .describe('`explicit`: the pick names what left. `auto`: DEAR picks what it has allocated.'),
  shipStage: z
    .enum(['AUTHORISED', 'DRAFT'])
    .default('AUTHORISED')
    .describe('Status of the shipment that is written to DEAR; a person authorises a `DRAFT`.'),
  invoice: z
    .enum(['none', 'draft', 'authorised'])
    .default('none')
    .describe('Whether what left is invoiced. Freight and other charges go with the first shipment.'),
  carriers: names
    .default({})
    .describe(
      'Shipping service or carrier of the provider → name of the carrier in DEAR. The shipping service is looked up first.',
    ),
  warehouses: names
    .default({})
    .describe(
      'Warehouse of the provider → DEAR location that the goods then left from, unless DEAR has picked already.',
    ),
  units: units
    .superRefine(refuseSameSku)
    .default({})
    .describe(
      'SKU (`*` matches any text) → how many units of DEAR equal how many of the provider. Without it, stock of products that are sold in fractions is never written. `correctedOn`: the day since which the stock at the provider is right.',
    ),
  checkOrders: interval
    .or(z.literal('off'))
    .default('1 hour')
    .describe(
      'How often orders that have not left are compared with those of the provider, to notice what its staff cancel, delete, merge or hold. One call for each 25 open orders, at least three.',
    ),
  estimatedArrivalDays: z
    .int()
    .min(1)
    .max(365)
    .default(14)
    .describe('Days after its last package left until an order without delivery news counts as Completed.'),
  statusAttribute: additionalAttribute
    .or(z.literal(''))
    .default('')
    .describe(
      'Attribute of the sale in which DEAR staff see a short status such as `SO-00042-1 Shipped 1Z…`. Two DEAR calls for each change.',
    ),
  returns: z
    .enum(['log', 'draft-credit-note'])
    .default('log')
    .describe('`draft-credit-note`: drafts a credit note, with restock, for goods that come back.'),
  returnsBegin: z
    .enum(['scan', 'label'])
    .default('scan')
    .describe(
      'When a return begins. `scan`: when its carrier has scanned the label, noticed within a day for labels of the last 60 days. `label`: when the label is made, which may be before the parcel leaves.',
    ),
  shippingService: shippingService.describe(
    'Rates and labels, from a provider that sells them. `null`: labels are bought at the provider alone.',
  ),
  inventory,
  catalogue: z
    .strictObject({
      every: interval
        .or(z.literal('off'))
        .default('1 day')
        .describe('How often the list of products that the provider knows is read.'),
      unknownSkus: z
        .enum(['hold', 'pass'])
        .default('pass')
        .describe(
          'An order with a SKU that is not on the list. `pass`: it is sent, and its log says so. `hold`: it is On Hold until the provider knows the SKU or a person releases it.',
        ),
    })
    .prefault({}),
  fields,
};

const everySetting = z.strictObject(everyConnection);
/** A connection of any provider, whose own settings are not checked. */
export const anyConnection = z.looseObject(everyConnection);
type Registered = (typeof PROVIDERS)[number];

/**
 * What the code outside a provider's folder knows of a connection. Its provider's own settings are there too, for the
 * provider's definition to read.
 */
export type ConnectionSettings = z.output<typeof everySetting> & { readonly provider: Registered['id'] };
/** A connection as a person writes it, with the settings of its provider. */
export type ConnectionInput = {
  [Id in Registered['id']]: z.input<typeof everySetting> & { readonly provider: Id } & z.input<
      z.ZodObject<ReturnType<Extract<Registered, { readonly id: Id }>['settings']>>
    >;
}[Registered['id']];

const schemas = PROVIDERS.map((definition: ProviderDefinition) =>
  z.strictObject({
    ...everyConnection,
    provider: z.literal(definition.id).describe('The kind of fulfillment service.'),
    ...definition.settings(),
  }),
);
const [first, ...others] = schemas;
if (first === undefined) throw new Error('There is no provider');

/** The settings of a connection, with those of its provider. A list of schemas has lost the types that the two above name. */
export const connection = z.discriminatedUnion('provider', [first, ...others]) as unknown as z.ZodType<
  ConnectionSettings,
  ConnectionInput
>;
