import { describe, expect, it } from 'vitest';
import { act } from '../../../lib/domain/order/actions.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import {
  type ContentLine,
  type OrderContent,
  toFingerprint,
  UNSENT_FIELDS,
  UNSENT_LINE_FIELDS,
} from '../../../lib/domain/order/order-content.ts';
import { planSale } from '../../../lib/domain/order/plan.ts';
import { claimSubmission, recordAccepted } from '../../../lib/domain/order/submission.ts';
import { waitingFor } from '../../../lib/domain/order/transitions.ts';
import type { Sale } from '../../../lib/domain/sale/sale.ts';
import { recordShipments } from '../../../lib/domain/shipment/shipment.ts';
import { connection } from '../../builders/connection.ts';
import { acceptedOrder, NOW, queuedOrder, reported } from '../../builders/order.ts';
import { charge, line, sale } from '../../builders/sale.ts';

const fields = { gift: 'AdditionalAttribute1', giftMessage: 'AdditionalAttribute2', image: '', options: {} };
const using = connection({ fields });

function plan(
  from: Sale,
  orders: readonly FulfillmentOrder[] = [],
  stored: ReadonlyMap<string, OrderContent> = new Map(),
) {
  return planSale({ sale: from, connections: [using], orders, stored, by: 'sweep', now: NOW });
}

function buildContent(from: Sale): OrderContent {
  const content = plan(from).changes[0]?.content;
  if (!content) throw new Error('The sale makes no order');
  return content;
}

/** Another value of the same type. */
function other(value: unknown): unknown {
  if (typeof value === 'string') return `${value} changed`;
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  if (Array.isArray(value)) return [...value, 'changed'];
  return { ...(value as object), line1: 'changed' };
}

describe('every field of an order’s content', () => {
  const given = buildContent(sale());
  const before = toFingerprint(given);
  const ofOrder = Object.keys(given).filter((field) => field !== 'lines');
  const ofLines = Object.keys(given.lines[0] ?? {});

  it.each(ofOrder)('%s: is sent to a service that has the order, or has a reason why not', (field) => {
    const changed = { ...given, [field]: other(given[field as keyof OrderContent]) };
    expect(toFingerprint(changed) === before).toBe(field in UNSENT_FIELDS);
  });

  it.each(ofLines)(
    '%s of a line: is sent to a service that has the order, or has a reason why not',
    (field) => {
      const lines = given.lines.map((one) => ({ ...one, [field]: other(one[field as keyof ContentLine]) }));
      expect(toFingerprint({ ...given, lines }) === before).toBe(field in UNSENT_LINE_FIELDS);
    },
  );

  it('has the same fingerprint in any order of the address’s properties', () => {
    const turned = (address: object) => Object.fromEntries(Object.entries(address).reverse());
    const changed = { ...given, shipTo: turned(given.shipTo), billTo: turned(given.billTo) } as OrderContent;
    expect(toFingerprint(changed)).toBe(before);
  });
});

/** What a person may change on a sale beside its goods and its address. */
const EDITS: ReadonlyArray<[string, Partial<Sale>]> = [
  ['ship-by date', { shipBy: '2026-03-01' }],
  ['note', { note: 'Fragile' }],
  ['memo', { memo: 'Back door' }],
  ['shipping notes', { shippingNotes: 'Leave it' }],
  ['customer reference', { customerReference: 'PO-10' }],
  ['customer', { customer: 'Quill Ltd' }],
  ['e-mail', { email: 'new@quillthread.example' }],
  ['phone', { phone: '1' }],
  ['gift message', { additionalAttributes: { AdditionalAttribute2: 'Happy birthday' } }],
  ['billing address', { billingAddress: { ...sale().billingAddress, line1: '1 New Street' } }],
  ['order date', { orderDate: '2026-02-01' }],
  ['name of a product', { lines: sale().lines.map((one) => ({ ...one, name: 'Swan quill' })) }],
];

describe.each(EDITS)('a late change: %s', (_, changes) => {
  const edited = sale(changes);

  it('is included in an order that was not sent, without changing its hold', () => {
    const released = { ...queuedOrder(), released: false, reason: 'Waiting for a person to process it.' };
    const [change] = plan(edited, [released]).changes;
    expect(change?.content).toEqual(buildContent(edited));
    expect(change?.order).toMatchObject({ fingerprint: toFingerprint(buildContent(edited)) });
    expect(plan(edited, [change?.order as FulfillmentOrder]).changes).toEqual([]);
  });

  it('is sent to a service that has the order, and logged', () => {
    const [change] = plan(edited, [acceptedOrder()]).changes;
    expect(waitingFor(change?.order as FulfillmentOrder)).toBe('update');
    expect(change?.order.log.at(-1)?.what).toContain('changed in DEAR; lantern is updated.');
    expect(plan(edited, [change?.order as FulfillmentOrder]).changes).toEqual([]);
  });

  it('is logged once after the goods have left, and they are still confirmed', () => {
    const shipped = recordShipments(acceptedOrder(), [reported('SO-00042-1')], NOW);
    const [change] = plan(edited, [shipped]).changes;
    expect(change?.order.log.at(-1)?.what).toContain('goods had left; lantern is not updated.');
    expect(waitingFor(change?.order as FulfillmentOrder)).toBe('confirmation');
    expect(plan(edited, [change?.order as FulfillmentOrder]).changes).toEqual([]);
  });
});

