import * as z from 'zod';
import { foldName } from '../domain/location-name.ts';
import { shipStationV2Settings } from '../providers/shipstation-v2/settings.ts';
import { isAddressOrBlock } from './address-list.ts';

export const DEAR_URL = 'https://inventory.dearsystems.com/ExternalApi/v2/';

/** Also part of addresses and secret names, so it is kept to what all of those allow. */
const connectionId = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/);
const additionalAttribute = z.templateLiteral(['AdditionalAttribute', z.int().min(1).max(10)]);
const productField = z.string().regex(/^ProductCustomField([1-9]|10)$/);

const fields = z
  .strictObject({
    gift: additionalAttribute.or(z.literal('')).default(''),
    giftMessage: additionalAttribute.or(z.literal('')).default(''),
    image: productField.or(z.literal('')).default(''),
    options: z.record(z.string().min(1), productField).default({}),
  })
  .prefault({});

/** DEAR's sixteen, of simple sales; an advanced sale's are derived from its stages in the same words. */
export const SALE_STATUSES = [
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

/** As EventBridge Scheduler counts. */
const interval = z.string().regex(/^(1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))$/);
const share = z.number().min(0).max(1);

/** How the provider's stock is compared with DEAR's, and what becomes of a difference. */
const inventory = z
  .strictObject({
    every: interval.or(z.literal('off')).default('1 hour'),
    mode: z.enum(['report', 'stocktake', 'adjust']).default('report'),
    completeStocktake: z.enum(['by-hand', 'automatic']).default('by-hand'),
    account: z.string().default(''),
    unitCostTier: z.string().default(''),
    guard: z.strictObject({ lines: share.default(0.2), quantity: share.default(0.2) }).prefault({}),
  })
  .refine(({ mode, account }) => mode === 'report' || account !== '', {
    error: 'needs the code of a DEAR account, which differences are booked to',
    path: ['account'],
  })
  .prefault({});

const names = z.record(z.string().min(1), z.string().min(1));

/** Which sales may become orders. */
const admission = z
  .strictObject({
    saleStatuses: z.array(z.enum(SALE_STATUSES)).default([]),
    ordersFrom: z.iso.date().or(z.literal('')).default(''),
    salesChannels: z.array(z.string().min(1)).default([]),
    attributes: z.record(additionalAttribute, z.array(z.string()).min(1)).default({}),
  })
  .prefault({});

const shippingMethods = z
  .strictObject({ services: names, unmapped: z.enum(['hold', 'pass']).default('hold') })
  .nullable()
  .default(null);

const unitCount = z.number().positive().max(1_000_000);

/** How products are counted whose units differ between DEAR and the provider. */
const units = z.record(
  z.string().trim().min(1),
  z
    .strictObject({
      dear: unitCount,
      provider: unitCount,
      correctedOn: z.iso.date().or(z.literal('')).default(''),
    })
    .refine(({ dear, provider }) => provider / dear <= 10_000, {
      error:
        'makes one of the service’s units less than 0.0001 of DEAR’s, and DEAR keeps four decimals: let the service count in larger ones',
    }),
);

/** What every connection says, whatever its provider; `Connection` in the domain says what each means. */
const everyConnection = {
  id: connectionId,
  /** Name of the DEAR location, spelt as in DEAR. */
  location: z.string().min(1),
  trigger: z
    .enum(['OrderAuthorised', 'PickAuthorised', 'PackAuthorised', 'ShipmentAuthorised'])
    .default('OrderAuthorised'),
  admission,
  serviceSkus: z.array(z.string().min(1)).default([]),
  kits: z.enum(['components', 'kit']).default('components'),
  backorders: z.enum(['wait', 'ship-available']).default('wait'),
  release: z.enum(['automatic', 'manual']).default('automatic'),
  holdUntilPaid: z.boolean().default(false),
  shippingMethods,
  partialShipments: z.enum(['wait', 'convert']).default('wait'),
  pick: z.enum(['explicit', 'auto']).default('explicit'),
  shipStage: z.enum(['AUTHORISED', 'DRAFT']).default('AUTHORISED'),
  invoice: z.enum(['none', 'draft', 'authorised']).default('none'),
  carriers: names.default({}),
  warehouses: names.default({}),
  units: units.superRefine(refuseSameSku).default({}),
  /** How often the orders that have not left are compared with the provider's own. */
  checkOrders: interval.or(z.literal('off')).default('1 hour'),
  estimatedArrivalDays: z.int().min(1).max(365).default(14),
  statusAttribute: additionalAttribute.or(z.literal('')).default(''),
  returns: z.enum(['log', 'draft-credit-note']).default('log'),
  returnsBegin: z.enum(['scan', 'label']).default('scan'),
  inventory,
  catalogue: z
    .strictObject({
      every: interval.or(z.literal('off')).default('1 day'),
      unknownSkus: z.enum(['hold', 'pass']).default('pass'),
    })
    .prefault({}),
  fields,
};

