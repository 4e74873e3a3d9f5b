import { round4 } from '../kit/numbers.ts';
import { LOCATION_IDS, SEED_PRODUCTS } from './seed-products.ts';
import type { AddressRecord, DearState, LocationRecord, ProductRecord } from './state.ts';
import type { StockRecord } from './stock/stock-records.ts';

/** The second price tier as a share of the first. */
const TRADE = 0.6;

/** The company of a new sandbox. All of it is invented; ids are fixed, so two sandboxes agree. */
export function seedState(now: number): DearState {
  const updatedAt = new Date(now).toISOString();
  const products = SEED_PRODUCTS.map(
    ({ stock: _, ...product }): ProductRecord => ({
      ...product,
      priceTiers: { 'Tier 2': round4(product.price * TRADE) },
      isDeprecated: false,
      updatedAt,
    }),
  );
  return {
    company: COMPANY,
    nextOrderNumber: 1,
    nextInvoiceNumber: 1,
    nextCreditNoteNumber: 1,
    locations: structuredClone(LOCATIONS),
    carriers: [
      { id: '6f1d0c52-3a94-4d0e-8b77-2c5e90a1f301', name: 'DEFAULT Carrier' },
      { id: '6f1d0c52-3a94-4d0e-8b77-2c5e90a1f302', name: 'UPS Ground' },
    ],
    products,
    stock: SEED_PRODUCTS.flatMap(({ id, stock }) =>
      stock.map(([place, onHand, batch = '', expiry = '']): StockRecord => {
        return { productId: id, locationId: LOCATION_IDS[place], onHand, batch, expiry };
      }),
    ),
    nextStocktakeNumber: 1,
    stockTakes: [],
    stockAdjustments: [],
    sales: [],
    webhooks: [],
    deliveries: [],
  };
}

const plain = { isDefault: false, isDeprecated: false, parentId: null, ownedByBuiltInIntegration: false };
const LOCATIONS: LocationRecord[] = [
  { ...plain, id: LOCATION_IDS.main, name: 'Main Warehouse', isDefault: true },
  { ...plain, id: LOCATION_IDS.austin, name: 'ShipStation Austin' },
  { ...plain, id: LOCATION_IDS.reno, name: 'ShipStation Reno' },
  { ...plain, id: LOCATION_IDS.retired, name: 'Old Mill Depot', isDeprecated: true },
  { ...plain, id: LOCATION_IDS.shelves, name: 'Workshop' },
  { ...plain, id: LOCATION_IDS.shelfA, name: 'W-01-A', parentId: LOCATION_IDS.shelves },
  { ...plain, id: LOCATION_IDS.shelfB, name: 'W-01-B', parentId: LOCATION_IDS.shelves },
  { ...plain, id: LOCATION_IDS.integrated, name: 'Harbor Logistics', ownedByBuiltInIntegration: true },
];

const BILLING: AddressRecord = {
  line1: '2204 Kestrel Row',
  line2: 'Floor 3',
  city: 'Denver',
  state: 'CO',
  postcode: '80205',
  country: 'US',
  company: 'Juniper & Slate Outfitters',
  contact: 'Rowan Ellery',
  displayLine1: null,
  displayLine2: null,
  shipToOther: false,
};

const COMPANY: DearState['company'] = {
  tenantId: '41c9e6d8-0b5f-4c37-a2de-7f80913b6ca4',
  name: 'Larkspur Trail Goods',
  currency: 'USD',
  timeZone: 'America/Chicago',
  weightUnits: 'g',
  dimensionsUnits: 'cm',
  taxRuleId: 'e0a7f4b3-92d1-4a68-b5c0-18d3f6a7290b',
  taxRule: 'Sales Tax',
  taxRate: 0.08,
  customer: {
    id: 'c58e21f7-64ab-4d19-93e2-50b7c8d9ea16',
    name: 'Juniper & Slate Outfitters',
    contact: 'Rowan Ellery',
    phone: '+1 303 555 0147',
    email: 'rowan.ellery@juniperslate.example',
  },
  billingAddress: BILLING,
  shippingAddress: { ...BILLING, line1: '87 Cold Spring Lane', line2: 'Dock 2', shipToOther: true },
};