describe('the log of a change after the goods have left', () => {
  const shipped = recordShipments(acceptedOrder(), [reported('SO-00042-1')], NOW);
  const stored = new Map([[shipped.reference, buildContent(sale())]]);

  it('names the fields that differ from what was sent, without their values', () => {
    const from = sale({
      phone: '+1 555 0199',
      note: 'Fragile',
      shippingAddress: { ...sale().shippingAddress, line1: '9 Elm Street' },
      lines: sale().lines.map((one) => ({ ...one, name: 'Swan quill' })),
    });
    const what = plan(from, [shipped], stored).changes[0]?.order.log.at(-1)?.what;
    expect(what).toBe(
      'The sale changed in DEAR after goods had left; lantern is not updated. It differs from what was sent in: delivery address, phone, internal notes, lines.',
    );
  });

  it('names no field that is as it was sent', () => {
    const what = plan(sale({ shipBy: '2026-03-01' }), [shipped], stored).changes[0]?.order.log.at(-1)?.what;
    expect(what).toContain('It differs from what was sent in: ship-by date.');
  });

  it('names no fields once the stored content has expired', () => {
    const what = plan(sale({ phone: '1' }), [shipped]).changes[0]?.order.log.at(-1)?.what;
    expect(what).toBe('The sale changed in DEAR after goods had left; lantern is not updated.');
  });
});

describe('a person’s edits', () => {
  const acting = {
    order: queuedOrder(),
    content: buildContent(sale()),
    canCancel: true,
    by: 'Mina',
    now: NOW,
  };
  const shipTo = { line1: '1 Right Street' };
  const { order, content } = act('edit', acting, { shipTo, phone: '42' });
  const contents = new Map([[order.reference, content as OrderContent]]);

  it('remain when notes change in DEAR', () => {
    const [change] = plan(sale({ note: 'Fragile' }), [order], contents).changes;
    expect(change?.content).toMatchObject({ shipTo, phone: '42', internalNotes: 'Fragile' });
    const stored = new Map([[order.reference, change?.content as OrderContent]]);
    expect(plan(sale({ note: 'Fragile' }), [change?.order as FulfillmentOrder], stored).changes).toEqual([]);
  });

  it('stay with what has left, which is billed at the prices of the sale when they change', () => {
    const accepted = recordAccepted(claimSubmission(order, NOW), NOW, 'prov-1', order.fingerprint, false);
    const contentsOfParcel = [{ key: '', sku: 'WAX-02', quantity: 1, batch: '', expiry: '' }];
    const left = recordShipments(accepted, [reported('SO-00042-1', { contents: contentsOfParcel })], NOW);
    const dearer = sale({ lines: [line({ unitPrice: 12 }), ...sale().lines.slice(1)] });
    const { changes, repriced } = planSale({
      ...{ sale: dearer, connections: [connection({ fields, invoice: 'authorised' })], orders: [left] },
      ...{ stored: contents, by: 'sweep', now: NOW },
    });
    expect(changes).toEqual([]);
    expect(repriced).toMatchObject([{ content: { shipTo, phone: '42', lines: [{ unitPrice: 12 }, {}] } }]);
  });

  it('are dropped when the sale’s address changes', () => {
    const moved = sale({ shippingAddress: { ...sale().shippingAddress, line1: '2 New Street' } });
    const [change] = plan(moved, [order], contents).changes;
    expect(change?.content).toMatchObject({ shipTo: { line1: '2 New Street' }, phone: sale().phone });
  });
});

describe('late changes of prices and payments', () => {
  it.each<[string, Partial<Sale>]>([
    ['a payment', { paymentStatus: 'UNPAID' }],
    ['a price', { lines: [line({ unitPrice: 7 }), ...sale().lines.slice(1)] }],
    ['freight', { charges: [charge()] }],
    ['DEAR’s own bookkeeping', { status: 'PICKING', total: 7, tax: 1, terms: 'Cash' }],
  ])('%s: nothing is sent to the service', (_, changes) => {
    const order = acceptedOrder();
    const told = plan(sale(changes), [order]).changes.filter(
      (one) => one.content !== null || one.order.fingerprint !== order.fingerprint,
    );
    expect(told).toEqual([]);
  });
});