const connection = z.discriminatedUnion('provider', [shipStationV2Settings.extend(everyConnection)]);

const address = z.string().refine(isAddressOrBlock, { error: 'is not an IP address or CIDR block' });

export const settingsSchema = z
  .strictObject({
    dear: z
      .strictObject({
        baseUrl: z.union([z.literal('sandbox'), z.url()]).default(DEAR_URL),
        /** Where webhooks may come from; empty: from anywhere, as the token is the control. */
        webhookAddresses: z.array(address).default([]),
        /** `off`: for a subscription without the Automation module; the sweep alone finds what changed. */
        webhooks: z.enum(['on', 'off']).default('on'),
        /** Of DEAR's 60; the rest is for what else calls the account. More where DEAR has raised the limit. */
        callsPerMinute: z.int().min(1).max(6000).default(55),
      })
      .prefault({}),
    connections: z.array(connection).min(1),
    /** Who is told when an alarm fires, and when it is over. */
    alarms: z
      .strictObject({
        emails: z.array(z.email()).default([]),
        /** Posted to, as Amazon SNS posts; each has to confirm its subscription. */
        webhooks: z.array(z.url({ protocol: /^https$/ })).default([]),
        /** Where `docs/runbook.md` is published, for the links in the alarms; '': they name its path in the project. */
        runbookUrl: z
          .url({ protocol: /^https$/ })
          .max(250)
          .or(z.literal(''))
          .default(''),
        /** Hours that an order may be On Hold, or wait for a person to process it, before somebody is told. */
        holdHours: z.int().min(1).max(720).default(24),
        /** Hours that a stock take in DEAR may be open, which locks its location, before somebody is told. */
        stockTakeHours: z.int().min(1).max(720).default(4),
        /** Days after which an order that a service accepted, and that has not left, is late. */
        unshippedDays: z.int().min(1).max(365).default(5),
      })
      .prefault({}),
    /** Names, addresses and notes are deleted after so many days. */
    personalDataDays: z.int().min(1).max(3650).default(90),
    logRetentionDays: z
      .union([z.literal(7), z.literal(14), z.literal(30), z.literal(90), z.literal(365)])
      .default(30),
  })
  .superRefine((settings, context) => {
    refuseDuplicates(settings.connections, 'id', context);
    refuseDuplicates(settings.connections, 'location', context);
  });

/** Capitals do not tell SKUs apart, so of two entries that differ in nothing else one would never count. */
function refuseSameSku(entries: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void {
  const skus = Object.keys(entries);
  const firstOf = new Map<string, string>();
  for (const sku of skus) {
    const first = firstOf.get(sku.toLowerCase());
    firstOf.set(sku.toLowerCase(), first ?? sku);
    if (first === undefined) continue;
    const message = `is the same SKU as '${first}': capitals do not tell SKUs apart`;
    context.addIssue({ code: 'custom', path: [sku], message });
  }
}

export type Settings = z.infer<typeof settingsSchema>;
export type SettingsInput = z.input<typeof settingsSchema>;
export type ConnectionSettings = Settings['connections'][number];

function refuseDuplicates(
  connections: ReadonlyArray<{ id: string; location: string }>,
  key: 'id' | 'location',
  context: z.RefinementCtx,
): void {
  const firstOf = new Map<string, number>();
  connections.forEach((connection, index) => {
    const value = foldName(connection[key]);
    const first = firstOf.get(value);
    firstOf.set(value, first ?? index);
    if (first === undefined) return;
    const message = `is '${connection[key]}' already at connections[${first}]; each ${key} belongs to one connection`;
    context.addIssue({ code: 'custom', path: ['connections', index, key], message });
  });
}
