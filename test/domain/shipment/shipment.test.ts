import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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

  it('proves that the order arrived, even if the answer was lost', () => {
    const claimed = claimSubmission(queuedOrder(), NOW);
    const order = recordShipments(claimed, [reported(REFERENCE)], NOW);
    expect(order).toMatchObject({
      status: 'Shipped',
      submission: { state: 'submitted', providerOrderId: 'prov-1' },
    });
    expect(nextDispatchStep(order)).toBe('nothing');
  });

  it('is noted on a withdrawn order, which is no longer cancelled', () => {
    const order = recordShipments(
      acceptedOrder(sale(), { desired: 'cancelled', withdrawn: true }),
      [reported(REFERENCE)],
      NOW,
    );
    expect(order.reason).toContain('although the sale no longer asks for it');
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
