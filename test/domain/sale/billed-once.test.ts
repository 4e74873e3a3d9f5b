import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { invoiceFor } from '../../../lib/domain/confirmation/billing.ts';
import { recordConfirmed } from '../../../lib/domain/confirmation/confirmation.ts';
import type { Connection } from '../../../lib/domain/connection.ts';
import { sumAll } from '../../../lib/domain/decimal.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import type { OrderContent } from '../../../lib/domain/order/order-content.ts';
import { planSale } from '../../../lib/domain/order/plan.ts';
import { NO_BOOKS } from '../../../lib/domain/sale/catalogue.ts';
import { findDemands } from '../../../lib/domain/sale/demands-of-sale.ts';
import type { Sale } from '../../../lib/domain/sale/sale.ts';
import { recordShipments } from '../../../lib/domain/shipment/shipment.ts';
import { connection } from '../../builders/connection.ts';
import { NOW, reported } from '../../builders/order.ts';
import { charge, fulfilment, line, sale, stageLine } from '../../builders/sale.ts';

const WRAP = line({ productId: 'wrap', sku: 'GIFT-WRAP', name: 'Gift wrap', quantity: 1, unitPrice: 5 });
const DISCOUNT = line({ productId: 'off', sku: 'DISCOUNT', name: 'Off', quantity: 1, unitPrice: -5 });
const books = {
  ...NO_BOOKS,
  products: new Map([
    ['wrap', 'service'],
    ['off', 'service'],
  ] as const),
};
const picked = (number: number, quantity: number, location = 'Lantern Depot') =>
  fulfilment({
    taskId: `t${number}`,
    number,
    pick: { status: 'AUTHORISED', lines: [stageLine({ quantity, location })] },
  });

/** The orders of a sale and their contents, planned again and again as a sale is looked at. */
class Shop {
  readonly contents = new Map<string, OrderContent>();
  orders: FulfillmentOrder[] = [];
  reason = '';
  readonly connections: readonly Connection[];

  constructor(connections: readonly Connection[]) {
    this.connections = connections;
  }

  look(from: Sale): void {
    const { connections, orders } = this;
    const { changes, repriced, reason } = planSale({
      sale: from,
      connections,
      orders,
      books,
      by: 'test',
      now: NOW,
    });
    this.reason = reason;
    for (const { order, content } of repriced)
      this.contents.set(`${order.reference}#${order.fingerprint}`, content);
    for (const { order, content } of changes) {
      this.orders = [...this.orders.filter(({ reference }) => reference !== order.reference), order].sort(
        (one, other) => one.reference.localeCompare(other.reference),
      );
      if (content !== null) this.contents.set(`${order.reference}#${order.fingerprint}`, content);
    }
  }

  /** Ships an order whole, and gives what it bills: lines and charges, without tax. */
  bill(index: number): number {
    const order = this.orders[index]!;
    const content = this.contents.get(`${order.reference}#${order.fingerprint}`)!;
    const shipped = recordShipments(order, [reported(order.reference, { id: `label:${index}` })], NOW);
    const { packages } = shipped;
    const invoice = invoiceFor({
      parts: [{ order: shipped, content, packages }],
      invoice: 'authorised',
      saleType: 'advanced',
      taskId: 't',
      fulfilmentNumber: 1,
      now: NOW,
    });
    const told = { packages, taskId: order.taskId, remarks: [] };
    this.orders = this.orders.with(index, recordConfirmed(shipped, NOW, told));
    return sumAll([...invoice.lines, ...invoice.charges].map(({ total }) => total));
  }
}

const billing = (overrides: Partial<Connection> = {}) => connection({ invoice: 'authorised', ...overrides });

