import { describe, expect, it } from 'vitest';
import { buildContent } from '../../../lib/domain/order/build-content.ts';
import { describeShippingMethod } from '../../../lib/domain/order/order-content.ts';
import { findDemands } from '../../../lib/domain/sale/demands-of-sale.ts';
import type { Sale } from '../../../lib/domain/sale/sale.ts';
import { connection } from '../../builders/connection.ts';
import { charge, line, sale } from '../../builders/sale.ts';

const mapped = connection({
  fields: {
    gift: 'AdditionalAttribute1',
    giftMessage: 'AdditionalAttribute2',
    image: 'ProductCustomField5',
    options: { Colour: 'ProductCustomField1', Size: 'ProductCustomField2' },
  },
});

function content(from: Sale, using = mapped) {
  const [demand] = findDemands(from, [using]).demands;
  if (demand === undefined) throw new Error('The sale asks for nothing');
  return buildContent(from, demand, 'SO-00042-1');
}

describe('buildContent', () => {
  it('has the data of the customer, the warehouse and the parcel', () => {
    const made = content(
      sale({
        memo: 'back door',
        additionalAttributes: { AdditionalAttribute1: 'Yes', AdditionalAttribute2: 'Happy birthday' },
        lines: [
          line({
            customFields: { ProductCustomField1: 'Grey', ProductCustomField5: 'https://img.example/q.png' },
          }),
        ],
      }),
    );
    expect(made).toMatchObject({
      shipTo: { contact: 'Rufus Marlowe', company: 'Quill & Thread Studio', line1: '12 Orchard Mews' },
      billTo: { line1: '77 Ledger Lane' },
      shippingMethod: 'UPS Ground',
      paymentStatus: 'PAID',
      customerNotes: 'Ring twice',
      internalNotes: 'VIP\nback door',
      gift: true,
      giftMessage: 'Happy birthday',
      totalWeightGrams: 80,
      lines: [
        {
          imageUrl: 'https://img.example/q.png',
          options: [{ name: 'Colour', value: 'Grey' }],
          weightGrams: 40,
        },
      ],
    });
  });

  it('leaves out a note that is blank', () => {
    expect(content(sale({ note: ' ', memo: 'back door' })).internalNotes).toBe('back door');
  });

  it('has an adjustment for a line with a discount, and for no other', () => {
    const cheaper = line({ quantity: 2, unitPrice: 10, discountPercent: 10, total: 18 });
    const made = content(sale({ lines: [cheaper, ...sale().lines.slice(1)] }));
    expect(made.adjustments).toEqual([
      { description: 'Discount 10 % on QUILL-01', amount: -2, line: 'line-1' },
    ]);
  });

  it.each([
    ['United Kingdom', 'GB'],
    ['us', 'US'],
    ['Atlantis', 'Atlantis'],
  ])('writes the country %j as %j in both addresses', (country, expected) => {
    const { shippingAddress, billingAddress } = sale();
    const made = content(
      sale({
        shippingAddress: { ...shippingAddress, country },
        billingAddress: { ...billingAddress, country },
      }),
    );
    expect([made.shipTo.country, made.billTo.country]).toEqual([expected, expected]);
  });

  it('ignores a contact that is a filler', () => {
    const shippingAddress = { ...sale().shippingAddress, contact: '-', company: 'N/A' };
    expect(content(sale({ shippingAddress, contact: 'Ada Quill' })).shipTo).toMatchObject({
      contact: 'Ada Quill',
      company: '',
    });
  });

  it.each(['', '0', 'No', 'false'])('is no gift if the attribute is %j', (AdditionalAttribute1) => {
    expect(content(sale({ additionalAttributes: { AdditionalAttribute1 } })).gift).toBe(false);
  });

  it('uses the sale’s contact if the address has none', () => {
    const made = content(sale({ shippingAddress: { ...sale().shippingAddress, contact: '' } }));
    expect(made.shipTo.contact).toBe('Ines Marlowe');
  });

  it('lists discounts and charges, and a total with tax', () => {
    const from = sale({
      lines: [line({ quantity: 2, unitPrice: 10, discountPercent: 25, total: 15, tax: 1.5 })],
      charges: [charge()],
      total: 26.4,
      tax: 2.4,
    });
    expect(content(from)).toMatchObject({
      adjustments: [
        { description: 'Discount 25 % on QUILL-01', amount: -5, line: 'line-1' },
        { description: 'Freight', amount: 9 },
      ],
      total: 26.4,
      tax: 2.4,
    });
  });

  it('does not add tax that the prices include', () => {
    const inclusive = sale({
      lines: [line({ quantity: 1, unitPrice: 11, total: 11, tax: 1 })],
      total: 11,
      tax: 1,
      taxInclusive: true,
    });
    expect(content(inclusive)).toMatchObject({ total: 11, tax: 1 });
  });

  it('takes the shipped quantity’s share of a line’s amounts', () => {
    const partly = sale({
      lines: [
        line({ quantity: 4, backorderQuantity: 3, unitPrice: 10, total: 36, tax: 4, discountPercent: 10 }),
      ],
      total: 40,
      tax: 4,
    });
    expect(content(partly, { ...mapped, backorders: 'ship-available' })).toMatchObject({
      adjustments: [{ amount: -1 }],
      total: 10,
      tax: 1,
      lines: [{ quantity: 1, tax: 1 }],
    });
  });
});

describe('the shipping method of an order', () => {
  it.each([
    ['Pigeon Post', 'Pigeon Post', 'Pigeon Post, which is not mapped: the service is given this name'],
    ['Ground', 'ups_ground', 'Ground, sent as ups_ground'],
    ['', 'ups_ground', 'ups_ground'],
    ['', '', ''],
  ])('chosen as “%s” and sent as “%s” reads “%s”', (chosenMethod, shippingMethod, text) => {
    expect(describeShippingMethod({ chosenMethod, shippingMethod })).toBe(text);
  });
});
