import { describe, expect, it } from 'vitest';
import { Throttled, Unavailable } from '../../../lib/domain/errors.ts';
import type { Query } from '../../../lib/providers/shipstation-v2/client.ts';
import { type Shipment, shipment } from '../../../lib/providers/shipstation-v2/schemas.ts';
import { shipmentMemory } from '../../../lib/providers/shipstation-v2/shipment-memory.ts';

const DETAILS = { system: 'shipstation', operation: 'find shipment' };
const row = (id: string, items: object[] = [{ sku: 'CUP', quantity: 1 }]) =>
  shipment.parse({ shipment_id: id, shipment_number: id, shipment_status: 'label_purchased', items });

/** An account with the rows of its list, and the queries that it received. */
function account(list: readonly Shipment[] | Error, pageSize = 25, mostKept?: number) {
  const read: string[] = [];
  const queries: Query[] = [];
  const client = {
    shipment: async (id: string) => {
      read.push(id);
      return id === 'gone' ? null : row(id);
    },
    shipments: async (query: Query) => {
      queries.push(query);
      if (list instanceof Error) throw list;
      const page = Number(query.page);
      const rows = list.slice((page - 1) * pageSize, page * pageSize);
      const pages = Math.ceil(list.length / pageSize);
      return { page, pages, total: list.length, rows, unreadable: [] };
    },
  };
  return { memory: shipmentMemory(client, pageSize, mostKept), read, queries };
}

const one = (shipmentId: string, parcelId: string) => ({
  shipmentId,
  parcelId,
  createdAt: '2026-01-05T12:00:00Z',
});
const wanted = (ids: readonly string[]) => ids.map((id) => one(id, id));
const many = Array.from({ length: 25 }, (_, index) => `se-${index}`);

describe('shipmentMemory', () => {
  it('drops the least recently used shipment above its size', async () => {
    const { memory, read } = account([], 25, 2);
    for (const id of ['a', 'b', 'c', 'c', 'b', 'a']) await memory.read(one(id, id));
    expect(read).toEqual(['a', 'b', 'c', 'a']);
  });

  it('reads a missing shipment again', async () => {
    const { memory, read } = account([]);
    await memory.read(one('gone', 'a'));
    await memory.read(one('gone', 'a'));
    expect(read).toHaveLength(2);
  });

  it('reads the shipments of a page of parcels in one call, whatever their store', async () => {
    const { memory, read, queries } = account(many.map((id) => row(id)));
    await memory.prepare(wanted(many));
    for (const id of many) expect(await memory.read(one(id, id))).toMatchObject({ shipment_id: id });
    expect(read).toEqual([]);
    expect(queries).toEqual([
      {
        shipment_status: 'label_purchased',
        modified_at_start: '2026-01-05T11:59:00.000Z',
        sort_by: 'modified_at',
        sort_dir: 'asc',
        page_size: 25,
        page: 1,
      },
    ]);
    await memory.prepare(wanted(many));
    expect(queries).toHaveLength(1);
  });

  it.each([
    ['is listed without its goods', many.map((id) => row(id, id === 'se-7' ? [] : undefined))],
    ['is not listed', many.filter((id) => id !== 'se-7').map((id) => row(id))],
  ])('reads a shipment separately that %s', async (_, list) => {
    const { memory, read } = account(list);
    await memory.prepare(wanted(many));
    for (const id of many) await memory.read(one(id, id));
    expect(read).toEqual(['se-7']);
  });

  it('never makes more calls than for single shipments', async () => {
    const others = Array.from({ length: 500 }, (_, index) => row(`other-${index}`));
    const { memory, queries } = account(others, 5);
    await memory.prepare(wanted(many.slice(0, 9)));
    expect(queries.length).toBeLessThanOrEqual(3);
  });

  it('reads a shipment separately that the list shows as it was before its parcel, or as not shipped', async () => {
    const older = { modified_at: '2026-01-05T11:59:30Z' };
    const list = [
      ...many.slice(2).map((id) => row(id)),
      shipment.parse({ ...row('se-0'), ...older }),
      shipment.parse({ ...row('se-1'), shipment_status: 'pending' }),
    ];
    const { memory, read } = account(list, 50);
    await memory.prepare(wanted(many));
    for (const id of many) await memory.read(one(id, id));
    expect(read).toEqual(['se-0', 'se-1']);
  });

  it('skips the list for few parcels and where it fails, but throws where it is throttled', async () => {
    const few = account(many.map((id) => row(id)));
    await few.memory.prepare(wanted(many.slice(0, 2)));
    expect(few.queries).toEqual([]);
    const broken = account(new Unavailable(DETAILS));
    await broken.memory.prepare(wanted(many));
    expect(await broken.memory.read(one('se-1', 'se-1'))).not.toBeNull();
    const throttled = account(new Throttled(DETAILS, 1_000));
    await expect(throttled.memory.prepare(wanted(many))).rejects.toBeInstanceOf(Throttled);
  });
});
