import { describe, expect, it } from 'vitest';
import { fromShipStationLabel } from '../../../lib/providers/shipstation-v2/shipment-mapper.ts';
import { packageMemory } from '../../../lib/providers/shipstation-v2/shipment-memory.ts';
import { aLabel, aShipment } from './sample-rows.ts';

describe('packageMemory', () => {
  it('reads each parcel once, also a parcel without an order of ours', async () => {
    const asked: string[] = [];
    const remember = packageMemory();
    const ask = (parcelId: string, reports: ReturnType<typeof fromShipStationLabel>) =>
      remember(parcelId, async () => {
        asked.push(parcelId);
        return reports;
      });
    const ours = fromShipStationLabel(aLabel(), aShipment());
    for (let times = 0; times < 2; times += 1) {
      expect(await ask('label:se-501', ours)).toEqual([{ reference: 'SO-7-1', id: 'label:se-501' }]);
      expect(await ask('label:se-502', [])).toEqual([]);
    }
    expect(asked).toEqual(['label:se-501', 'label:se-502']);
  });

  it('drops the least recently used parcel above its size', async () => {
    const asked: string[] = [];
    const remember = packageMemory(2);
    for (const id of ['a', 'b', 'c', 'c', 'a']) {
      await remember(id, async () => {
        asked.push(id);
        return [];
      });
    }
    expect(asked).toEqual(['a', 'b', 'c', 'a']);
  });
});
