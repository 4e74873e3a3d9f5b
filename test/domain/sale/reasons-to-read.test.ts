import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ChangedSale,
  type ConnectedLocation,
  classifyChange,
  eventsToSubscribe,
  getCoverage,
  isChangeVisible,
  isComplete,
  isMissedEvent,
  isReasonToRead,
  type LastReading,
  timeUntilCovered,
} from '../../../lib/domain/sale/reasons-to-read.ts';
import { changedSale, PLACE } from '../../builders/changed-sale.ts';
import { admission, connection, rule } from '../../builders/connection.ts';
import { acceptedOrder, queuedOrder } from '../../builders/order.ts';
import { fulfilment, sale } from '../../builders/sale.ts';
import { saleRecord } from '../../builders/sale-record.ts';

const plain = [connection()];
const picking = [connection({ trigger: 'PickAuthorised' })];
const byStatus = [connection({ admission: admission({ saleStatuses: ['PICKED'] }) })];
const byAttribute = [connection({ admission: admission({ attributes: { AdditionalAttribute3: ['3PL'] } }) })];
const byRule = [connection({ rules: [rule({ attributes: { AdditionalAttribute3: ['3PL'] } })] })];
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
    ['Sale/QuoteAuthorised', null, plain, false],
    ['Sale/AttachmentAdded', null, plain, true],
    ['Sale/AttachmentAdded', [acceptedOrder()], plain, false],
    ['Sale/PackAuthorised', [], plain, false],
    ['Sale/ShipmentAuthorised', [], plain, false],
    ['Sale/InvoiceAuthorised', [], plain, false],
    ['Sale/CreditNoteAuthorised', [acceptedOrder()], plain, false],
    ['Sale/PartialPaymentReceived', [], plain, false],
    ['Sale/PartialPaymentReceived', [unpaid], plain, true],
    ['Sale/ShipmentTrackingNumberChanged', [acceptedOrder()], plain, false],
    ['Sale/AdditionalAttributesChanged', [], plain, false],
    ['Sale/AdditionalAttributesChanged', [queuedOrder()], byAttribute, false],
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
    ['Sale/AdditionalAttributesChanged', [], byRule, true],
    ['Sale/AdditionalAttributesChanged', [], [...plain, ...byAttribute], true],
    ['Sale/AdditionalAttributesChanged', [queuedOrder()], [...plain, ...byRule], true],
    ['Sale/PickAuthorised', [], [...plain, ...byStatus], true],
    ['Sale/AdditionalAttributesChanged', [queuedOrder()], byRule, true],
    ['Sale/AdditionalAttributesChanged', [acceptedOrder()], byRule, false],
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
    expect(eventsToSubscribe([...plain, connection({ holdUntilPaid: true })])).toContain(
      'Sale/FullPaymentReceived',
    );
    expect(eventsToSubscribe([connection({ rules: [rule({ skus: ['WAX-*'] })] })])).not.toContain(
      'Sale/AdditionalAttributesChanged',
    );
    expect(eventsToSubscribe(byAttribute)).toContain('Sale/AdditionalAttributesChanged');
    expect(eventsToSubscribe([...plain, ...byAttribute])).toContain('Sale/AdditionalAttributesChanged');
    expect(eventsToSubscribe([...plain, ...byStatus])).toContain('Sale/InvoiceAuthorised');
    expect(eventsToSubscribe(byRule)).toContain('Sale/AdditionalAttributesChanged');
    expect(eventsToSubscribe(byStatus)).toEqual(
      expect.arrayContaining(['Sale/PickAuthorised', 'Sale/InvoiceAuthorised']),
    );
  });
});

const at = (clock: string) => `2026-02-03T${clock}.000Z`;
const readAt = (clock: string, overrides: Partial<LastReading> = {}): LastReading => ({
  ...saleRecord({ readAt: at(clock) }),
  ...overrides,
});
const ignored = (overrides: Partial<LastReading> = {}) =>
  readAt('08:00:00', { references: [], ...overrides });

