import { shipmentRequest } from 'dear-sandbox/shipstation-v2';
import { describe, expect, it } from 'vitest';
import { toShipStationOrder } from '../../../lib/providers/shipstation-v2/order-mapper.ts';
import { sampleLine, sampleOrder } from '../../contract/sample-order.ts';

const settings = { warehouseId: 'se-1001' };
const map = (...[overrides]: Parameters<typeof sampleOrder>) =>
  toShipStationOrder(sampleOrder(overrides), settings);

describe('toShipStationOrder', () => {
  it('sets the reference in the fields for look-ups, for people, and for split and merged orders', () => {
    const order = map();
    expect(order).toMatchObject({
      external_shipment_id: 'SO-20417-1',
      shipment_number: 'SO-20417-1',
      external_order_id: 'SO-20417-1',
      create_sales_order: true,
      validate_address: 'no_validation',
      warehouse_id: 'se-1001',
    });
    expect(order.items.map((item) => [item.external_order_id, item.external_order_item_id])).toEqual([
      ['SO-20417-1', 'line-1'],
      ['SO-20417-1', 'line-2'],
    ]);
    expect(order.advanced_options.custom_field1).toBe('SO-20417');
  });

  it('names a store only where the connection does', () => {
    expect(map()).not.toHaveProperty('store_id');
    expect(toShipStationOrder(sampleOrder(), { ...settings, storeId: '77' }).store_id).toBe('77');
  });

  it('maps the delivery address', () => {
    expect(map().ship_to).toEqual({
      name: 'Odalys Brandt',
      company_name: 'Quillfeather Interiors',
      phone: '+1 503 555 0162',
      email: 'orders@quillfeather.example',
      address_line1: '77 Larkspur Lane',
      address_line2: 'Suite 4',
      city_locality: 'Portland',
      state_province: 'OR',
      postal_code: '97205',
      country_code: 'US',
      address_residential_indicator: 'unknown',
    });
  });

  it('uses the customer’s name where the address has none, and an unassigned number where there is no phone', () => {
    const { shipTo } = sampleOrder();
    const order = map({ shipTo: { ...shipTo, contact: '', company: '', line2: '' }, phone: '', email: '' });
    expect(order.ship_to).toMatchObject({ name: 'Quillfeather Interiors', phone: '000-000-0000' });
    for (const absent of ['email', 'company_name', 'address_line2'])
      expect(order.ship_to).not.toHaveProperty(absent);
  });

  it('puts facts without a field of ShipStation into the internal notes', () => {
    expect(map().internal_notes.split('\n')).toEqual([
      'Trade customer',
      'DEAR sale: SO-20417',
      'Ordered: 2026-01-05',
      'Customer: Quillfeather Interiors',
      'Customer reference: PO 5512',
      'Channel: Trade counter',
      'Bill to: PO Box 118, Portland, OR, 97207, US',
      'Payment: PAID',
    ]);
  });

  it('has no blank line in the notes where the merchant’s own notes are blank', () => {
    expect(map({ internalNotes: ' \n' }).internal_notes).toMatch(/^DEAR sale: /);
    expect(map({ internalNotes: '\n Fragile \n' }).internal_notes).toMatch(/^Fragile\nDEAR sale: /);
  });

  it('leaves blank parts of the bill-to address out', () => {
    const billTo = { ...sampleOrder().billTo, line2: ' ' };
    expect(map({ billTo }).internal_notes).toContain('Bill to: PO Box 118, Portland, OR, 97207, US\n');
  });

  it('reads the bill-to address from its display lines where DEAR has no structured one', () => {
    const billTo = {
      line1: '',
      line2: '',
      city: '',
      state: '',
      postcode: '',
      country: '',
      displayLine1: '9 Elm Rd',
      displayLine2: 'Salem OR',
    };
    expect(map({ billTo }).internal_notes).toContain('Bill to: 9 Elm Rd, Salem OR\n');
  });

  it('maps notes, gift and dates, and leaves out empty ones', () => {
    const full = map({ gift: true, giftMessage: 'Well done' });
    expect(full).toMatchObject({
      notes_from_buyer: 'Ring twice',
      is_gift: true,
      notes_for_gift: 'Well done',
      ship_by_date: '2026-01-09T00:00:00Z',
      requested_shipment_service: 'Ground',
    });
    const bare = map({ customerNotes: ' \n', shippingMethod: '', shipBy: '' });
    for (const absent of [
      'notes_from_buyer',
      'notes_for_gift',
      'ship_by_date',
      'requested_shipment_service',
    ]) {
      expect(bare).not.toHaveProperty(absent);
    }
  });

  it('sends the paid amounts only where the order is fully paid', () => {
    expect(map()).toMatchObject({
      amount_paid: { currency: 'usd', amount: 121.4 },
      tax_paid: { currency: 'usd', amount: 9.4 },
    });
    for (const paymentStatus of ['UNPAID', 'PARTIALLY PAID', ''])
      expect(map({ paymentStatus })).not.toHaveProperty('amount_paid');
    expect(map({ total: 0, tax: 0 })).toMatchObject({ amount_paid: { amount: 0 }, tax_paid: { amount: 0 } });
  });

  it.each([
    ['KWD', 1.2345, 1.235],
    ['BHD', 1.2345, 1.235],
    ['JPY', 100.5, 101],
    ['CLP', 100.4, 100],
    ['USD', 1.005, 1.01],
    ['HUF', 100.5, 100.5],
  ])('rounds every amount to the decimals of %s: %d to %d', (currency, amount, money) => {
    const made = map({
      currency,
      paymentStatus: 'PAID',
      total: amount,
      tax: amount,
      lines: [sampleLine({ quantity: 1, unitPrice: amount, tax: amount })],
      adjustments: [{ description: 'Freight', amount }],
    });
    expect(made).toMatchObject({
      amount_paid: { amount: money },
      tax_paid: { amount: money },
      items: [{ unit_price: money, tax_amount: money }, { unit_price: money }],
    });
  });

  it('maps a charge to an item without a SKU', () => {
    expect(map({ adjustments: [{ description: '', amount: 12 }] }).items.slice(2)).toEqual([
      {
        external_order_id: 'SO-20417-1',
        external_order_item_id: 'bridge-adjustment-1',
        name: 'Charge',
        quantity: 1,
        unit_price: 12,
      },
    ]);
  });

  it('lists the discounts in the internal notes', () => {
    const adjustments = [
      { description: 'Discount 10 % on LAMP-OAK', amount: -5.6, line: 'line-2' },
      { description: 'Loyalty\nbonus', amount: -4.125 },
      { description: ' ', amount: -1 },
      { description: 'Freight', amount: 9 },
    ];
    expect(map({ adjustments }).internal_notes).toContain(
      'Discounts: Discount 10 % on LAMP-OAK: -5.6 USD; Loyalty bonus: -4.13 USD; Discount: -1 USD. Item prices include them',
    );
  });

  it('lists a discount without a currency where the sale has none', () => {
    const adjustments = [{ description: 'Loyalty', amount: -4 }];
    expect(map({ adjustments, currency: '' }).internal_notes).toContain('Discounts: Loyalty: -4. Item');
  });

  it.each([
    ['a charge', 9],
    ['an amount of 0', 0],
    ['a discount that rounds to nothing', -0.001],
  ])('does not list %s as a discount', (_, amount) => {
    const adjustments = [{ description: 'Freight', amount }];
    expect(map({ adjustments }).internal_notes).not.toContain('Discounts');
  });

  it('sends no negative amount', () => {
    const negative = { paymentStatus: 'PAID', total: -4, tax: -1 };
    expect(map(negative)).not.toHaveProperty('amount_paid');
    const lines = [sampleLine({ tax: -2, unitPrice: -5 })];
    expect(map({ lines, paymentStatus: 'PAID', total: 4, tax: -1 })).toMatchObject({
      amount_paid: { amount: 4 },
      tax_paid: { amount: 0 },
      items: [{ unit_price: 0, tax_amount: 0 }],
    });
  });

  it('leaves out an item weight below two grams', () => {
    const lines = [sampleLine({ weightGrams: 1 }), sampleLine({ weightGrams: 2 })];
    expect(map({ lines }).items.map(({ weight }) => weight?.value)).toEqual([undefined, 2]);
    const parts = [
      sampleLine({ quantity: 0.25, weightGrams: 4 }),
      sampleLine({ quantity: 2.5, weightGrams: 1 }),
    ];
    expect(map({ lines: parts }).items.map(({ weight }) => weight?.value)).toEqual([undefined, 2.5]);
  });

  it('cuts a custom field between two characters, and has the whole text in the internal notes', () => {
    const customerReference = `${'🎁'.repeat(49)}👨‍👩‍👧‍👦!`;
    const order = map({ customerReference });
    expect(order.advanced_options.custom_field2).toBe('🎁'.repeat(49));
    expect(order.internal_notes).toContain(customerReference);
  });

  it('maps a line with a whole quantity', () => {
    const line = sampleLine({
      imageUrl: 'https://img.example/a.png',
      stockLocation: 'B-07',
      unitPrice: 3.3333,
    });
    expect(map({ lines: [line] }).items[0]).toEqual({
      external_order_id: 'SO-20417-1',
      external_order_item_id: 'line-1',
      name: 'Linen shade',
      sku: 'SHADE-LINEN',
      quantity: 2,
      unit_price: 3.33,
      tax_amount: 2.35,
      weight: { value: 350, unit: 'gram' },
      image_url: 'https://img.example/a.png',
      inventory_location: 'B-07',
    });
  });

  it('sends a fractional quantity as one piece, priced and weighed as the whole', () => {
    const [item] = map({ lines: [sampleLine({ quantity: 2.5, unitPrice: 10.1, weightGrams: 200 })] }).items;
    expect(item).toMatchObject({
      quantity: 1,
      unit_price: 25.25,
      weight: { value: 500, unit: 'gram' },
      options: [{ name: 'Quantity', value: '2.5' }],
    });
  });

  it('sends batch, expiry, comment and options, and renames an option with a name of ours', () => {
    const options = [
      { name: 'Colour', value: 'Sand' },
      { name: 'Batch', value: 'their own' },
      { name: 'Size', value: '' },
    ];
    const line = sampleLine({ batch: 'L-77', expiry: '2027-02-01', comment: 'Fragile', options });
    expect(map({ lines: [line] }).items[0]?.options).toEqual([
      { name: 'Batch', value: 'L-77' },
      { name: 'Expiry', value: '2027-02-01' },
      { name: 'Comment', value: 'Fragile' },
      { name: 'Colour', value: 'Sand' },
      { name: 'Batch (DEAR)', value: 'their own' },
    ]);
  });

  it('sets the package’s weight, and notes where it is unknown', () => {
    expect(map().packages).toEqual([{ weight: { value: 1400, unit: 'gram' } }]);
    const unknown = map({ lines: [sampleLine({ weightGrams: 0 })], totalWeightGrams: 0 });
    expect(unknown.packages).toEqual([{ weight: { value: 2, unit: 'gram' } }]);
    expect(unknown.items[0]).not.toHaveProperty('weight');
    expect(unknown.internal_notes).toContain('Weight: not known in DEAR; please weigh');
    const half = map({ lines: [sampleLine({ sku: 'INK-03', weightGrams: 0 })], totalWeightGrams: 500 });
    expect(half.internal_notes).toContain('Weight: not known in DEAR of INK-03; please weigh');
  });

  it('sets the dimensions of the first box that holds the weight, and adds the box’s own', () => {
    const boxes = [
      { length: 20, width: 15, height: 10, ownWeight: 80, maxWeight: 1_000 },
      { length: 40, width: 30, height: 20, ownWeight: 300, maxWeight: 10_000 },
    ];
    const packages = (totalWeightGrams: number) =>
      toShipStationOrder(sampleOrder({ totalWeightGrams }), { warehouseId: 'se-1', boxes }).packages;
    expect(packages(1_000)).toEqual([
      {
        weight: { value: 1_080, unit: 'gram' },
        dimensions: { unit: 'centimeter', length: 20, width: 15, height: 10 },
      },
    ]);
    expect(packages(1_001)[0]).toMatchObject({ weight: { value: 1_301 }, dimensions: { length: 40 } });
    expect(packages(10_001)).toEqual([{ weight: { value: 10_001, unit: 'gram' } }]);
    expect(packages(2)[0]).toMatchObject({ weight: { value: 82 }, dimensions: { length: 20 } });
    for (const unknown of [0, 1]) expect(packages(unknown)).toEqual([{ weight: { value: 2, unit: 'gram' } }]);
  });

  it.each([
    ['as it usually is', {}],
    [
      'with next to nothing known',
      { phone: '', email: '', currency: '', totalWeightGrams: 0, customerNotes: '' },
    ],
    ['with long texts', { customerReference: 'R'.repeat(300), sourceChannel: 'C'.repeat(101) }],
  ])('is accepted by the schema of the sandbox, %s', (_, overrides) => {
    expect(shipmentRequest.safeParse(map(overrides)).error).toBeUndefined();
  });
});
