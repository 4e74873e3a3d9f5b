import { describe, expect, it } from 'vitest';
import { Rejected } from '../../../lib/domain/errors.ts';
import { shipmentHolder } from '../../../lib/providers/shipstation-v2/hold-shipment.ts';
import { shipment } from '../../../lib/providers/shipstation-v2/schemas.ts';

const NOW = Date.UTC(2026, 1, 27, 22);

/** A shipment in this state, and the writes that were made. */
function getHolder(fields: object | null) {
  const row =
    fields === null
      ? null
      : shipment.parse({
          shipment_id: 'se-1',
          shipment_status: 'pending',
          external_order_id: 'SO-1-1',
          ...fields,
        });
  const written: string[] = [];
  const client = {
    shipment: async () => row,
    holdShipment: async (id: string, until: string) => void written.push(`hold ${id} ${until}`),
    restoreShipment: async (id: string) => void written.push(`restore ${id}`),
  };
  return { holder: shipmentHolder({ client, system: 'shipstation', now: () => NOW }), written };
}

describe('holding a shipment', () => {
  it.each([
    ['2026-03-09', 'hold se-1 2026-03-09'],
    [null, 'hold se-1 2027-02-27'],
  ])('until %s writes %s', async (until, expected) => {
    const { holder, written } = getHolder({});
    await holder.hold('se-1', 'SO-1-1', until);
    expect(written).toEqual([expected]);
  });

  it.each<[string, object | null]>([
    ['is missing', null],
    ['belongs to another order', { external_order_id: 'SO-1-10' }],
    ['is shipped', { shipment_status: 'label_purchased' }],
    ['is cancelled', { shipment_status: 'cancelled' }],
    ['has an unknown status', { shipment_status: 'awaiting_dust' }],
  ])('is refused without a write where the shipment %s, and so is releasing it', async (_, fields) => {
    const { holder, written } = getHolder(fields);
    await expect(holder.hold('se-1', 'SO-1-1', null)).rejects.toBeInstanceOf(Rejected);
    await expect(holder.release('se-1', 'SO-1-1')).rejects.toBeInstanceOf(Rejected);
    expect(written).toEqual([]);
  });

  it('is ended by a write only where the shipment is held', async () => {
    const held = getHolder({ shipment_status: 'on_hold' });
    await held.holder.release('se-1', 'SO-1-1');
    expect(held.written).toEqual(['restore se-1']);
    const open = getHolder({});
    await open.holder.release('se-1', 'SO-1-1');
    expect(open.written).toEqual([]);
  });
});
