import type { ContentLine, OrderContent } from '../../lib/domain/order/order-content.ts';

/** An order as a sale's plan creates it; override the fields that the test needs. */
export function sampleOrder(overrides: Partial<OrderContent> = {}): OrderContent {
  const lines = overrides.lines ?? [
    sampleLine(),
    sampleLine({ key: 'line-2', sku: 'LAMP-OAK', name: 'Oak lamp' }),
  ];
  return {
    reference: 'SO-20417-1',
    saleId: '7a1f0c52-5f0b-4c0e-9a35-3f6f6b1d2c11',
    saleOrderNumber: 'SO-20417',
    customerReference: 'PO 5512',
    sourceChannel: 'Trade counter',
    orderDate: '2026-01-05',
    shipBy: '2026-01-09',
    currency: 'USD',
    customer: 'Quillfeather Interiors',
    email: 'orders@quillfeather.example',
    phone: '+1 503 555 0162',
    shipTo: {
      line1: '77 Larkspur Lane',
      line2: 'Suite 4',
      city: 'Portland',
      state: 'OR',
      postcode: '97205',
      country: 'US',
      displayLine1: '77 Larkspur Lane, Suite 4',
      displayLine2: 'Portland OR 97205, US',
      company: 'Quillfeather Interiors',
      contact: 'Odalys Brandt',
    },
    billTo: {
      line1: 'PO Box 118',
      line2: '',
      city: 'Portland',
      state: 'OR',
      postcode: '97207',
      country: 'US',
      displayLine1: 'PO Box 118',
      displayLine2: 'Portland OR 97207, US',
    },
    chosenMethod: 'Ground',
    shippingMethod: 'Ground',
    paymentStatus: 'PAID',
    customerNotes: 'Ring twice',
    internalNotes: 'Trade customer',
    gift: false,
    giftMessage: '',
    location: 'ShipStation Austin',
    adjustments: [],
    charges: [],
    services: [],
    kits: [],
    taxInclusive: false,
    terms: '30 days',
    total: 121.4,
    tax: 9.4,
    saleTotal: 121.4,
    totalWeightGrams: lines.reduce((sum, line) => sum + line.weightGrams * line.quantity, 0),
    ...overrides,
    lines,
  };
}

export function sampleLine(overrides: Partial<ContentLine> = {}): ContentLine {
  return {
    key: 'line-1',
    productId: 'c0b9a1d2-0d6e-4f7e-8a56-6f0f9d0a7b31',
    sku: 'SHADE-LINEN',
    name: 'Linen shade',
    quantity: 2,
    unitPrice: 28,
    discountPercent: 0,
    total: 56,
    tax: 2.35,
    taxRule: 'Sales tax',
    weightGrams: 350,
    imageUrl: '',
    options: [],
    stockLocation: '',
    batch: '',
    expiry: '',
    comment: '',
    ...overrides,
  };
}

/** Every personal text of the sample; none of them may reach a log line. */
export const PERSONAL = [
  'Quillfeather',
  'Odalys',
  'Brandt',
  'Larkspur',
  'quillfeather.example',
  '555 0162',
  'PO Box 118',
  'Ring twice',
];
