import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { creditNoteFor, type InvoiceLine, invoiceFor } from '../../../lib/domain/confirmation/billing.ts';
import { sumAll } from '../../../lib/domain/decimal.ts';
import { buildContent } from '../../../lib/domain/order/build-content.ts';
import type { ReturnedGoods } from '../../../lib/domain/order/fulfillment-order.ts';
import type { OrderContent } from '../../../lib/domain/order/order-content.ts';
import { findDemands } from '../../../lib/domain/sale/demands-of-sale.ts';
import type { Sale } from '../../../lib/domain/sale/sale.ts';
import type { Package } from '../../../lib/domain/shipment/package.ts';
import { connection } from '../../builders/connection.ts';
import { acceptedOrder, box, NOW } from '../../builders/order.ts';
import { fulfilment, line, sale, stageLine } from '../../builders/sale.ts';

const amount = fc.integer({ min: 0, max: 1e8 }).map((units) => units / 10_000);
const discountPercent = fc.constantFrom(0, 5, 12.5, 33.33, 100);
const currency = fc.constantFrom('EUR', 'JPY', 'KWD');
/** One line of a sale, shipped in these parts. */
const shippedLine = fc.record({
  parts: fc.array(fc.integer({ min: 1, max: 50_000 }), { minLength: 1, maxLength: 6 }),
  total: amount,
  tax: amount,
  discountPercent,
  currency,
});

type ShippedLine = typeof shippedLine extends fc.Arbitrary<infer Value> ? Value : never;

function getSale({ parts, total, tax, discountPercent, currency }: ShippedLine): [Sale, number[]] {
  const quantities = parts.map((units) => units / 10_000);
  const one = line({ quantity: sumAll(quantities), unitPrice: 7.77, total, tax, discountPercent });
  return [sale({ type: 'advanced', lines: [one], currency }), quantities];
}

function getContents(from: Sale, using = connection()): OrderContent[] {
  const { demands } = findDemands(from, [using]);
  return demands.map((demand, index) => buildContent(from, demand, `SO-00042-${index + 1}`));
}

const packed = (quantity: number) => [{ key: 'line-1', quantity, batch: '', expiry: '' }];

/** The bill of each package, told one after the other. */
function getBills(from: Sale, quantities: readonly number[]): InvoiceLine[] {
  const [content] = getContents(from) as [OrderContent];
  const packages = quantities.map((quantity, index) =>
    box({ id: `label:${index}`, contents: packed(quantity) }),
  );
  const order = acceptedOrder(from, { packages });
  return packages.flatMap((parcel, index) => {
    const told = packages.slice(0, index).map(({ id }) => id);
    const now = { ...order, confirmation: { ...order.confirmation, packages: told } };
    return getBill(now, content, [parcel]);
  });
}

function getBill(order: ReturnType<typeof acceptedOrder>, content: OrderContent, packages: Package[]) {
  const parts = [{ order, content, packages }] as const;
  const task = { saleType: 'simple', taskId: order.saleId, fulfilmentNumber: 1 } as const;
  return invoiceFor({ parts, invoice: 'authorised', ...task, now: NOW }).lines;
}

function getCredits(from: Sale, quantities: readonly number[]): InvoiceLine[] {
  const [content] = getContents(from) as [OrderContent];
  const returns = quantities.map(
    (quantity, index): ReturnedGoods => ({
      id: `return:${index}`,
      contents: packed(quantity),
      creditNote: 'due',
    }),
  );
  const order = acceptedOrder(from, { returns });
  return returns.flatMap((goods) => [...creditNoteFor(order, content, goods, 'INV-1', NOW).lines]);
}

/** The sale as DEAR has it once each part is picked into a fulfilment of its own. */
function pickedApart(from: Sale, quantities: readonly number[]): Sale {
  const fulfilments = quantities.map((quantity, index) =>
    fulfilment({
      taskId: `task-${index}`,
      number: index + 1,
      pick: { status: 'AUTHORISED', lines: [stageLine({ quantity })] },
    }),
  );
  return { ...from, fulfilments };
}

function expectSums(rows: ReadonlyArray<{ total: number; tax: number }>, whole: ShippedLine) {
  expect(sumAll(rows.map(({ total }) => total))).toBe(whole.total);
  expect(sumAll(rows.map(({ tax }) => tax))).toBe(whole.tax);
}

describe('the amounts of a line that is shipped in parts', () => {
  it('add up to the line over all invoices of its order', () => {
    fc.assert(
      fc.property(shippedLine, (whole) => {
        expectSums(getBills(...getSale(whole)), whole);
      }),
    );
  });

  it('add up to the line over all credit notes of its order', () => {
    fc.assert(
      fc.property(shippedLine, (whole) => {
        expectSums(getCredits(...getSale(whole)), whole);
      }),
    );
  });

  it('add up to the line over all orders of its sale', () => {
    fc.assert(
      fc.property(shippedLine, (whole) => {
        const from = pickedApart(...getSale(whole));
        const contents = getContents(from, connection({ trigger: 'PickAuthorised' }));
        expect(contents).toHaveLength(whole.parts.length);
        expectSums(
          contents.flatMap(({ lines }) => lines),
          whole,
        );
        expect(sumAll(contents.map(({ total }) => total))).toBe(sumAll([whole.total, whole.tax]));
      }),
    );
  });

  it('are 3.3333, 3.3333 and 3.3334 for a third of 10 in each of three parcels', () => {
    const one = line({ quantity: 3, unitPrice: 3.3333, total: 10, tax: 1 });
    const bills = getBills(sale({ lines: [one] }), [1, 1, 1]);
    expect(bills.map(({ total }) => total)).toEqual([3.3333, 3.3333, 3.3334]);
    expect(bills.map(({ tax }) => tax)).toEqual([0.3333, 0.3333, 0.3334]);
  });
});

describe('the credit note of a piece that comes back', () => {
  const one = line({ quantity: 3, unitPrice: 3.3333, total: 10, tax: 1 });
  const returned = (id: string, creditNote: ReturnedGoods['creditNote']): ReturnedGoods => ({
    id,
    contents: packed(1),
    creditNote,
  });

  it.each([
    ['of which a credit note was drafted', 'drafted', 3.3334],
    ['of which a person makes the credit note that DEAR refused', 'refused', 3.3334],
    ['of which only the label was made', 'announced', 3.3333],
    ['which is only logged', 'logged', 3.3333],
  ] as const)('after two others %s', (_, creditNote, total) => {
    const from = sale({ lines: [one] });
    const [content] = getContents(from) as [OrderContent];
    const last = returned('return:3', 'due');
    const returns = [returned('return:1', creditNote), returned('return:2', creditNote), last];
    const order = acceptedOrder(from, { returns });
    expect(creditNoteFor(order, content, last, 'INV-1', NOW).lines).toMatchObject([{ total }]);
  });
});

describe('a picked line whose order line has the quantity 0', () => {
  it('is priced by its own quantity, and no amount is NaN', () => {
    const none = line({ quantity: 0, unitPrice: 5, discountPercent: 10, total: 0, tax: 0 });
    const [content] = getContents(
      pickedApart(sale({ lines: [none] }), [2]),
      connection({ trigger: 'PickAuthorised' }),
    );
    expect(content).toMatchObject({ total: 9, tax: 0, lines: [{ quantity: 2, total: 9, tax: 0 }] });
    expect(JSON.stringify(content)).not.toContain('null');
  });
});