describe('classifyChange', () => {
  it.each<[string, Partial<ChangedSale>, LastReading | null, string]>([
    ['that we never saw', {}, null, 'news'],
    ['that was read later by enough', {}, readAt('09:00:30'), 'known'],
    ['that was read in the same second', {}, readAt('09:00:00'), 'news'],
    ['that was read before', {}, readAt('08:59:59'), 'news'],
    ['whose look broke off', {}, readAt('09:00:00', { readAt: '' }), 'news'],
    ['of another location', { locationId: 'main-id' }, null, 'irrelevant'],
    ['of no location', { locationId: '' }, null, 'news'],
    ['of another location, but ordered', { locationId: 'main-id' }, readAt('08:00:00'), 'news'],
    ['of another location, known and never ordered', { locationId: 'main-id' }, ignored(), 'irrelevant'],
    ['that is a draft', { orderStatus: 'DRAFT' }, null, 'irrelevant'],
    [
      'that is no longer authorised, and was never ordered',
      { orderStatus: 'DRAFT', locationId: 'main-id' },
      ignored(),
      'news',
    ],
    [
      'that is a draft as when it was last read',
      { orderStatus: 'DRAFT' },
      ignored({ isAuthorised: false }),
      'irrelevant',
    ],
    ['that is authorised now', {}, ignored({ isAuthorised: false }), 'news'],
    ['that was not admitted, and changed', {}, ignored(), 'news'],
    ['that another system has shipped', { shippingStatus: 'SHIPPED' }, null, 'irrelevant'],
    ['a part of which is shipped', { shippingStatus: 'PARTIALLY SHIPPED' }, null, 'news'],
    ['that we shipped just now', { shippingStatus: 'SHIPPED' }, readAt('08:00:00'), 'news'],
    [
      'that is through, and was paid',
      { shippingStatus: 'SHIPPED' },
      readAt('08:00:00', { isComplete: true }),
      'complete',
    ],
    [
      'that was through, and voided',
      { shippingStatus: 'SHIPPED', status: 'VOIDED' },
      readAt('08:00:00', { isComplete: true }),
      'news',
    ],
    [
      'that was through, and undone and authorised again',
      { shippingStatus: 'NOT SHIPPED' },
      readAt('08:00:00', { isComplete: true }),
      'news',
    ],
  ])('%s', (_, row, last, sighting) => {
    expect(classifyChange(changedSale(row), last, [PLACE])).toBe(sighting);
  });

  it.each<[ConnectedLocation['trigger'], Partial<ChangedSale>, Partial<ChangedSale>]>([
    ['PickAuthorised', { pickingStatus: 'NOT PICKED' }, { pickingStatus: 'PARTIALLY PICKED' }],
    ['PackAuthorised', { packingStatus: 'NOT AVAILABLE' }, { packingStatus: 'PACKED' }],
    ['ShipmentAuthorised', { shippingStatus: 'NOT SHIPPED' }, { shippingStatus: 'SHIPPED' }],
  ])(
    'finds news by the stage of a connection with the trigger %s, at any location',
    (trigger, before, after) => {
      const sighting = (row: Partial<ChangedSale>) =>
        classifyChange(changedSale({ locationId: 'main-id', ...row }), null, [{ trigger, locationId: 'x' }]);
      expect([sighting(before), sighting(after)]).toEqual(['irrelevant', 'news']);
    },
  );

  it.each<[ConnectedLocation['trigger'], string]>([
    ['PickAuthorised', 'irrelevant'],
    ['PackAuthorised', 'irrelevant'],
    ['ShipmentAuthorised', 'news'],
  ])('finds a sale that is shipped, with the trigger %s: %s', (trigger, kind) => {
    const row = changedSale({ pickingStatus: 'PICKED', packingStatus: 'PACKED', shippingStatus: 'SHIPPED' });
    expect(classifyChange(row, null, [{ trigger, locationId: 'x' }])).toBe(kind);
  });

  it('never drops a person’s unread change because of our own writes', () => {
    // Every step happens at a second; DEAR keeps the time of the latest change alone, to the second.
    const step = fc.record({
      kind: fc.constantFrom('edit', 'our write', 'read'),
      afterSeconds: fc.integer({ min: 0, max: 50 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: -5, max: 5 }), (steps, skew) => {
        let now = Date.parse(at('09:00:00'));
        let changed = now;
        let read = 0;
        let unread = false;
        for (const { kind, afterSeconds } of steps) {
          now += afterSeconds * 1_000;
          if (kind === 'read') read = now;
          else changed = now;
          if (kind === 'edit') unread = true;
          else if (kind === 'read') unread = false;
        }
        const row = changedSale({ updatedAt: new Date(changed + skew * 1_000).toISOString() });
        const last = read === 0 ? null : readAt('00:00:00', { readAt: new Date(read).toISOString() });
        if (unread) expect(classifyChange(row, last, [PLACE])).toBe('news');
      }),
    );
  });

  it('counts a change as read only by a read that began at least 30 seconds later', () => {
    expect(isChangeVisible(at('09:00:00'), '2026-02-03T09:00:29.999Z')).toBe(false);
    expect(isChangeVisible(at('09:00:00'), at('09:00:30'))).toBe(true);
    expect(isChangeVisible(at('09:00:00'), '')).toBe(false);
  });
});

