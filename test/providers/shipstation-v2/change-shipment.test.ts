import { describe, expect, it } from 'vitest';
import { Rejected } from '../../../lib/domain/errors.ts';
import { shipmentHolder, updateShipment } from '../../../lib/providers/shipstation-v2/change-shipment.ts';
import { toShipStationOrder } from '../../../lib/providers/shipstation-v2/order-mapper.ts';
import { shipment } from '../../../lib/providers/shipstation-v2/schemas.ts';
import type { Replacement } from '../../../lib/providers/shipstation-v2/shipment-replacement.ts';
import { sampleLine, sampleOrder } from '../../contract/sample-order.ts';

const settings = { warehouseId: 'se-1001' };
const changed = sampleOrder({ lines: [sampleLine({ quantity: 9 })] });

const ITEMS = toShipStationOrder(sampleOrder(), settings).items;
const FIRST = ITEMS.slice(0, 1);

/** An account with the shipment and others of the same number, and the writes that it received. */
function account(overrides: object = {}, parts: object[] = [], ignoresWrites = false) {
  const ours = toShipStationOrder(sampleOrder(), settings);
  const common = { ...ours, shipment_id: 'se-90', shipment_status: 'pending', sales_order_ids: ['se-91'] };
  const current = shipment.parse({ ...common, ...overrides });
  const rows = [
    current,
    ...parts.map((part) => shipment.parse({ ...common, shipment_id: 'se-92', ...part })),
  ];
  const written: Replacement[] = [];
  const client = {
    shipment: async () => current,
    shipments: async () => ({ page: 1, pages: 1, total: rows.length, rows, unreadable: [] }),
    replaceShipment: async (_id: string, body: Replacement) => {
      written.push(body);
      return ignoresWrites ? current : shipment.parse({ ...current, ...body });
    },
  };
  const update = (held = [sampleOrder()]) =>
    updateShipment('se-90', changed, held, { client, settings, pageSize: 25, system: 'shipstation' });
  return { update, written };
}

describe('updateShipment', () => {
  it('replaces a pending shipment with one write', async () => {
    const { update, written } = account();
    await update();
    expect(written).toMatchObject([{ items: [{ quantity: 9 }] }]);
  });

  it.each([
    ['is on its way', { shipment_status: 'label_purchased' }, [], 'label_purchased'],
    ['is on hold', { shipment_status: 'on_hold' }, [], 'on_hold'],
    ['belongs to another reference', { external_shipment_id: 'SO-20417-10' }, [], 'another reference'],
    [
      'holds the goods of another order too',
      { items: [{ quantity: 1, external_order_id: 'SO-8-1' }] },
      [],
      'merged',
    ],
    ['is one of several parts', { items: FIRST }, [{ external_shipment_id: null }], 'split into 2'],
    ['lost goods to a shipment of which nothing is known', { items: FIRST }, [], 'split, merged or edited'],
    [
      'lost pieces of a line',
      { items: ITEMS.map((item) => ({ ...item, quantity: 1 })) },
      [],
      'split, merged or edited',
    ],
    ['was given goods by a packer', { items: [...ITEMS, { sku: 'GIFT', quantity: 1 }] }, [], 'edited'],
    ['has no goods left', { items: [] }, [], 'edited'],
    [
      'lost goods to a part that was cancelled',
      { items: FIRST },
      [{ shipment_status: 'cancelled' }],
      'split, merged or edited',
    ],
    [
      'lost its external id and goods',
      { items: FIRST, external_shipment_id: null, external_order_id: null },
      [{ external_shipment_id: null }],
      'split into 2',
    ],
  ])('writes nothing where the shipment %s', async (_, overrides, parts, upstreamMessage) => {
    const { update, written } = account(overrides, parts);
    const failure: unknown = await update().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Rejected);
    expect((failure as Rejected).details).toMatchObject({ reference: 'SO-20417-1' });
    expect((failure as Rejected).details.upstreamMessage).toContain(upstreamMessage);
    expect(written).toEqual([]);
  });

  it('recognises the order’s goods in any order, and with a discount beside them', async () => {
    const items = [...ITEMS].reverse();
    const discount = { quantity: 1, unit_price: -5, external_order_item_id: 'bridge-adjustment-1' };
    const { update, written } = account({ items: [...items, discount] });
    await update();
    expect(written).toHaveLength(1);
  });

  it('writes where the shipment holds any candidate content, and not without candidates', async () => {
    const { update, written } = account();
    await expect(update([])).rejects.toBeInstanceOf(Rejected);
    await update([changed, sampleOrder()]);
    expect(written).toHaveLength(1);
  });

  it('rejects after a success that changed nothing', async () => {
    await expect(account({}, [], true).update()).rejects.toMatchObject({
      kind: 'rejected',
      details: { upstreamMessage: expect.stringContaining('does not hold the change') },
    });
  });
});

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
