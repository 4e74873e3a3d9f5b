import { describe, expect, it } from 'vitest';
import { addressVersions, whyNotAddressable } from '../../../lib/domain/address/address.ts';
import { allowedActions } from '../../../lib/domain/order/allowed-actions.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import type { OrderContent } from '../../../lib/domain/order/order-content.ts';
import { planSale } from '../../../lib/domain/order/plan.ts';
import { nextDispatchStep, reasonInFull } from '../../../lib/domain/order/transitions.ts';
import type { Sale } from '../../../lib/domain/sale/sale.ts';
import { connection } from '../../builders/connection.ts';
import { NOW, queuedOrder } from '../../builders/order.ts';
import { charge, line, sale } from '../../builders/sale.ts';

function replanned(
  order: FulfillmentOrder,
  from: Sale,
  using: Parameters<typeof connection>[0],
): FulfillmentOrder {
  const plan = planSale({
    sale: from,
    connections: [connection(using)],
    orders: [order],
    by: 'test',
    now: NOW,
  });
  return plan.changes[0]?.order ?? order;
}

describe('an order', () => {
  it('waits for a person to process it if the connection releases manually', () => {
    const order = queuedOrder(sale(), {}, connection({ release: 'manual' }));
    expect(order).toMatchObject({
      status: 'Queued',
      released: false,
      reason: 'Waiting for a person to process it.',
    });
    expect(nextDispatchStep(order)).toBe('nothing');
  });

  describe('of the test sale', () => {
    const testSale = { number: sale().orderNumber.toLowerCase(), send: false };

    it('is held, and nothing releases it but other settings', () => {
      const held = queuedOrder(sale(), {}, connection({ testSale, holdUntilPaid: true }));
      expect(held).toMatchObject({ status: 'On Hold', desired: 'held', holds: [{ kind: 'test' }] });
      expect(nextDispatchStep(held)).toBe('nothing');
      expect(allowedActions(held, { canCancel: true, canHold: true })).not.toContain('ship');
      expect(nextDispatchStep(replanned(held, sale(), {}))).toBe('submit');
    });

    it('is sent without a hold where the settings say so', () => {
      const order = queuedOrder(sale(), {}, connection({ testSale: { ...testSale, send: true } }));
      expect(nextDispatchStep(order)).toBe('submit');
    });
  });

  it('is held until it is paid, and is released by the payment', () => {
    const using = { holdUntilPaid: true };
    const held = queuedOrder(sale({ paymentStatus: 'PARTIALLY PAID' }), {}, connection(using));
    expect(held).toMatchObject({ status: 'On Hold', hold: 'payment', desired: 'held' });
    expect(replanned(held, sale({ paymentStatus: 'PARTIALLY PAID' }), using)).toBe(held);
    expect(replanned(held, sale({ paymentStatus: 'UNPAID' }), using).reason).toContain('it is UNPAID');
    const paid = replanned(held, sale({ paymentStatus: 'PAID' }), using);
    expect(paid).toMatchObject({ status: 'Queued', hold: '', released: true });
    expect(nextDispatchStep(paid)).toBe('submit');
  });

  it.each<[string, Partial<Sale>, Partial<Sale>['paymentStatus'], boolean]>([
    ['that costs something and is not paid', {}, 'UNPAID', true],
    ['of which DEAR gives no status', {}, '', true],
    ['that is paid in part', {}, 'PARTIALLY PAID', true],
    ['that is paid', {}, 'PAID', false],
    ['that is paid, in the words of live accounts', {}, 'FULLY PAID', false],
    ['that is paid before its invoice', {}, 'PREPAID', false],
    ['that is overpaid', {}, 'OVERPAID', false],
    ['whose credit is more than its invoice', {}, 'OVERPAID / CREDITED', false],
    ['whose customer is owed money', {}, 'NOT REFUNDED', false],
    ['of free samples', { total: 0, lines: [line({ unitPrice: 0 })] }, 'UNPAID', false],
    [
      'that is discounted by all',
      { total: 0, lines: [line({ discountPercent: 100, total: 0 })] },
      'UNPAID',
      false,
    ],
    [
      'whose discount is a line of its own',
      { total: 0, lines: [line(), line({ sku: 'OFF', quantity: 1, unitPrice: -20 })] },
      'UNPAID',
      false,
    ],
    ['of less than a cent', { total: 0.004 }, 'UNPAID', false],
    ['of goods in exchange for more', { total: -5 }, 'UNPAID', false],
    ['of free goods with freight', { total: 9.9, lines: [line({ unitPrice: 0 })] }, 'UNPAID', true],
    ['whose sum DEAR leaves out', { total: 0, lines: [line({ total: 20 })] }, 'UNPAID', true],
    [
      'whose freight alone has a price, and whose sum DEAR leaves out',
      { total: 0, lines: [line({ unitPrice: 0 })], charges: [charge()] },
      'UNPAID',
      true,
    ],
  ])('is held or not with holdUntilPaid, for a sale %s', (_, overrides, paymentStatus = '', isHeld) => {
    const from = sale({ ...overrides, paymentStatus });
    const order = queuedOrder(from, {}, connection({ holdUntilPaid: true }));
    expect(order.hold).toBe(isHeld ? 'payment' : '');
  });

  it('is released from waiting for a payment once the sale is free', () => {
    const using = { holdUntilPaid: true };
    const held = queuedOrder(sale({ paymentStatus: 'UNPAID' }), {}, connection(using));
    const lines = sale().lines.map((one) => ({ ...one, discountPercent: 100, total: 0 }));
    const free = replanned(held, sale({ paymentStatus: 'UNPAID', total: 0, lines }), using);
    expect(free).toMatchObject({ status: 'Queued', hold: '', released: true });
  });

  it('waits for its shipping method to be mapped, and continues by itself then', () => {
    const using = (services: Record<string, string>) => ({
      shippingMethods: { services, unmapped: 'hold' as const },
    });
    const held = queuedOrder(sale(), {}, connection(using({ Express: 'ups_next_day' })));
    expect(held).toMatchObject({ status: 'On Hold', hold: 'shipping-method' });
    expect(held.reason).not.toContain('UPS Ground');
    expect(replanned(held, sale(), using({ 'ups ground ': 'ups_ground' }))).toMatchObject({
      status: 'Queued',
    });
  });

  it('does not wait for an unmapped method that the settings pass on', () => {
    const order = queuedOrder(
      sale(),
      {},
      connection({ shippingMethods: { services: {}, unmapped: 'pass' } }),
    );
    expect(order.status).toBe('Queued');
  });
});

