import { describe, expect, it } from 'vitest';
import { act, type OrderEdit } from '../../../lib/domain/order/actions.ts';
import type { Action } from '../../../lib/domain/order/allowed-actions.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { listHolds } from '../../../lib/domain/order/holds.ts';
import type { OrderContent } from '../../../lib/domain/order/order-content.ts';
import { planSale } from '../../../lib/domain/order/plan.ts';
import { reasonInFull, shortStatus } from '../../../lib/domain/order/transitions.ts';
import type { Sale } from '../../../lib/domain/sale/sale.ts';
import { connection } from '../../builders/connection.ts';
import { NOW } from '../../builders/order.ts';
import { sale } from '../../builders/sale.ts';

type Using = Parameters<typeof connection>[0];

/** A sale that is read again and again, and an operator at its one order. */
class Desk {
  order: FulfillmentOrder;
  content: OrderContent;
  #sale: Sale;
  readonly #using: Using;
  #unknown: readonly string[];

  constructor(from: Partial<Sale>, using: Using, unknown: readonly string[] = []) {
    this.#sale = sale(from);
    this.#using = using;
    this.#unknown = unknown;
    const created = this.#plan([]);
    this.order = created!.order;
    this.content = created!.content!;
  }

  read(from: Partial<Sale> = {}, using: Using = this.#using, unknown: readonly string[] = this.#unknown) {
    this.#sale = { ...this.#sale, ...from };
    this.#unknown = unknown;
    const changed = this.#plan([this.order], using);
    this.order = changed?.order ?? this.order;
    this.content = changed?.content ?? this.content;
    return this.order;
  }

  act(action: Action, edit: OrderEdit = {}) {
    const acting = { order: this.order, content: this.content, by: 'Mina', now: NOW, canCancel: true };
    const acted = act(action, acting, edit);
    this.order = acted.order;
    this.content = acted.content ?? this.content;
    return this.order;
  }

  kinds() {
    return listHolds(this.order).map(({ kind }) => kind);
  }

  #plan(orders: readonly FulfillmentOrder[], using = this.#using) {
    const one = connection(using);
    const stored = new Map(orders.map(({ reference }) => [reference, this.content]));
    const unknownSkus = new Map([[one.id, new Set(this.#unknown)]]);
    const input = { sale: this.#sale, connections: [one], orders, stored, unknownSkus, by: 'DEAR', now: NOW };
    return planSale(input).changes[0];
  }
}

const UNPAID = { paymentStatus: 'UNPAID' };
const PAID = { paymentStatus: 'PAID' };
const PREPAYING = { holdUntilPaid: true };
const NOWHERE = { ...sale().shippingAddress, city: '', displayLine2: '' };
const MAPPED = { services: { Express: 'ups_next_day_air' }, unmapped: 'hold' } as const;
const CHECKED = { every: '1 day', unknownSkus: 'hold' } as const;

describe('an order that is held for a payment', () => {
  it.each<[string, OrderEdit]>([
    ['shipping method', { shippingMethod: 'UPS Ground' }],
    ['e-mail address', { email: 'ada@example.com' }],
    ['notes', { customerNotes: 'Ring twice' }],
    ['address', { shipTo: { line1: '14 Orchard Mews' } }],
  ])('stays held for it when its %s is edited, and goes on with the edit once it is paid', (_, edit) => {
    const desk = new Desk(UNPAID, PREPAYING);
    expect(desk.act('edit', edit)).toMatchObject({ status: 'On Hold', hold: 'payment' });
    expect(desk.order.reason).toContain('UNPAID');
    const edited = desk.order.fingerprint;
    expect(desk.read(PAID)).toMatchObject({ status: 'Queued', released: true, fingerprint: edited });
    expect(desk.content.paymentStatus).toBe('PAID');
  });

  it('is held by a person as well, and then waits for both', () => {
    const desk = new Desk(UNPAID, PREPAYING);
    desk.act('hold');
    expect(desk.kinds()).toEqual(['person', 'payment']);
    expect(() => desk.act('hold')).toThrow('a person holds it already');
    expect(desk.read(PAID)).toMatchObject({ status: 'On Hold', hold: 'person' });
    expect(desk.kinds()).toEqual(['person']);
    expect(desk.act('ship').status).toBe('Queued');
  });

  it('is released by a person with a log entry that names what it was held for', () => {
    const desk = new Desk(UNPAID, PREPAYING);
    desk.act('edit', { shippingMethod: 'UPS Ground' });
    expect(desk.act('ship')).toMatchObject({ status: 'Queued', hold: '', holds: [] });
    expect(desk.order.log.at(-1)?.what).toBe(
      'Released by Mina. It was held: Held until DEAR says that the sale is paid; it is UNPAID.',
    );
  });
});

describe('an order with several causes to be held', () => {
  const all = { ...PREPAYING, shippingMethods: MAPPED, catalogue: CHECKED };

  it('names each of them in its reason and its short status', () => {
    const desk = new Desk({ ...UNPAID, shippingAddress: NOWHERE }, all, ['QUILL-01']);
    expect(desk.kinds()).toEqual(['address', 'shipping-method', 'unknown-sku', 'payment']);
    for (const word of ['lacks: city', 'shipping method', 'knows no product', 'UNPAID']) {
      expect(desk.order.reason).toContain(word);
    }
    expect(shortStatus([desk.order])).toContain('(address, shipping-method, unknown-sku, payment)');
    const whole = reasonInFull(desk.order, desk.content, true);
    expect(whole).toContain('The sale says:');
    expect(whole).toContain('Separate fields:');
  });

  it('is sent once the last cause has ended by itself', () => {
    const desk = new Desk(UNPAID, all, ['QUILL-01']);
    desk.read(PAID);
    expect(desk.kinds()).toEqual(['shipping-method', 'unknown-sku']);
    desk.read({}, { ...all, shippingMethods: null });
    expect(desk.kinds()).toEqual(['unknown-sku']);
    expect(desk.read({}, { ...all, shippingMethods: null }, []).status).toBe('Queued');
  });

  it('waits for a release of what was corrected, beside the causes that remain', () => {
    const desk = new Desk({ ...UNPAID, shippingAddress: NOWHERE }, all);
    desk.act('edit', { shipTo: { city: 'Leeds' } });
    expect(desk.kinds()).toEqual(['edited', 'shipping-method', 'payment']);
    desk.act('edit', { shippingMethod: 'ups_ground' });
    expect(desk.kinds()).toEqual(['edited', 'payment']);
    desk.read(PAID);
    expect(desk.order).toMatchObject({ hold: 'edited', reason: 'Edited by Mina, and not released since.' });
    expect(desk.act('ship').status).toBe('Queued');
  });
});
