import { describe, expect, it } from 'vitest';
import type { OrderContent } from '../../../lib/domain/order/order-content.ts';
import {
  getReferences,
  isCharge,
  isOrderKey,
  toOrderKey,
} from '../../../lib/providers/shipstation-v1/order-key.ts';
import { type OwnSettings, toOrderRequest } from '../../../lib/providers/shipstation-v1/order-mapper.ts';
import { sampleLine, sampleOrder } from '../../contract/sample-order.ts';

const SETTINGS = { storeId: 77, warehouseId: 1001, tagIds: [5] };
const TODAY = '2026-02-03';
const map = (overrides: Partial<OrderContent> = {}, settings: OwnSettings = SETTINGS) =>
  toOrderRequest(sampleOrder(overrides), settings, TODAY);

describe('the order that ShipStation is given', () => {
  it('has the sale’s number, dates, people and fields, with null for what the sale does not have', () => {
    expect(map()).toMatchObject({
      orderNumber: 'SO-20417-1',
      orderDate: '2026-01-05T00:00:00.0000000',
      shipByDate: '2026-01-09T00:00:00.0000000',
      orderStatus: 'awaiting_shipment',
      customerUsername: 'orders@quillfeather.example',
      customerEmail: 'orders@quillfeather.example',
      customerNotes: 'Ring twice',
      gift: false,
      giftMessage: null,
      requestedShippingService: 'Ground',
      weight: { value: 1400, units: 'grams' },
      tagIds: [5],
      advancedOptions: {
        storeId: 77,
        warehouseId: 1001,
        customField1: 'SO-20417',
        customField2: 'PO 5512',
        customField3: 'Trade counter',
      },
    });
    const bare = {
      orderDate: '',
      shipBy: '',
      email: '',
      customerNotes: ' ',
      giftMessage: ' \n',
      shippingMethod: '',
      totalWeightGrams: 0,
      customerReference: '',
      sourceChannel: '',
    };
    expect(map(bare, { storeId: 77, tagIds: [] })).toMatchObject({
      orderDate: '2026-02-03T00:00:00.0000000',
      shipByDate: null,
      customerUsername: 'Quillfeather Interiors',
      customerEmail: null,
      customerNotes: null,
      giftMessage: null,
      requestedShippingService: null,
      weight: null,
      tagIds: null,
      advancedOptions: { warehouseId: null, customField2: null, customField3: null },
    });
  });

  it.each<[string, Partial<OrderContent>, string | null, number | null]>([
    ['paid', {}, '2026-01-05T00:00:00.0000000', 121.4],
    ['unpaid', { paymentStatus: 'UNPAID' }, null, null],
    ['of a credit', { total: -5 }, null, null],
    ['that costs nothing', { total: 0 }, '2026-01-05T00:00:00.0000000', 0],
  ])('of a sale %s has the payment that it has', (_, overrides, paymentDate, amountPaid) => {
    expect(map(overrides)).toMatchObject({ paymentDate, amountPaid });
  });

  it('has its tax, which is never negative, unless the prices include it', () => {
    expect(map().taxAmount).toBe(9.4);
    expect(map({ tax: -1 }).taxAmount).toBe(0);
    expect(map({ taxInclusive: true }).taxAmount).toBeNull();
  });

  it('goes to the delivery address, and is billed to the customer', () => {
    const { shipTo, billTo } = map();
    expect(shipTo).toEqual({
      name: 'Odalys Brandt',
      company: 'Quillfeather Interiors',
      street1: '77 Larkspur Lane',
      street2: 'Suite 4',
      city: 'Portland',
      state: 'OR',
      postalCode: '97205',
      country: 'US',
      phone: '+1 503 555 0162',
    });
    expect(billTo).toMatchObject({
      name: 'Quillfeather Interiors',
      company: null,
      street1: 'PO Box 118',
      street2: null,
      phone: null,
    });
  });

  it('uses what DEAR shows where the address has no lines, and names that it has', () => {
    const { shipTo } = sampleOrder();
    const bare = {
      ...shipTo,
      contact: '',
      company: '',
      line1: '',
      line2: '',
      state: 'Oregon',
      country: 'Utopia',
    };
    expect(map({ shipTo: bare, phone: '' }).shipTo).toMatchObject({
      name: 'Quillfeather Interiors',
      company: null,
      street1: '77 Larkspur Lane, Suite 4',
      state: 'Oregon',
      country: null,
      phone: null,
    });
    expect(map({ shipTo: { ...bare, company: 'Annex' }, customer: '' })).toMatchObject({
      shipTo: { name: 'Annex' },
      billTo: { name: 'Annex' },
    });
    expect(map({ shipTo: bare, customer: '' }).billTo.name).toBe('Customer');
  });

  it.each<[string, Partial<OrderContent>]>([
    ['Lark & Co', { customer: 'Lark & Co' }],
    ['Odalys Brandt', { customer: '' }],
  ])('is billed to %s', (name, overrides) => {
    expect(map(overrides).billTo.name).toBe(name);
  });

  it.each([
    ['a state in full', { state: 'Oregon' }, { state: 'OR' }],
    ['a state that is none of the country', { state: 'Nowhere', postcode: '' }, { state: 'Nowhere' }],
    ['a country with more letters behind its code', { country: 'USA' }, { country: null }],
    ['a country with a letter before its code', { country: 'xUS' }, { country: null }],
  ])('goes to %s in the form that ShipStation takes', (_, parts, expected) => {
    expect(map({ shipTo: { ...sampleOrder().shipTo, ...parts } }).shipTo).toMatchObject(expected);
  });

  it('lists for the packer what ShipStation has no field for, after the merchant’s notes', () => {
    expect(map({ internalNotes: ' Trade customer ' }).internalNotes?.split('\n')).toEqual([
      'Trade customer',
      'DEAR sale: SO-20417',
      'Customer reference: PO 5512',
      'Channel: Trade counter',
      'Payment: PAID',
      'Amounts in: USD',
    ]);
    const notes = map({ internalNotes: '', sourceChannel: '', totalWeightGrams: 0 }).internalNotes;
    expect(notes).toMatch(/^DEAR sale: /);
    expect(notes).not.toContain('Channel');
    expect(notes).toContain('Weight: not known in DEAR; please weigh');
  });

  it('has a line for each line of the sale, and for each discount and charge', () => {
    const lines = [
      sampleLine({ imageUrl: 'https://img.example/1.jpg' }),
      sampleLine({ key: 'line-2', name: ' ', sku: 'LAMP', weightGrams: 0, tax: -1 }),
    ];
    const adjustments = [
      { description: 'Order discount', amount: -5.004 },
      { description: '', amount: -1 },
      { description: '', amount: 7.5 },
      { description: ' ', amount: 0 },
    ];
    expect(map({ lines, adjustments }).items).toMatchObject([
      {
        lineItemKey: 'SO-20417-1/line-1',
        sku: 'SHADE-LINEN',
        name: 'Linen shade',
        imageUrl: 'https://img.example/1.jpg',
        weight: { value: 350, units: 'grams' },
        quantity: 2,
        unitPrice: 28,
        taxAmount: 2.35,
        adjustment: false,
      },
      { lineItemKey: 'SO-20417-1/line-2', name: 'LAMP', imageUrl: null, weight: null, taxAmount: 0 },
      {
        lineItemKey: 'SO-20417-1/charge-1',
        name: 'Order discount',
        quantity: 1,
        unitPrice: -5,
        adjustment: true,
      },
      { lineItemKey: 'SO-20417-1/charge-2', name: 'Discount', sku: null, weight: null },
      { lineItemKey: 'SO-20417-1/charge-3', name: 'Charge', unitPrice: 7.5, taxAmount: null },
      { lineItemKey: 'SO-20417-1/charge-4', name: 'Charge', unitPrice: 0 },
    ]);
  });

  it('has a fraction as one piece with the price and weight of all of it', () => {
    const [item] = map({ lines: [sampleLine({ quantity: 2.5, unitPrice: 10, weightGrams: 100 })] }).items;
    expect(item).toMatchObject({ quantity: 1, unitPrice: 25, weight: { value: 250, units: 'grams' } });
    expect(item?.options.some(({ value }) => value === '2.5')).toBe(true);
  });

  it('has at most 100 characters in a field of its own', () => {
    expect(map({ customerReference: 'x'.repeat(120) }).advancedOptions.customField2).toHaveLength(100);
  });
});

