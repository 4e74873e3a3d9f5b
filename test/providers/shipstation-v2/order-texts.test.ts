import { findUnprintable } from 'dear-sandbox/kit';
import { shipmentRequest } from 'dear-sandbox/shipstation-v2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printableJson } from '../../../lib/domain/text.ts';
import { toShipStationOrder } from '../../../lib/providers/shipstation-v2/order-mapper.ts';
import { sampleLine, sampleOrder } from '../../contract/sample-order.ts';

describe('an order with any text that a person types', () => {
  it('is accepted by ShipStation’s schema', () => {
    const text = fc.string({ unit: 'binary', maxLength: 150 });
    const texts = fc.record({
      customer: text.map((typed) => `Q${typed}`),
      customerReference: text,
      sourceChannel: text,
      customerNotes: text,
      giftMessage: text,
      internalNotes: text,
      email: text,
      phone: text,
    });
    fc.assert(
      fc.property(texts, text, (typed, name) => {
        const { shipTo } = sampleOrder();
        const order = sampleOrder({
          ...typed,
          shipTo: { ...shipTo, contact: '' },
          lines: [sampleLine({ name, comment: name })],
        });
        const body: unknown = JSON.parse(
          printableJson(toShipStationOrder(order, { warehouseId: 'se-1001' })),
        );
        expect(findUnprintable(body)).toBeNull();
        expect(shipmentRequest.safeParse(body).error?.issues ?? []).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
});
