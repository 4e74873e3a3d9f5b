import { describe, expect, it } from 'vitest';
import type { ContentLine } from '../../lib/domain/order/order-content.ts';
import { sampleLine, sampleOrder } from './sample-order.ts';
import { getLines, having, type ServiceUnderTest, shipmentsSince, submit } from './service-under-test.ts';

const LONG_NOTE = 'Bitte beim Nachbarn – 3. Étage – abgeben 🙂\r\n\tDanke\u0007 & <viel> "Glück"; '.repeat(
  45,
);

/** Sales as merchants really have them. Every one of these was met at a live account of some service. */
const LINES: ReadonlyArray<[string, ReadonlyArray<Partial<ContentLine>>]> = [
  ['two lines of one SKU', [{ quantity: 1 }, { quantity: 3, unitPrice: 0, total: 0, tax: 0 }]],
  ['two lines of one SKU with the same quantity', [{}, { unitPrice: 0, total: 0, tax: 0 }]],
  ['SKUs that differ by leading zeros', [{ sku: '007' }, { sku: '7', quantity: 3 }]],
  ['a SKU with marks of addresses and queries', [{ sku: 'A/B & C#1+2%;(x)=*!,"\'' }]],
  ['a SKU of other letters', [{ sku: 'ÆRØ-ß-日本', name: 'Æbleskive 日本 🍎' }]],
  ['a fraction beside a whole number of one SKU', [{ quantity: 2 }, { quantity: 0.25 }]],
  ['a name and a comment of several lines', [{ name: 'Lamp\r\nwith shade', comment: LONG_NOTE }]],
  [
    'forty lines',
    Array.from({ length: 40 }, (_, index) => ({ sku: `SKU-${index}`, quantity: 1 + (index % 3) })),
  ],
];

/** Orders and parcels that are unusual and correct. */
export function describeOddOrders(service: () => ServiceUnderTest): void {
  describe('an odd order', () => {
    it.each(LINES)('with %s comes back as it was ordered', async (_, fields) => {
      const lines = fields.map((one, index) => sampleLine({ key: `line-${index + 1}`, ...one }));
      const { providerOrderId } = await service().provider.submit(sampleOrder({ lines }));
      await service().ship(providerOrderId);
      const shipments = await shipmentsSince(service().provider, null);
      const counted = new Map<string, number>();
      for (const { key, quantity } of shipments.flatMap(({ contents }) =>
        contents === 'remaining' ? [] : contents,
      ))
        counted.set(key, (counted.get(key) ?? 0) + quantity);
      expect(Object.fromEntries(counted)).toEqual(
        Object.fromEntries(lines.map(({ key, quantity }) => [key, quantity])),
      );
    });

    it('with long notes of several lines is accepted, found and shipped', async () => {
      const texts = {
        customerNotes: LONG_NOTE,
        internalNotes: LONG_NOTE,
        gift: true,
        giftMessage: LONG_NOTE,
      };
      const order = sampleOrder({ ...texts, customerReference: 'PO\t12\u0000\n13' });
      const { providerOrderId } = await service().provider.submit(order);
      expect(await service().provider.find(order.reference)).toMatchObject([{ providerOrderId }]);
      await service().ship(providerOrderId);
      expect((await shipmentsSince(service().provider, null)).flatMap(getLines)).toHaveLength(2);
    });

    it('that was cancelled, restored and shipped is reported', async (test) => {
      const actions = having(service(), test, 'cancelByHand', 'restoreByHand');
      const id = await submit(service(), 'SO-20417-1');
      await service().pull?.();
      await actions.cancelByHand(id);
      expect(await shipmentsSince(service().provider, null)).toEqual([]);
      await actions.restoreByHand(id);
      const tracking = await service().ship(id);
      expect(await shipmentsSince(service().provider, null)).toMatchObject([
        { reference: 'SO-20417-1', trackingNumbers: [tracking] },
      ]);
    });
  });
}