describe('the key of an order', () => {
  const sale = { saleId: 'sale-1' };

  it('is that of its reference, and differs in another company with the same numbers', () => {
    const key = toOrderKey({ reference: 'SO-1-1', ...sale });
    expect(key).toMatch(/^SO-1-1~[0-9a-f]{8}$/);
    expect(toOrderKey({ reference: 'SO-1-1', saleId: 'sale-2' })).not.toBe(key);
    expect(isOrderKey(key, 'SO-1-1')).toBe(true);
    expect(isOrderKey(key, 'SO-1-2')).toBe(false);
    expect(isOrderKey('SO-1-1', 'SO-1-1')).toBe(false);
  });

  it.each([41, 42])('of a reference with %d characters has at most 50', (length) => {
    const reference = 'S'.repeat(length);
    const key = toOrderKey({ reference, ...sale });
    expect(key.length).toBeLessThanOrEqual(50);
    expect(isOrderKey(key, reference)).toBe(true);
    expect(key.startsWith(reference)).toBe(length === 41);
  });
});

describe('the references in a row of ShipStation', () => {
  const lines = (...keys: string[]) => keys.map((lineItemKey) => ({ lineItemKey }));
  const ours = { orderKey: toOrderKey({ reference: 'SO-1-1', saleId: 's' }), orderNumber: 'renamed' };
  const long = {
    orderKey: toOrderKey({ reference: 'S'.repeat(45), saleId: 's' }),
    orderNumber: 'S'.repeat(45),
  };

  it.each<[string, typeof ours, { lineItemKey: string }[], string[]]>([
    [
      'are those of its lines, each once',
      ours,
      lines('SO-2-1/line-1', 'SO-2-1/line-2', 'SO-3-1/charge-1'),
      ['SO-2-1', 'SO-3-1'],
    ],
    ['are that of its key where its lines are a packer’s', ours, lines('', 'added'), ['SO-1-1']],
    ['are its number where the key has a hash instead of the reference', long, [], ['S'.repeat(45)]],
    [
      'are its number where the key is another app’s',
      { orderKey: 'x', orderNumber: 'SO-9-1' },
      [],
      ['SO-9-1'],
    ],
    [
      'are that of its key where a line has more than a key of ours',
      ours,
      lines('SO-7-1/line-1/b'),
      ['SO-1-1'],
    ],
    [
      'are that of its key where it only ends like a hash',
      { orderKey: `SO${'a'.repeat(32)}~00000000`, orderNumber: 'renamed' },
      [],
      [`SO${'a'.repeat(32)}`],
    ],
    [
      'are that of its key where it only begins like a hash',
      { orderKey: `${'a'.repeat(32)}-1~00000000`, orderNumber: 'renamed' },
      [],
      [`${'a'.repeat(32)}-1`],
    ],
    ['are none where it has neither', { orderKey: '', orderNumber: '' }, [], []],
  ])('%s', (_, row, items, references) => {
    expect(getReferences(row, items)).toEqual(references);
  });

  it.each([
    ['SO-1-1/charge-1', false, true],
    ['SO-1-1/line-1', false, false],
    ['', true, true],
    ['charge-1', false, false],
  ])('tell that the line %s, marked %s, is a charge: %s', (lineItemKey, adjustment, charge) => {
    expect(isCharge({ lineItemKey, adjustment })).toBe(charge);
  });
});