describe('getCoverage', () => {
  it.each([
    ['shown', '09:00:02.000'],
    ['unclear', '09:00:01.999'],
    ['unclear', '08:59:58.001'],
    ['not shown', '08:59:58.000'],
  ])('is %s for an event of 09:00:00 by a read that began at %s', (coverage, readAt) => {
    expect(getCoverage(at('09:00:00'), `2026-02-03T${readAt}Z`)).toBe(coverage);
    const now = Date.parse(`2026-02-03T${readAt}Z`);
    expect(timeUntilCovered(at('09:00:00'), now) === 0).toBe(coverage === 'shown');
  });

  it('is not shown where the sale was never read, and a read two seconds after the event certainly shows it', () => {
    expect(getCoverage(at('09:00:00'), '')).toBe('not shown');
    expect(timeUntilCovered(at('09:00:00'), Date.parse(at('08:59:59')))).toBe(3_000);
  });
});

describe('isMissedEvent', () => {
  it.each<[string, Partial<ChangedSale>, LastReading | null, boolean]>([
    ['for a new sale', {}, null, true],
    ['for a void', { status: 'VOIDED' }, readAt('08:00:00'), true],
    ['for an undone order', { orderStatus: 'DRAFT' }, readAt('08:00:00'), true],
    ['for one that is authorised again', {}, readAt('08:00:00', { isAuthorised: false }), true],
  ])('%s', (_, row, last, isMissed) => {
    expect(isMissedEvent(changedSale(row), last)).toBe(isMissed);
  });

  it('is false for changes without an event: an edit, a payment, a new draft', () => {
    expect(isMissedEvent(changedSale(), readAt('08:00:00'))).toBe(false);
    expect(isMissedEvent(changedSale({ orderStatus: 'DRAFT' }), null)).toBe(false);
  });
});

describe('isComplete', () => {
  const shipped = sale({ fulfilments: [fulfilment({ ship: { status: 'AUTHORISED', lines: [] } })] });
  const order = acceptedOrder(sale());
  const confirmed = { ...order, confirmation: { ...order.confirmation, state: 'confirmed' as const } };

  it('is true once DEAR shows the sale shipped and its orders are confirmed or final', () => {
    expect(isComplete(shipped, [confirmed, { ...order, status: 'Cancelled' }])).toBe(true);
  });

  it('is false before that on either side', () => {
    expect(isComplete(shipped, [order])).toBe(false);
    expect(isComplete(sale({ fulfilments: [fulfilment()] }), [confirmed])).toBe(false);
    expect(isComplete(sale(), [confirmed])).toBe(false);
    const partly = sale({ fulfilments: [...shipped.fulfilments, fulfilment({ taskId: 't2' })] });
    expect(isComplete(partly, [confirmed])).toBe(false);
    expect(isComplete(shipped, [])).toBe(false);
  });
});
