import { describe, expect, it } from 'vitest';
import { requireStages, StagesUnreadable, whyUnreadable } from '../../../lib/domain/order/initial-state.ts';
import { planSale } from '../../../lib/domain/order/plan.ts';
import { connection } from '../../builders/connection.ts';
import { NOW, queuedOrder } from '../../builders/order.ts';
import { sale } from '../../builders/sale.ts';

const unread = (...unreadable: string[]) => sale({ unreadable });
const planned = (from: ReturnType<typeof sale>, orders: ReadonlyArray<ReturnType<typeof queuedOrder>> = []) =>
  planSale({ sale: from, connections: [connection()], orders, by: 'DEAR', now: NOW });

describe('a sale of which DEAR gives a part in an unknown form', () => {
  it.each([
    'Memo',
    'Note',
    'Order.Memo',
    'Terms',
    'SourceChannel',
    'CombinedTrackingNumbers',
    'Order.Lines[0].ProductWeight',
    'CreditNotes',
    'CreditNotes[0].Memo',
  ])('is planned where that is %s', (path) => {
    expect(whyUnreadable(unread(path))).toBeNull();
    expect(planned(unread(path)).changes[0]?.order.status).toBe('Queued');
  });

  it.each(['Status', 'Order.Lines', 'ShippingAddress', 'CustomerMemo', 'Notes'])(
    'is not planned where that is %s, which its reason names',
    (path) => {
      expect(whyUnreadable(unread('Memo', path))).toBe(
        `DEAR gives a part of the sale in a form that cannot be read: ${path}.`,
      );
    },
  );

  it('still stops its orders where it was voided, unless its status is what cannot be read', () => {
    const voided = (path: string) => sale({ status: 'VOIDED', unreadable: [path] });
    expect(whyUnreadable(voided('Order.Lines'))).toBeNull();
    expect(whyUnreadable(voided('Status'))).toContain('Status');
    expect(planned(voided('Order.Lines'), [queuedOrder()]).changes[0]?.order.status).toBe('Cancelled');
  });

  it('leaves its orders as they are, and says so', () => {
    const { changes, reason, outcome } = planned(unread('Order.Lines'), [queuedOrder()]);
    expect({ changes, outcome }).toEqual({ changes: [], outcome: 'ordered' });
    expect(reason).toMatch(/cannot be read: Order\.Lines\. So the orders of the sale stay as they are\.$/);
  });

  it('makes a new order, which a person has to release', () => {
    const { changes, reason } = planned(unread('Order.Lines'));
    const [created] = changes;
    expect(created?.order).toMatchObject({
      status: 'On Hold',
      hold: 'unreadable',
      version: 1,
      released: false,
    });
    expect(created?.order.log.at(-1)).toMatchObject({ by: 'DEAR', what: created?.order.reason });
    expect(created?.content).not.toBeNull();
    expect(reason).toMatch(/cannot be read: Order\.Lines\. lantern ships it/);
  });

  it('has the causes of its new order beside that one', () => {
    const unpaid = sale({ unreadable: ['Order.Lines'], paymentStatus: 'UNPAID' });
    const using = [connection({ holdUntilPaid: true })];
    const plan = planSale({ sale: unpaid, connections: using, orders: [], by: 'DEAR', now: NOW });
    expect(plan.changes[0]?.order.holds?.map(({ kind }) => kind)).toEqual(['unreadable', 'payment']);
  });
});

describe('a confirmation to a sale of which a part cannot be read', () => {
  it.each([
    'Type',
    'Status',
    'Order',
    'Order.Status',
    'Fulfilments',
    'Fulfilments[1].Pack',
    'Invoices',
    'CreditNotes[0]',
  ])('waits 15 minutes where that is %s, which decides what is written', (path) => {
    const refused = () => requireStages(unread('Memo', path));
    expect(refused).toThrow(StagesUnreadable);
    expect(refused).toThrow(`cannot be read: ${path}.`);
  });

  it.each(['Memo', 'Order.Lines', 'ShippingAddress', 'OrderType'])('goes on where that is %s', (path) => {
    const read = unread(path);
    expect(requireStages(read)).toBe(read);
  });
});
