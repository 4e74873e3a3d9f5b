import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { invoiceFor } from '../../../lib/domain/confirmation/billing.ts';
import type { Trigger } from '../../../lib/domain/connection.ts';
import { sumAll } from '../../../lib/domain/decimal.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import type { OrderContent } from '../../../lib/domain/order/order-content.ts';
import { planSale } from '../../../lib/domain/order/plan.ts';
import { placeOfKey } from '../../../lib/domain/sale/deliverable-lines.ts';
import type { Sale, SaleFulfilment, SaleLine, StageLine } from '../../../lib/domain/sale/sale.ts';
import { recordShipments } from '../../../lib/domain/shipment/shipment.ts';
import { connection } from '../../builders/connection.ts';
import { NOW, reported } from '../../builders/order.ts';
import { fulfilment, line, sale, stageLine } from '../../builders/sale.ts';

const PAID = line({ quantity: 2, unitPrice: 30, tax: 4.8, total: 60, comment: 'Paid' });
const FREE = line({ quantity: 1, unitPrice: 0, total: 0, comment: 'Free' });
const picked = (...lines: StageLine[]) => ({ status: 'AUTHORISED', lines });

function task(number: number, ...lines: StageLine[]): SaleFulfilment {
  const packed = lines.map((one, index) => ({ ...one, box: `${number}-${index % 2}` }));
  return fulfilment({ taskId: `t${number}`, number, pick: picked(...lines), pack: picked(...packed) });
}

interface Made {
  readonly order: FulfillmentOrder;
  readonly content: OrderContent;
}

function plan(from: Sale, trigger: Trigger, orders: readonly FulfillmentOrder[] = []): Made[] {
  const connections = [
    connection({ trigger }),
    connection({ id: 'annex', location: 'Annex', trigger: 'PickAuthorised' }),
  ];
  const { changes } = planSale({ sale: from, connections, orders, by: 'test', now: NOW });
  return changes.flatMap(({ order, content }) => (content === null ? [] : [{ order, content }]));
}

const listGoods = ({ content }: Made) =>
  content.lines.map(({ quantity, unitPrice, comment }) => [quantity, unitPrice, comment]);

/** Of what each order would bill for all of its goods. */
function billed(made: readonly Made[]): number[] {
  return made.map(({ order, content }) => {
    const shipped = recordShipments(order, [reported(order.reference)], NOW);
    const part = { order, content, packages: shipped.packages };
    const { taskId } = order;
    const { lines } = invoiceFor({
      parts: [part],
      invoice: 'authorised',
      saleType: 'simple',
      taskId,
      fulfilmentNumber: 1,
      now: NOW,
    });
    return sumAll(lines.flatMap(({ total, tax }) => [total, tax]));
  });
}

it.each([
  ['line-3', 3],
  ['line-12-2', 12],
  ['added-by-hand', 0],
  ['', 0],
])('the key %j names the place %i', (key, place) => {
  expect(placeOfKey(key)).toBe(place);
});

