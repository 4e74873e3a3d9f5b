import * as z from 'zod';
import { COUNTRY_CODES } from '../kit/text.ts';

/** Request bodies. Unknown fields are kept and returned. */
const identifier = z.string().min(1).max(50);
const money = z.looseObject({ currency: z.string().regex(/^[a-z]{3}$/), amount: z.number().min(0) });
const weight = z.looseObject({
  // Both bounds are documented, one of them as exclusive.
  value: z.number().gt(1),
  unit: z.enum(['pound', 'ounce', 'gram', 'kilogram']),
});
const customField = z.string().max(100).nullish();

/** ShipStation requires abbreviations for the states of these countries. */
const STATES: Readonly<Record<string, ReadonlySet<string>>> = {
  AU: new Set('ACT NSW NT QLD SA TAS VIC WA'.split(' ')),
  CA: new Set('AB BC MB NB NL NS NT NU ON PE QC SK YT'.split(' ')),
  US: new Set(
    'AA AE AK AL AP AR AS AZ CA CO CT DC DE FL FM GA GU HI IA ID IL IN KS KY LA MA MD ME MH MI MN MO MP MS MT NC ND NE NH NJ NM NV NY OH OK OR PA PR PW RI SC SD TN TX UT VA VI VT WA WI WV WY'.split(
      ' ',
    ),
  ),
};

const address = z
  .looseObject({
    name: z.string().min(1),
    phone: z.string().min(1),
    address_line1: z.string().min(1),
    city_locality: z.string().min(1),
    state_province: z.string().min(1),
    postal_code: z.string().min(1),
    country_code: z.string().refine((code) => COUNTRY_CODES.has(code), 'is not an ISO 3166-1 code'),
    address_residential_indicator: z.enum(['unknown', 'yes', 'no']).default('unknown'),
  })
  .refine((it) => STATES[it.country_code]?.has(it.state_province) ?? true, {
    path: ['state_province'],
    error: 'is not the abbreviation of a state of this country',
  });

export type AddressFields = z.infer<typeof address>;

/** No field is required. */
const item = z.looseObject({
  name: z.string().nullish(),
  sku: z.string().nullish(),
  quantity: z.int().min(1).nullish(),
  unit_price: z.number().min(0).nullish(),
  tax_amount: z.number().min(0).nullish(),
  weight: weight.nullish(),
  image_url: z.url().nullish(),
  external_order_id: identifier.nullish(),
  external_order_item_id: identifier.nullish(),
  item_id: z.string().nullish(),
  sales_order_id: z.string().nullish(),
  sales_order_item_id: z.string().nullish(),
  product_id: z.string().nullish(),
  options: z.array(z.looseObject({ name: z.string().min(1), value: z.string() })).nullish(),
});

const fields = z.looseObject({
  validate_address: z.enum(['no_validation', 'validate_only', 'validate_and_clean']).optional(),
  external_shipment_id: identifier.nullish(),
  shipment_number: identifier.nullish(),
  external_order_id: identifier.nullish(),
  create_sales_order: z.boolean().optional(),
  store_id: z.string().min(1).nullish(),
  warehouse_id: z.string().min(1).nullish(),
  ship_from: address.nullish(),
  ship_to: address,
  return_to: address.nullish(),
  confirmation: z.string().min(1).nullish(),
  insurance_provider: z.enum(['none', 'shipsurance', 'carrier', 'third_party']).nullish(),
  tags: z.array(z.looseObject({ name: z.string().min(1) })).nullish(),
  requested_shipment_service: z.string().nullish(),
  ship_by_date: z.iso.datetime().nullish(),
  notes_from_buyer: z.string().nullish(),
  notes_for_gift: z.string().nullish(),
  internal_notes: z.string().nullish(),
  is_gift: z.boolean().default(false),
  amount_paid: money.nullish(),
  tax_paid: money.nullish(),
  shipping_paid: money.nullish(),
  advanced_options: z
    .looseObject({ custom_field1: customField, custom_field2: customField, custom_field3: customField })
    .nullish(),
  items: z.array(item).min(1),
  packages: z.array(z.looseObject({ weight })).min(1),
});

export const shipmentRequest = fields.refine((it) => Boolean(it.warehouse_id) !== Boolean(it.ship_from), {
  path: ['warehouse_id'],
  error: 'exactly one of warehouse_id and ship_from is required',
});
export type ShipmentFields = z.infer<typeof fields>;

/** Read-only fields of a shipment. A client that sends an object back has to remove them. */
const SERVER_OWNED = [
  'shipment_id',
  'shipment_status',
  'sales_order_ids',
  'created_at',
  'modified_at',
  'total_weight',
  'shipping_rule_id',
  'errors',
];

/** Read-only fields of a package. */
const SERVER_OWNED_OF_A_PACKAGE = ['shipment_package_id', 'tracking_number'];

/** The whole object: omitted fields are removed. */
export const replaceRequest = shipmentRequest.superRefine((body, context) => {
  for (const field of SERVER_OWNED.filter((name) => name in body)) {
    context.addIssue({ code: 'custom', path: [field], message: 'is read-only', input: body });
  }
  for (const [index, box] of body.packages.entries()) {
    for (const field of SERVER_OWNED_OF_A_PACKAGE.filter((name) => name in box)) {
      const path = ['packages', index, field];
      context.addIssue({ code: 'custom', path, message: 'is read-only', input: body });
    }
  }
});

export const createRequest = z.looseObject({ shipments: z.array(shipmentRequest).min(1) });
export type CreateRequest = z.infer<typeof createRequest>;
