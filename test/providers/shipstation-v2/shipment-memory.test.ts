import { describe, expect, it } from 'vitest';
import { shipment } from '../../../lib/providers/shipstation-v2/schemas.ts';
import { shipmentMemory } from '../../../lib/providers/shipstation-v2/shipment-memory.ts';

describe('shipmentMemory', () => {
  it('forgets the oldest beyond its size', async () => {
    const read: string[] = [];
    const remember = shipmentMemory(async (id) => {
      read.push(id);
      return shipment.parse({ shipment_id: id, shipment_status: 'label_purchased' });
    }, 2);
    for (const id of ['a', 'b', 'c', 'c', 'b', 'a']) await remember(id, id);
    expect(read).toEqual(['a', 'b', 'c', 'a']);
  });

  it('asks again for what was not there', async () => {
    let reads = 0;
    const remember = shipmentMemory(async () => {
      reads += 1;
      return null;
    });
    await remember('a', 'a');
    await remember('a', 'a');
    expect(reads).toBe(2);
  });
});
