import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { claimSubmission } from '../../../lib/domain/order/submission.ts';
import { nextDispatchStep } from '../../../lib/domain/order/transitions.ts';
import type { ReportedLine } from '../../../lib/domain/shipment/package.ts';
import { recordShipments } from '../../../lib/domain/shipment/shipment.ts';
import { stillToShip } from '../../../lib/domain/shipment/still-to-ship.ts';
import { acceptedOrder, NOW, queuedOrder, reported } from '../../builders/order.ts';
import { line, sale } from '../../builders/sale.ts';

const REFERENCE = 'SO-00042-1';

function goods(sku: string, quantity: number, key = ''): ReportedLine {
  return { key, sku, quantity, batch: '', expiry: '' };
}

describe('a reported shipment', () => {
  it('becomes a package with its goods, and names what is still to come', () => {
    const order = recordShipments(
      acceptedOrder(),
      [reported(REFERENCE, { contents: [goods('WAX-02', 3)] })],
      NOW,
    );
    expect(order.packages).toMatchObject([{ id: 'label:1', contents: [{ key: 'line-2', quantity: 3 }] }]);
    expect(stillToShip(order)).toMatchObject([{ sku: 'QUILL-01', quantity: 2 }]);
    expect(order.reason).toBe('Partly shipped; still to come: 2 × QUILL-01.');
  });

  it.each([
    ['2026-02-03T00:00:00.000Z', '2026-02-03'],
    ['2026-02-03T16:20:00.000Z', '2026-02-03T16:20:00.000Z'],
  ])('that left at %s has a package that left %s', (shippedAt, left) => {
    const order = recordShipments(acceptedOrder(), [reported(REFERENCE, { shippedAt })], NOW);
    expect(order.packages).toMatchObject([{ shippedAt: left }]);
    // The service's row says the same at each reading.
    expect(recordShipments(order, [reported(REFERENCE, { shippedAt })], NOW)).toBe(order);
  });

  it('with a note has it in the log, as a message that expires, and not in the package', () => {
    const note = 'To the buyer: Second parcel follows';
    const order = recordShipments(acceptedOrder(), [reported(REFERENCE, { note })], NOW);
    expect(order.log.filter(({ upstreamMessage }) => upstreamMessage === note)).toMatchObject([
      { what: expect.stringMatching(/^Package .* left by .* With a note\.$/) },
    ]);
    expect(JSON.stringify({ ...order, log: [] })).not.toContain('follows');
    expect(recordShipments(order, [reported(REFERENCE, { note })], NOW)).toBe(order);
  });

  it('changes nothing the second time', () => {
    const once = recordShipments(acceptedOrder(), [reported(REFERENCE)], NOW);
    expect(recordShipments(once, [reported(REFERENCE)], NOW)).toBe(once);
  });

  it('has all goods that no other package has, if it has no contents', () => {
    const shipments = [
      reported(REFERENCE, { contents: [goods('QUILL-01', 1)] }),
      reported(REFERENCE, { id: 'fulfillment:2' }),
    ];
    const order = recordShipments(acceptedOrder(), shipments, NOW);
    expect(order.packages[1]?.contents).toMatchObject([
      { key: 'line-1', quantity: 1 },
      { key: 'line-2', quantity: 3 },
    ]);
    expect(stillToShip(order)).toEqual([]);
  });

  it('is matched by our line key before the SKU', () => {
    const twice = sale({ lines: [line({ comment: 'A' }), line({ comment: 'B' })] });
    const order = recordShipments(
      acceptedOrder(twice),
      [reported(REFERENCE, { contents: [goods('QUILL-01', 2, 'line-2')] })],
      NOW,
    );
    expect(stillToShip(order)).toMatchObject([{ key: 'line-1', quantity: 2 }]);
  });

  it('fills lines of one SKU one after the other', () => {
    const twice = sale({ lines: [line({ comment: 'A' }), line({ comment: 'B' })] });
    const order = recordShipments(
      acceptedOrder(twice),
      [reported(REFERENCE, { contents: [goods('QUILL-01', 3)] })],
      NOW,
    );
    expect(order.packages[0]?.contents).toMatchObject([
      { key: 'line-1', quantity: 2 },
      { key: 'line-2', quantity: 1 },
    ]);
  });

  it('is logged with a SKU that is not on the order, and its other goods count', () => {
    const contents = [goods('SURPRISE', 1), goods('QUILL-01', 2)];
    const order = recordShipments(acceptedOrder(), [reported(REFERENCE, { contents })], NOW);
    expect(order.log.at(-1)?.what).toContain('1 × SURPRISE');
    expect(order.packages[0]?.contents).toMatchObject([{ key: 'line-1', quantity: 2 }]);
  });

  it.each([
    ['the SKU in another case and with blanks', goods(' quill-01 ', 2), [{ key: 'line-1', quantity: 2 }], 0],
    ['our line key without a SKU', goods('', 3, 'line-2'), [{ key: 'line-2', quantity: 3 }], 0],
    ['our line key and a blank SKU', goods(' ', 3, 'line-2'), [{ key: 'line-2', quantity: 3 }], 0],
    [
      'the SKU of another line than its key',
      goods('WAX-02', 3, 'line-1'),
      [{ key: 'line-2', quantity: 3 }],
      0,
    ],
    ['our line key and a SKU that is on no line', goods('SURPRISE', 2, 'line-1'), [], 1],
    ['neither a line key nor a SKU', goods('', 1), [], 1],
    [
      'more than its line, which keeps the surplus',
      goods('QUILL-01', 5),
      [{ key: 'line-1', quantity: 5 }],
      0,
    ],
  ])('is matched by %s', (_, reportedLine, contents, others) => {
    const order = recordShipments(acceptedOrder(), [reported(REFERENCE, { contents: [reportedLine] })], NOW);
    expect(order.packages[0]?.contents).toHaveLength(contents.length);
    expect(order.packages[0]?.contents).toMatchObject(contents);
    expect(order.packages[0]?.others ?? []).toHaveLength(others);
  });

  it('fills the lines of a SKU that are still to come before those that left', () => {
    const twice = sale({ lines: [line({ comment: 'A' }), line({ comment: 'B' })] });
    const first = reported(REFERENCE, { contents: [goods('QUILL-01', 2, 'line-1')] });
    const second = reported(REFERENCE, { id: 'label:2', contents: [goods('QUILL-01', 2)] });
    const surplus = reported(REFERENCE, { id: 'label:2', contents: [goods('QUILL-01', 2, 'line-1')] });
    for (const later of [second, surplus]) {
      const order = recordShipments(acceptedOrder(twice), [first, later], NOW);
      expect(order.packages[1]?.contents).toMatchObject([{ key: 'line-2', quantity: 2 }]);
    }
  });

  it('keeps a surplus on its own line where the other line of the SKU has left', () => {
    const twice = sale({ lines: [line({ comment: 'A' }), line({ comment: 'B' })] });
    const first = reported(REFERENCE, { contents: [goods('QUILL-01', 2, 'line-2')] });
    const surplus = reported(REFERENCE, { id: 'label:2', contents: [goods('QUILL-01', 5, 'line-1')] });
    const order = recordShipments(acceptedOrder(twice), [first, surplus], NOW);
    expect(order.packages[1]?.contents).toMatchObject([{ key: 'line-1', quantity: 5 }]);
  });

  it('counts no goods twice where one row has more than both lines and another names no line', () => {
    const twice = sale({ lines: [line({ comment: 'A' }), line({ comment: 'B' })] });
    const contents = [goods('QUILL-01', 5, 'line-2'), goods('QUILL-01', 1)];
    const order = recordShipments(acceptedOrder(twice), [reported(REFERENCE, { contents })], NOW);
    expect(order.packages[0]?.contents.map(({ key, quantity }) => [key, quantity])).toEqual([
      ['line-2', 2],
      ['line-1', 3],
      ['line-2', 1],
    ]);
  });

  it('is matched by our line key where two SKUs differ in their case alone', () => {
    const alike = sale({ lines: [line(), line({ sku: 'quill-01' })] });
    const contents = [goods('Quill-01', 2, 'line-2')];
    const order = recordShipments(acceptedOrder(alike), [reported(REFERENCE, { contents })], NOW);
    expect(order.packages[0]?.contents).toMatchObject([{ key: 'line-2', quantity: 2 }]);
  });

  it('keeps what is not on the order beside the goods of the package', () => {
    const contents = [goods('SURPRISE', 4), goods('QUILL-01', 2)];
    const order = recordShipments(acceptedOrder(), [reported(REFERENCE, { contents })], NOW);
    expect(order.packages[0]?.others).toEqual([{ sku: 'SURPRISE', quantity: 4 }]);
    const plain = recordShipments(acceptedOrder(), [reported(REFERENCE)], NOW);
    expect(plain.packages[0]).not.toHaveProperty('others');
  });

  it('is logged with numbers, carrier, cost and goods, as far as they are known', () => {
    const full = recordShipments(acceptedOrder(), [reported(REFERENCE)], NOW);
    expect(full.log.at(-1)).toMatchObject({
      by: 'lantern',
      what: 'Package 1Z0001 left by UPS for 7.5 USD: 2 × QUILL-01, 3 × WAX-02.',
    });
    const bare = { trackingNumbers: [], carrier: '', cost: null, contents: [] };
    const order = recordShipments(acceptedOrder(), [reported(REFERENCE, bare)], NOW);
    expect(order.log.at(-1)?.what).toBe('Package without tracking left by an unnamed carrier.');
  });

  it.each([
    ['On Hold by the service’s staff', { status: 'On Hold', hold: 'service' }, 'Shipped'],
    ['that the service’s staff cancelled', { status: 'Cancelled', standstill: 'cancelled' }, 'Shipped'],
    ['On Hold for another reason', { status: 'On Hold', hold: 'address' }, 'On Hold'],
    [
      'that was cancelled here while its service held it',
      { status: 'Cancelled', hold: 'service' },
      'Cancelled',
    ],
    ['that arrived without its rest', { status: 'Delivered', standstill: 'incomplete' }, 'Delivered'],
    ['that was cancelled here', { status: 'Cancelled', standstill: '' }, 'Cancelled'],
  ] as const)('of an order %s leaves it %s', (_, before, status) => {
    const order = recordShipments(
      acceptedOrder(sale(), before as Partial<FulfillmentOrder>),
      [reported(REFERENCE)],
      NOW,
    );
    expect(order).toMatchObject({ status, standstill: '' });
  });

  it('of a label that was bought elsewhere is known by its number, and corrects that package', () => {
    const bought = recordShipments(acceptedOrder(), [reported(REFERENCE)], NOW);
    const label = { packageId: 'label:1' };
    const order = { ...bought, postage: { rates: null, label } } as unknown as FulfillmentOrder;
    const own = reported(REFERENCE, { id: 'parcel:7', trackingNumbers: ['1Z0001'], service: 'ups_2day' });
    expect(recordShipments(order, [own], NOW).packages).toMatchObject([
      { id: 'label:1', service: 'ups_2day' },
    ]);
    const other = recordShipments(order, [{ ...own, trackingNumbers: ['1Z7'] }], NOW);
    expect(other.packages.map(({ id }) => id)).toEqual(['label:1', 'parcel:7']);
  });

  it('that names its goods later says what it also holds, of its own package only', () => {
    const first = reported(REFERENCE, { contents: [goods('QUILL-01', 2)] });
    const assumed = reported(REFERENCE, { id: 'label:2' });
    const before = recordShipments(acceptedOrder(), [first, assumed], NOW);
    const named = { ...assumed, contents: [goods('WAX-02', 3), goods('SURPRISE', 1)] };
    const order = recordShipments(before, [named], NOW);
    expect(order.packages[0]).not.toHaveProperty('others');
    expect(order.packages[1]).toMatchObject({
      contents: [{ key: 'line-2', quantity: 3 }],
      others: [{ sku: 'SURPRISE', quantity: 1 }],
    });
    expect(order.reason).toBe('Everything has left; DEAR is being updated.');
  });

  it('proves that the order arrived, even if the answer was lost', () => {
    const claimed = claimSubmission(queuedOrder(), NOW);
    const order = recordShipments(claimed, [reported(REFERENCE)], NOW);
    expect(order).toMatchObject({
      status: 'Shipped',
      submission: { state: 'submitted', providerOrderId: 'prov-1' },
    });
    expect(nextDispatchStep(order)).toBe('nothing');
  });

  it('is noted on an order that was cancelled before it was sent, which stays cancelled', () => {
    const order = recordShipments(
      queuedOrder(sale(), { status: 'Cancelled', desired: 'cancelled' }),
      [reported(REFERENCE)],
      NOW,
    );
    expect(order).toMatchObject({ status: 'Cancelled', submission: { state: 'none' } });
    expect(order.reason).toContain('although the sale no longer asks for it');
  });

  it('is noted on a withdrawn order, which is no longer cancelled', () => {
    const order = recordShipments(
      acceptedOrder(sale(), { desired: 'cancelled', withdrawn: true }),
      [reported(REFERENCE)],
      NOW,
    );
    expect(order.reason).toContain('although the sale no longer asks for it');
    expect(order.log.at(-1)).toMatchObject({ by: 'lantern', what: order.reason });
    expect(nextDispatchStep(order)).toBe('nothing');
  });
});

describe('any way of splitting an order into packages', () => {
  it('leaves nothing to ship, in any order of arrival', () => {
    const split = fc.array(fc.record({ quill: fc.nat(2), wax: fc.nat(3) }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(split, fc.integer(), (parts, seed) => {
        const shipments = parts.map((part, index) =>
          reported(REFERENCE, {
            id: `label:${index}`,
            contents: [goods('QUILL-01', part.quill), goods('WAX-02', part.wax)],
          }),
        );
        const shuffled = shipments.toSorted(
          (a, b) => ((a.id.length * seed) % 7) - ((b.id.length * seed) % 5),
        );
        const order = recordShipments(acceptedOrder(), [...shuffled, ...shipments], NOW);
        const packed = (key: string) =>
          order.packages
            .flatMap(({ contents }) => contents)
            .filter((one) => one.key === key)
            .reduce((sum, one) => sum + one.quantity, 0);
        expect(packed('line-1')).toBe(parts.reduce((sum, { quill }) => sum + quill, 0));
        expect(packed('line-2')).toBe(parts.reduce((sum, { wax }) => sum + wax, 0));
        expect(stillToShip(order).some(({ key }) => key === 'line-1')).toBe(packed('line-1') < 2);
      }),
    );
  });
});
