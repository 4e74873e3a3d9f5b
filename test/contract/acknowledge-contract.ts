import { describe, expect, it } from 'vitest';
import { acknowledgesShipments } from '../../lib/providers/provider.ts';
import { having, type ServiceUnderTest, submit, withCapability } from './service-under-test.ts';

/** Telling the service that DEAR has the parcels of an order. */
export function describeAcknowledgement(service: () => ServiceUnderTest): void {
  describe('acknowledge', () => {
    const provider = () => withCapability(service().provider, acknowledgesShipments);
    const listed = async (): Promise<string[]> => {
      const all: string[] = [];
      for await (const page of provider().unacknowledged())
        all.push(...page.map(({ reference }) => reference));
      return all;
    };

    it('is due once an order has left, and not afterwards', async () => {
      const id = await submit(service(), 'SO-20417-1');
      expect(await listed()).toEqual([]);
      const number = await service().ship(id);
      expect(await listed()).toEqual(['SO-20417-1']);
      await provider().acknowledge('SO-20417-1', [number]);
      expect(await listed()).toEqual([]);
    });

    it('can be repeated', async () => {
      const number = await service().ship(await submit(service(), 'SO-20417-1'));
      await provider().acknowledge('SO-20417-1', [number]);
      await expect(provider().acknowledge('SO-20417-1', [number])).resolves.toBeUndefined();
    });

    it('is not due for an order that was cancelled', async (test) => {
      const { cancelByHand } = having(service(), test, 'cancelByHand');
      await cancelByHand(await submit(service(), 'SO-20417-1'));
      expect(await listed()).toEqual([]);
    });
  });
}