describe('a product on several lines of a sale', () => {
  it.each<Trigger>(['PickAuthorised', 'PackAuthorised'])(
    'is billed line by line, for 64.80 of 2 × 30.00 and 1 × free, by %s',
    (trigger) => {
      const from = sale({ lines: [PAID, FREE], fulfilments: [task(1, stageLine({ quantity: 3 }))] });
      const made = plan(from, trigger);
      expect(made.map(listGoods)).toEqual([
        [
          [2, 30, 'Paid'],
          [1, 0, 'Free'],
        ],
      ]);
      expect(made[0]?.content.total).toBe(64.8);
      expect(billed(made)).toEqual([64.8]);
    },
  );

  it('continues in a second fulfilment where the first ended', () => {
    const fulfilments = [task(1, stageLine({ quantity: 1 })), task(2, stageLine({ quantity: 2 }))];
    const made = plan(sale({ type: 'advanced', lines: [PAID, FREE], fulfilments }), 'PickAuthorised');
    expect(made.map(listGoods)).toEqual([
      [[1, 30, 'Paid']],
      [
        [1, 30, 'Paid'],
        [1, 0, 'Free'],
      ],
    ]);
    expect(sumAll(billed(made))).toBe(64.8);
  });

  it('leaves to a fulfilment that is only picked what that took first', () => {
    const one = { ...PAID, quantity: 1, total: 30, tax: 2.4 };
    const onlyPicked = { ...task(1, stageLine({ quantity: 1 })), pack: { status: 'DRAFT', lines: [] } };
    const from = sale({
      type: 'advanced',
      lines: [one, FREE],
      fulfilments: [onlyPicked, task(2, stageLine({ quantity: 1 }))],
    });
    expect(plan(from, 'PackAuthorised').map(listGoods)).toEqual([[[1, 0, 'Free']]]);
  });

  it('is found by its id, and by its SKU where no line has the id', () => {
    const other = { ...FREE, productId: 'other', comment: 'Namesake' };
    const goods = (stage: StageLine, ...lines: SaleLine[]) =>
      plan(sale({ lines, fulfilments: [task(1, stage)] }), 'PickAuthorised').flatMap(listGoods);
    expect(goods(stageLine({ quantity: 1 }), other, FREE)).toEqual([[1, 0, 'Free']]);
    expect(goods(stageLine({ quantity: 1, productId: 'renumbered' }), other)).toEqual([[1, 0, 'Namesake']]);
    expect(goods(stageLine({ quantity: 1, productId: 'renumbered', sku: 'PEN' }), other)).toEqual([
      [1, 0, ''],
    ]);
  });

  it('is free again once the order that had it is withdrawn', () => {
    const one = { ...PAID, quantity: 1, total: 30, tax: 2.4 };
    const both = [task(1, stageLine({ quantity: 1 })), task(2, stageLine({ quantity: 1 }))];
    const from = sale({ type: 'advanced', lines: [one, FREE], fulfilments: both });
    const orders = plan(from, 'PickAuthorised').map(({ order }) => order);
    const swapped = { ...from, fulfilments: [both[1]!, both[0]!] };
    expect(plan(swapped, 'PickAuthorised', orders)).toEqual([]);
    const withdrawn = orders.map((order) => ({ ...order, withdrawn: true, status: 'Cancelled' as const }));
    expect(plan(swapped, 'PickAuthorised', withdrawn).map(listGoods)).toEqual([
      [[1, 30, 'Paid']],
      [[1, 0, 'Free']],
    ]);
  });

  it('keeps the lines of its order when another fulfilment is undone', () => {
    const both = [task(1, stageLine({ quantity: 2 })), task(2, stageLine({ quantity: 1 }))];
    const from = sale({ type: 'advanced', lines: [PAID, FREE], fulfilments: both });
    const orders = plan(from, 'PickAuthorised').map(({ order }) => order);
    const undone = sale({ ...from, fulfilments: [fulfilment({ taskId: 't1' }), both[1]!] });
    const after = plan(undone, 'PickAuthorised', orders);
    expect(after.filter(({ order }) => !order.withdrawn)).toEqual([]);
  });

  it('is divided by lots, each with its line of the sale', () => {
    const lots = [stageLine({ quantity: 1, batch: 'B' }), stageLine({ quantity: 2, batch: 'A' })];
    const [made] = plan(sale({ lines: [PAID, FREE], fulfilments: [task(1, ...lots)] }), 'PickAuthorised');
    expect(
      made?.content.lines.map(({ key, batch, quantity, unitPrice }) => [key, batch, quantity, unitPrice]),
    ).toEqual([
      ['line-2', 'B', 1, 0],
      ['line-1', 'A', 2, 30],
    ]);
  });

  it('has a remark if a part of it is ordered and its lines differ', () => {
    const remark =
      'QUILL-01 is on 2 lines of the sale that differ, and DEAR does not say which of them this is: they are filled in the order of the sale.';
    const of = (lines: SaleLine[], quantity: number) =>
      plan(sale({ lines, fulfilments: [task(1, stageLine({ quantity }))] }), 'PickAuthorised')[0]?.order
        .log[0]?.what;
    expect(of([PAID, FREE], 2)).toContain(remark);
    expect(of([PAID, FREE], 3)).not.toContain('differ');
    expect(of([PAID, { ...PAID, quantity: 1, tax: 2.4, total: 30 }], 2)).not.toContain('differ');
  });

  it('is not taken from a line that its supplier ships', () => {
    const supplied = { ...FREE, dropShip: true };
    const from = sale({ lines: [supplied, PAID], fulfilments: [task(1, stageLine({ quantity: 2 }))] });
    expect(plan(from, 'PickAuthorised').map(listGoods)).toEqual([[[2, 30, 'Paid']]]);
  });
});

