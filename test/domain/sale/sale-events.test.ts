import { describe, expect, it } from 'vitest';
import { eventsToSubscribe, isReasonToRead } from '../../../lib/domain/sale/sale-events.ts';
import { admission, connection } from '../../builders/connection.ts';
import { acceptedOrder, queuedOrder } from '../../builders/order.ts';
import { sale } from '../../builders/sale.ts';

const plain = [connection()];
const picking = [connection({ trigger: 'PickAuthorised' })];
const byStatus = [connection({ admission: admission({ saleStatuses: ['PICKED'] }) })];
const byAttribute = [connection({ admission: admission({ attributes: { AdditionalAttribute3: ['3PL'] } }) })];
const unpaid = queuedOrder(sale({ paymentStatus: 'UNPAID' }), {}, connection({ holdUntilPaid: true }));
const refused = acceptedOrder(sale(), {
  confirmation: { state: 'refused', attempt: 1, packages: [], taskId: '', corrections: [], at: '' },
});

describe('isReasonToRead', () => {
  it.each([
    ['Sale/OrderAuthorised', [acceptedOrder()], plain, true],
    ['Sale/Voided', [], plain, true],
    ['sweep', [], plain, true],
    ['Sale/Created', null, plain, false],
    ['Sale/PickAuthorised', null, plain, true],
    ['Sale/PickAuthorised', [acceptedOrder()], plain, false],
    ['Sale/PickAuthorised', [], picking, true],
    ['Sale/PickAuthorised', [refused], plain, true],
    ['Sale/PickAuthorised', [], byStatus, true],
    ['Sale/PickAuthorised', [acceptedOrder()], byStatus, false],
    ['Sale/AttachmentAdded', [], byStatus, false],
    ['Sale/FullPaymentReceived', [unpaid], plain, true],
    ['Sale/FullPaymentReceived', [acceptedOrder()], plain, false],
    ['Sale/AdditionalAttributesChanged', [], byAttribute, true],
    ['Sale/AdditionalAttributesChanged', [acceptedOrder()], byAttribute, false],
  ] as const)('returns for %s of a sale with the orders %#: %j', (event, known, connections, expected) => {
    expect(isReasonToRead(event, known, connections)).toBe(expected);
  });
});

describe('eventsToSubscribe', () => {
  const always = ['Sale/Voided', 'Sale/Undo', 'Sale/ShipmentTrackingNumberChanged'];

  it('returns the triggers, void, undo, tracking, and the events that the settings wait for', () => {
    expect(eventsToSubscribe(plain)).toEqual(['Sale/OrderAuthorised', ...always]);
    expect(eventsToSubscribe([...plain, ...picking])).toEqual([
      'Sale/OrderAuthorised',
      'Sale/PickAuthorised',
      ...always,
    ]);
    expect(eventsToSubscribe([connection({ holdUntilPaid: true })])).toContain('Sale/FullPaymentReceived');
    expect(eventsToSubscribe(byAttribute)).toContain('Sale/AdditionalAttributesChanged');
    expect(eventsToSubscribe(byStatus)).toEqual(
      expect.arrayContaining(['Sale/PickAuthorised', 'Sale/InvoiceAuthorised']),
    );
  });
});