describe('services and charges of a sale', () => {
  it('are billed with the goods: 15 for goods of 20 and a discount of 5', () => {
    const shop = new Shop([billing()]);
    shop.look(sale({ lines: [line(), DISCOUNT] }));
    expect(shop.orders[0]?.lines.map(({ sku }) => sku)).toEqual(['QUILL-01']);
    expect(shop.bill(0)).toBe(15);
  });

  it('are sent to the provider as amounts of the order, not as goods', () => {
    const shop = new Shop([billing()]);
    shop.look(sale({ lines: [line(), WRAP, DISCOUNT] }));
    const [content] = shop.contents.values();
    expect(content).toMatchObject({
      total: 20,
      adjustments: [
        { description: 'Gift wrap', amount: 5 },
        { description: 'Off', amount: -5 },
      ],
    });
  });

  it('are named on the order, like charges that its invoice omits', () => {
    const shop = new Shop([billing()]);
    shop.look(sale({ lines: [line(), WRAP, line({ productId: 'drop', sku: 'DROP', dropShip: true })] }));
    expect(shop.orders[0]?.log[0]?.what).toContain(
      'Billed with it: GIFT-WRAP. Not on its invoice, so bill it in DEAR: DROP.',
    );
  });

  it('move to the next order if theirs is undone, but not once it has left', () => {
    const lines = [line(), WRAP];
    const from = (...fulfilments: ReturnType<typeof picked>[]) =>
      sale({ type: 'advanced', lines, charges: [charge()], fulfilments });
    const undone = fulfilment({ taskId: 't1' });
    const moved = new Shop([billing({ trigger: 'PickAuthorised' })]);
    moved.look(from(picked(1, 1), picked(2, 1)));
    moved.look(from(undone, picked(2, 1)));
    expect(moved.orders.map(({ bearsCharges, withdrawn }) => [bearsCharges, withdrawn])).toEqual([
      [true, true],
      [true, false],
    ]);
    moved.look(from(picked(1, 1), picked(2, 1)));
    expect(
      sumAll(moved.orders.flatMap(({ withdrawn }, index) => (withdrawn ? [] : [moved.bill(index)]))),
    ).toBe(34);
    const left = new Shop([billing({ trigger: 'PickAuthorised' })]);
    left.look(from(picked(1, 1)));
    expect(left.bill(0)).toBe(24);
    left.look(from(picked(1, 1), picked(2, 1)));
    expect(left.bill(1)).toBe(10);
  });

  it('are reported as on no order if they are added after everything has left', () => {
    const shop = new Shop([billing({ trigger: 'PickAuthorised' })]);
    const from = sale({ lines: [line()], fulfilments: [picked(1, 2)] });
    shop.look(from);
    shop.bill(0);
    shop.look({ ...from, lines: [...from.lines, WRAP], charges: [charge()] });
    expect(shop.reason).toContain('On no order, so bill it in DEAR: Freight, GIFT-WRAP.');
  });

  it('that were billed are not reported again once their own fulfilment is undone', () => {
    const shop = new Shop([billing({ trigger: 'PickAuthorised' })]);
    const from = (...fulfilments: ReturnType<typeof picked>[]) =>
      sale({ type: 'advanced', lines: [line(), WRAP], charges: [charge()], fulfilments });
    shop.look(from(picked(1, 1)));
    expect(shop.bill(0)).toBe(24);
    const { demands } = findDemands(
      from(fulfilment({ taskId: 't1' }), picked(2, 1)),
      shop.connections,
      shop.orders,
      books,
    );
    expect(demands.map(({ taskId, remarks, charges }) => [taskId, remarks, charges])).toEqual([
      ['t2', [], []],
    ]);
  });

  it('go to an order that has left as it was planned, while nothing of it is confirmed', () => {
    const shop = new Shop([billing({ trigger: 'PickAuthorised' })]);
    const from = (...fulfilments: ReturnType<typeof picked>[]) =>
      sale({ type: 'advanced', lines: [line(), WRAP], fulfilments });
    shop.look(from(picked(1, 1), picked(2, 1)));
    shop.orders = shop.orders.map((order) =>
      order.taskId === 't2' ? recordShipments(order, [reported(order.reference)], NOW) : order,
    );
    shop.look(from(fulfilment({ taskId: 't1' }), picked(2, 1)));
    expect(
      shop.orders.map(({ taskId, bearsCharges, withdrawn }) => [taskId, bearsCharges, withdrawn]),
    ).toEqual([
      ['t1', true, true],
      ['t2', true, false],
    ]);
  });

  it('go to an order that a person edited, which is stored with them at the next reading', () => {
    const shop = new Shop([billing({ trigger: 'PickAuthorised' })]);
    const from = (...fulfilments: ReturnType<typeof picked>[]) =>
      sale({ type: 'advanced', lines: [line(), WRAP], fulfilments });
    shop.look(from(picked(1, 1), picked(2, 1)));
    const edited = shop.orders.map((order) =>
      order.taskId === 't2' ? { ...order, fingerprint: 'edited' } : order,
    );
    const after = from(fulfilment({ taskId: 't1' }), picked(2, 1));
    const { demands } = findDemands(after, shop.connections, edited, books);
    expect(demands.map(({ taskId, services }) => [taskId, services.map(({ sku }) => sku)])).toEqual([
      ['t2', ['GIFT-WRAP']],
    ]);
  });

  it('are not billed a second time where another connection ships them as goods', () => {
    const card = line({ productId: 'card', sku: 'CARD', quantity: 1, unitPrice: 3 });
    const shop = new Shop([
      billing({ trigger: 'PickAuthorised', serviceSkus: ['CARD'] }),
      billing({ id: 'annex', location: 'Annex', trigger: 'PickAuthorised' }),
    ]);
    const cards = stageLine({ productId: 'card', sku: 'CARD', quantity: 1, location: 'Annex' });
    const fulfilments = [
      picked(1, 2),
      fulfilment({ taskId: 't2', number: 2, pick: { status: 'AUTHORISED', lines: [cards] } }),
    ];
    shop.look(sale({ type: 'advanced', lines: [line(), card], fulfilments }));
    expect([shop.bill(0), shop.bill(1)]).toEqual([20, 3]);
  });

  it('leave no remark on an order where the sale has none', () => {
    const { demands } = findDemands(sale({ lines: [line()] }), [billing()]);
    expect(demands.map(({ remarks }) => remarks)).toEqual([[]]);
  });

  it('are only billed where there is something: lines without a quantity or an amount are not named', () => {
    const shop = new Shop([billing()]);
    const free = line({ productId: 'drop', sku: 'DROP', dropShip: true, unitPrice: 0 });
    shop.look(sale({ lines: [line(), { ...WRAP, quantity: 0, total: 0 }, free] }));
    expect(shop.orders[0]?.log[0]?.what).not.toContain('ill');
    expect(shop.bill(0)).toBe(20);
  });

  it('that an invoice omits are named: of a supplier, without a product, returned; by name or SKU', () => {
    const shop = new Shop([billing()]);
    const supplied = line({ productId: 'drop', sku: 'DROP', dropShip: true });
    const text = line({ productId: '', sku: '', name: 'Engraving' });
    const nameless = line({ productId: '', sku: '', name: '' });
    const returned = line({ productId: 'back', sku: 'BACK', quantity: -1 });
    shop.look(sale({ lines: [line(), supplied, text, nameless, returned] }));
    expect(shop.orders[0]?.log[0]?.what).toContain(
      'Not on its invoice, so bill it in DEAR: DROP, Engraving, a line without a product, BACK.',
    );
  });

  it('are not spoken of by an order that the connection does not bill', () => {
    const shop = new Shop([billing({ invoice: 'none' })]);
    shop.look(sale({ lines: [line(), WRAP, line({ productId: 'drop', sku: 'DROP', dropShip: true })] }));
    expect(shop.orders[0]?.log[0]?.what).not.toContain('bill');
  });

  it('stay with their order when another one is made before it, and leave it when it is cancelled', () => {
    const from = (...fulfilments: ReturnType<typeof picked>[]) =>
      sale({ type: 'advanced', lines: [line(), WRAP], fulfilments });
    const shop = new Shop([billing({ trigger: 'PickAuthorised' })]);
    shop.look(from(picked(2, 1)));
    shop.look(from(picked(1, 1), picked(2, 1)));
    const bearers = () => shop.orders.map(({ taskId, bearsCharges }) => [taskId, bearsCharges]);
    expect(bearers()).toEqual([
      ['t2', true],
      ['t1', false],
    ]);
    shop.orders = shop.orders.map((order) =>
      order.taskId === 't2' ? { ...order, status: 'Cancelled' } : order,
    );
    shop.look(from(picked(1, 1), picked(2, 1)));
    expect(bearers()).toContainEqual(['t1', true]);
  });

  it('are not reported as forgotten by a later order while an earlier one bears them', () => {
    const shop = new Shop([billing({ trigger: 'PickAuthorised' })]);
    shop.look(sale({ type: 'advanced', lines: [line(), WRAP], fulfilments: [picked(1, 1), picked(2, 1)] }));
    expect(shop.orders.map(({ log }) => log[0]?.what.includes('On no order'))).toEqual([false, false]);
  });

  it('are assigned to an order that exists, not to one that is not admitted', () => {
    const choosy = billing({ trigger: 'PickAuthorised', holdUntilPaid: false });
    const refusing = { ...choosy, admission: { ...choosy.admission, ordersFrom: '2099-01-01' } };
    const annex = billing({ id: 'annex', location: 'Annex', trigger: 'PickAuthorised' });
    const shop = new Shop([refusing, annex]);
    const fulfilments = [picked(1, 1), picked(2, 1, 'Annex')];
    shop.look(sale({ type: 'advanced', lines: [line(), WRAP], fulfilments }));
    expect(shop.orders.map(({ connection: by, bearsCharges }) => [by, bearsCharges])).toEqual([
      ['annex', true],
    ]);
  });

  it('are billed exactly once, over any fulfilments, connections and order of reading', () => {
    const step = fc.record({
      location: fc.constantFrom('Lantern Depot', 'Annex'),
      quantity: fc.constantFrom(1, 2),
    });
    void fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 4 }), fc.boolean(), (steps, atOnce) => {
        const shop = new Shop([
          billing({ trigger: 'PickAuthorised' }),
          billing({ id: 'annex', location: 'Annex', trigger: 'PickAuthorised' }),
        ]);
        const goods = line({ quantity: sumAll(steps.map(({ quantity }) => quantity)) });
        const all = steps.map(({ quantity, location }, index) => picked(index + 1, quantity, location));
        const from = sale({ type: 'advanced', lines: [WRAP, goods, DISCOUNT], charges: [charge()] });
        let billed = 0;
        if (atOnce) {
          shop.look({ ...from, fulfilments: all });
          for (const index of shop.orders.keys()) billed = sumAll([billed, shop.bill(index)]);
        } else {
          for (const index of all.keys()) {
            shop.look({ ...from, fulfilments: all.slice(0, index + 1) });
            billed = sumAll([billed, shop.bill(index)]);
          }
        }
        expect(billed).toBe(sumAll([goods.total, 9]));
      }),
    );
  });
});