const cents = (max: number) => fc.integer({ min: 0, max }).map((amount) => amount / 100);
const saleLine = fc
  .record({
    quantity: fc.integer({ min: 1, max: 4 }),
    unitPrice: cents(5_000),
    discountPercent: fc.constantFrom(0, 10, 33.3),
    tax: cents(900),
    product: fc.constantFrom('p1', 'p2'),
    comment: fc.constantFrom('', 'Engrave A'),
  })
  .map(({ product, quantity, unitPrice, discountPercent, ...rest }) => {
    const total = Math.round(quantity * unitPrice * (100 - discountPercent)) / 100;
    return line({ productId: product, sku: product, quantity, unitPrice, discountPercent, total, ...rest });
  });

/** Every unit of the sale, dealt out to fulfilments, locations and lots. */
const dealtSale = fc
  .array(saleLine, { minLength: 1, maxLength: 5 })
  .chain((lines) => {
    const units = lines.flatMap(({ productId, quantity }) =>
      Array.from({ length: quantity }, () => productId),
    );
    const place = fc.record({
      number: fc.integer({ min: 1, max: 3 }),
      location: fc.constantFrom('Lantern Depot', 'Annex'),
      batch: fc.constantFrom('', 'L1', 'L2'),
    });
    return fc.tuple(
      fc.constant(lines),
      fc.constant(units),
      fc.array(place, { minLength: units.length, maxLength: units.length }),
    );
  })
  .map(([lines, units, places]) => {
    const fulfilments = [1, 2, 3].map((number) => {
      const here = units.flatMap((productId, index) => {
        const at = places[index];
        return at?.number === number ? [{ productId, location: at.location, batch: at.batch }] : [];
      });
      const lots = Map.groupBy(here, (unit) => JSON.stringify(unit));
      const stage = [...lots.values()].map((same) =>
        stageLine({ ...same[0], sku: same[0]?.productId ?? '', quantity: same.length }),
      );
      return stage.length === 0 ? fulfilment({ taskId: `t${number}`, number }) : task(number, ...stage);
    });
    return sale({ type: 'advanced', lines, fulfilments });
  });

describe('goods of a sale, however they are divided among fulfilments, locations and lots', () => {
  it.each<Trigger>(['PickAuthorised', 'PackAuthorised'])(
    'are ordered and billed for exactly the sale’s own amounts and quantities, by %s',
    (trigger) => {
      void fc.assert(
        fc.property(dealtSale, (from) => {
          const made = plan(from, trigger);
          const own = sumAll(from.lines.flatMap(({ total, tax }) => [total, tax]));
          expect(sumAll(made.map(({ content }) => content.total))).toBe(own);
          expect(sumAll(billed(made))).toBe(own);
          const lines = made.flatMap(({ content }) => content.lines);
          for (const [index, { quantity, unitPrice, comment }] of from.lines.entries()) {
            const pieces = lines.filter(({ key }) => key.split('-')[1] === String(index + 1));
            expect(sumAll(pieces.map((piece) => piece.quantity))).toBe(quantity);
            expect(pieces.every((piece) => piece.unitPrice === unitPrice && piece.comment === comment)).toBe(
              true,
            );
          }
          for (const { content } of made)
            expect(new Set(content.lines.map(({ key }) => key)).size).toBe(content.lines.length);
        }),
      );
    },
  );
});
