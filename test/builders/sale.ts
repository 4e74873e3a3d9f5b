import type { Sale, SaleCharge, SaleFulfilment, SaleLine, StageLine } from '../../lib/domain/sale/sale.ts';

export const LOCATION = 'Lantern Depot';

/** A simple sale that a person has just authorised: two lines, a complete address, nothing shipped. */
export function sale(overrides: Partial<Sale> = {}): Sale {
  return {
    id: 'a1b2c3d4-0000-4000-8000-000000000001',
    orderNumber: 'SO-00042',
    type: 'simple',
    status: 'ORDERED',
    orderStatus: 'AUTHORISED',
    location: LOCATION,
    customer: 'Quill & Thread',
    priceTier: 'Tier 1',
    contact: 'Ines Marlowe',
    email: 'ines@quillthread.example',
    phone: '+1 512 555 0188',
    billingAddress: {
      line1: '77 Ledger Lane',
      line2: '',
      city: 'Waco',
      state: 'TX',
      postcode: '76701',
      country: 'US',
      displayLine1: '77 Ledger Lane',
      displayLine2: 'Waco TX 76701 United States',
    },
    shippingAddress: {
      line1: '12 Orchard Mews',
      line2: 'Flat 3',
      city: 'Austin',
      state: 'TX',
      postcode: '78701',
      country: 'US',
      displayLine1: '12 Orchard Mews Flat 3',
      displayLine2: 'Austin TX 78701 United States',
      company: 'Quill & Thread Studio',
      contact: 'Rufus Marlowe',
    },
    shippingNotes: 'Ring twice',
    note: 'VIP',
    memo: '',
    customerReference: 'PO-9',
    currency: 'USD',
    carrier: 'UPS Ground',
    paymentStatus: 'PAID',
    orderDate: '2026-02-03',
    shipBy: '',
    sourceChannel: '',
    trackingNumbers: [],
    additionalAttributes: {},
    lines: [line(), line({ productId: 'b0000000-0000-4000-8000-000000000002', sku: 'WAX-02', quantity: 3 })],
    charges: [],
    total: 50,
    tax: 0,
    taxInclusive: false,
    terms: '30 days',
    fulfilments: [],
    invoices: [],
    creditNoteMemos: [],
    ...overrides,
  };
}

export function line(overrides: Partial<SaleLine> = {}): SaleLine {
  const quantity = overrides.quantity ?? 2;
  const unitPrice = overrides.unitPrice ?? 10;
  return {
    productId: 'b0000000-0000-4000-8000-000000000001',
    sku: 'QUILL-01',
    name: 'Goose quill',
    quantity,
    backorderQuantity: 0,
    unitPrice,
    discountPercent: 0,
    tax: 0,
    taxRule: 'Sales tax',
    total: quantity * unitPrice,
    comment: '',
    dropShip: false,
    weightGrams: 40,
    customFields: {},
    ...overrides,
  };
}

export function charge(overrides: Partial<SaleCharge> = {}): SaleCharge {
  return {
    description: 'Freight',
    quantity: 1,
    unitPrice: 9,
    discountPercent: 0,
    tax: 0.9,
    taxRule: 'Sales tax',
    total: 9,
    ...overrides,
  };
}

/** A line of a pick or a pack: of the first product, at the connection's location. */
export function stageLine(overrides: Partial<StageLine> = {}): StageLine {
  const { productId, sku, name } = line();
  const where = { location: LOCATION, locationId: '', batch: '', expiry: '', box: '' };
  return { productId, sku, name, quantity: 2, ...where, ...overrides };
}

/** All goods of the sale, picked or packed in DEAR. @param quantity of its first line */
export function toStageLines({ lines }: Pick<Sale, 'lines'>, box: string, quantity?: number): StageLine[] {
  return lines.map(({ productId, sku, name, quantity: sold }, index) =>
    stageLine({ productId, sku, name, box, quantity: index === 0 ? (quantity ?? sold) : sold }),
  );
}

export function fulfilment(overrides: Partial<SaleFulfilment> = {}): SaleFulfilment {
  return {
    taskId: sale().id,
    number: 1,
    pick: { status: 'NOT AVAILABLE', lines: [] },
    pack: { status: 'NOT AVAILABLE', lines: [] },
    ship: { status: 'NOT AVAILABLE', lines: [] },
    ...overrides,
  };
}
