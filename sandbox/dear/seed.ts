import { round4 } from '../kit/numbers.ts';
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

const LOCATION_IDS = {
  main: '9d3b7a10-51c6-4f2e-9a08-64e1b0c7d101',
  austin: '9d3b7a10-51c6-4f2e-9a08-64e1b0c7d102',
  retired: '9d3b7a10-51c6-4f2e-9a08-64e1b0c7d103',
  shelves: '9d3b7a10-51c6-4f2e-9a08-64e1b0c7d104',
  shelfA: '9d3b7a10-51c6-4f2e-9a08-64e1b0c7d105',
  shelfB: '9d3b7a10-51c6-4f2e-9a08-64e1b0c7d106',
  integrated: '9d3b7a10-51c6-4f2e-9a08-64e1b0c7d107',
  reno: '9d3b7a10-51c6-4f2e-9a08-64e1b0c7d108',
} as const;

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

/** place, on hand, batch, expiry */
type SeedStock = [place: SeedLocation, onHand: number, batch?: string, expiry?: string];
type SeedProduct = Omit<ProductRecord, 'updatedAt' | 'priceTiers' | 'isDeprecated'> & { stock: SeedStock[] };

const id = (n: number) => `b7e40c91-2d8f-4a53-8c16-3f9a05d2e${String(n).padStart(3, '0')}`;
const goods = { category: 'Camp', type: 'Stock', costingMethod: 'FIFO', dimensionsUnits: 'cm' } as const;
const looks = (picture: string, colour: string) => ({
  ProductCustomField1: `https://images.larkspurtrail.example/${picture}.jpg`,
  ProductCustomField2: colour,
});

/** Products in every unit of weight, one with batches, and a service. */
const SEED_PRODUCTS: readonly SeedProduct[] = [
  {
    ...goods,
    id: id(1),
    sku: 'TRL-MUG-350',
    name: 'Enamel trail mug 350 ml',
    barcode: '4006381333931',
    weight: 140,
    weightUnits: 'g',
    length: 12,
    width: 9,
    height: 8,
    price: 14.5,
    averageCost: 4.2,
    customFields: looks('trail-mug', 'Moss'),
    stock: [
      ['main', 120],
      ['austin', 300],
      ['reno', 300],
      ['shelfA', 15],
    ],
  },
  {
    ...goods,
    id: id(2),
    sku: 'TRL-KNIFE-S',
    name: 'Folding camp knife, small',
    barcode: '4006381333948',
    weight: 3.5,
    weightUnits: 'oz',
    length: 10,
    width: 3,
    height: 2,
    price: 32,
    averageCost: 11.75,
    customFields: looks('camp-knife-s', 'Walnut'),
    stock: [
      ['main', 60],
      ['austin', 140],
      ['reno', 140],
    ],
  },
  {
    ...goods,
    id: id(3),
    sku: 'TRL-TENT-2P',
    name: 'Ridge tent for two',
    barcode: '4006381333955',
    weight: 2.35,
    weightUnits: 'kg',
    length: 48,
    width: 16,
    height: 16,
    price: 289,
    averageCost: 121.4,
    customFields: looks('ridge-tent', 'Ochre'),
    stock: [
      ['main', 18],
      ['austin', 40],
      ['reno', 40],
      ['integrated', 12],
    ],
  },
  {
    ...goods,
    id: id(4),
    sku: 'TRL-STOVE-1B',
    name: 'Single burner stove',
    barcode: '4006381333962',
    weight: 1.8,
    weightUnits: 'lb',
    length: 22,
    width: 18,
    height: 9,
    price: 64.95,
    averageCost: 27.1,
    customFields: looks('stove-one', 'Graphite'),
    stock: [
      ['main', 25],
      ['austin', 75],
      ['reno', 75],
      ['shelfB', 6],
    ],
  },
  {
    ...goods,
    id: id(5),
    sku: 'TRL-BAR-OAT',
    name: 'Oat and cherry bar',
    category: 'Food',
    costingMethod: 'FEFO - Batch',
    barcode: '4006381333979',
    weight: 55,
    weightUnits: 'g',
    length: 13,
    width: 4,
    height: 2,
    price: 2.8,
    averageCost: 0.95,
    customFields: looks('oat-bar', 'Cherry'),
    stock: [
      ['main', 400, 'OB-2610', '2027-04-30'],
      ['austin', 500, 'OB-2610', '2027-04-30'],
      ['austin', 200, 'OB-2604', '2027-01-31'],
    ],
  },
  {
    ...goods,
    id: id(6),
    sku: 'TRL-LAMP-HD',
    name: 'Head lamp',
    barcode: '4006381333986',
    weight: 0.09,
    weightUnits: 'kg',
    length: 7,
    width: 5,
    height: 5,
    price: 39,
    averageCost: 15.6,
    customFields: looks('head-lamp', 'Black'),
    stock: [
      ['main', 3],
      ['austin', 5],
      ['reno', 5],
    ],
  },
  {
    ...goods,
    id: id(7),
    sku: 'SVC-ENGRAVE',
    name: 'Engraving',
    category: 'Services',
    type: 'Service',
    barcode: '',
    weight: 0,
    weightUnits: '',
    length: 0,
    width: 0,
    height: 0,
    price: 9,
    averageCost: 0,
    customFields: {},
    stock: [],
  },
];

type SeedLocation = keyof typeof LOCATION_IDS;