describe('the log of a new order', () => {
  const using = (unknownSkus: 'hold' | 'pass') => connection({ catalogue: { every: '1 day', unknownSkus } });
  const firstLog = (unknownSkus: 'hold' | 'pass', unknown: ReadonlySet<string> | 'unread') =>
    planSale({
      sale: sale(),
      connections: [using(unknownSkus)],
      orders: [],
      unknownSkus: new Map([['lantern', unknown]]),
      by: 'test',
      now: NOW,
    }).changes[0]?.order.log[0]?.what;

  it.each([
    ['pass', new Set(['WAX-02']), 'Waiting to be sent. lantern knows no product WAX-02.'],
    ['hold', new Set(['WAX-02']), 'lantern knows no product WAX-02.'],
    ['pass', new Set<string>(), 'Waiting to be sent.'],
    ['pass', 'unread', 'Waiting to be sent.'],
  ] as const)('names unknown SKUs once: with the setting %s', (unknownSkus, unknown, what) => {
    expect(firstLog(unknownSkus, unknown)).toBe(`Ordered from lantern. ${what}`);
  });

  it('says that it is not known which SKUs the service knows, where its list was never read', () => {
    expect(firstLog('hold', 'unread')).toMatch(/has not been read yet, so it is not known/);
  });
});

describe('a delivery address', () => {
  const address = sale().shippingAddress;

  it.each<[string, Partial<typeof address>, string]>([
    ['without a street', { line1: ' ' }, 'lacks: street'],
    [
      'whose fields are empty under display lines',
      { line1: '', line2: '', city: '', state: '', postcode: '', country: '' },
      'its separate fields are empty',
    ],
    ['with another street on show', { displayLine1: '14 Orchard Mews Flat 3' }, 'disagree in: street'],
    ['with another city on show', { displayLine2: 'Dallas TX 78701 United States' }, 'disagree in: city'],
    [
      'with another postcode on show',
      { displayLine2: 'Austin TX 78702 United States' },
      'disagree in: postcode',
    ],
    [
      'in an unknown country',
      { country: 'Atlantis' },
      'country of the delivery address is not one that we know',
    ],
  ])('%s cannot be used, and the reason does not quote it', (_, change, expected) => {
    const why = whyNotAddressable({ ...address, ...change });
    expect(why).toContain(expected);
    expect(why).not.toMatch(/Orchard|Austin|Dallas|7870/);
  });

  it.each<[string, Partial<typeof address>]>([
    ['as DEAR shows it', {}],
    [
      'shown with other commas, case and blanks',
      { displayLine1: '12 ORCHARD MEWS,  Flat 3', displayLine2: 'austin, TX. 78701' },
    ],
    ['without display lines', { displayLine1: '', displayLine2: '' }],
    ['with a country by name', { country: 'United Kingdom' }],
  ])('%s can be used', (_, change) => {
    expect(whyNotAddressable({ ...address, ...change })).toBeNull();
  });

  it('is shown in both versions to a person who may see personal data, if it is doubtful', () => {
    const shippingAddress = { ...address, displayLine1: '14 Orchard Mews' };
    const plan = planSale({
      sale: sale({ shippingAddress }),
      connections: [connection()],
      orders: [],
      by: 'test',
      now: NOW,
    });
    const order = plan.changes[0]?.order as FulfillmentOrder;
    const content = plan.changes[0]?.content as OrderContent;
    expect(order).toMatchObject({ status: 'On Hold', hold: 'address' });
    expect(order.reason).not.toContain('Orchard');
    expect(reasonInFull(order, content, true)).toContain(
      'Separate fields: 12 Orchard Mews, Flat 3, Austin, TX, 78701, US. As DEAR shows it: 14 Orchard Mews, Austin',
    );
    expect(reasonInFull(order, content, false)).toBe(order.reason);
    expect(reasonInFull(queuedOrder(), content, true)).toBe(queuedOrder().reason);
    expect(addressVersions(address).shown).toBe('12 Orchard Mews Flat 3, Austin TX 78701 United States');
  });
});
