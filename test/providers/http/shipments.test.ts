import { describe, expect, it } from 'vitest';
import type { HttpClient } from '../../../lib/providers/http/client.ts';
import { listedShipments, sentShipments } from '../../../lib/providers/http/shipments.ts';
import { inMemoryBox } from '../../fakes/in-memory-box.ts';

const NOW = Date.UTC(2026, 0, 5, 9);
const AT = '2026-01-05T08:00:00Z';
const SHIPMENT = { id: 'parcel-1', reference: 'SO-1-1', status: 'shipped', shippedAt: AT, changedAt: AT };

/** A warehouse that lists these shipments on one page, and the times that it was asked for. */
function listing(rows: readonly object[]) {
  const asked: string[] = [];
  async function* shipments(since: string) {
    asked.push(since);
    yield rows;
  }
  const client: Pick<HttpClient, 'shipments'> = { shipments };
  const read = (cursor: string | null) => Array.fromAsync(listedShipments(cursor, client, () => NOW));
  return { asked, read };
}

describe('listed shipments', () => {
  it('are asked for from ten minutes before the last change that was read', async () => {
    const { asked, read } = listing([SHIPMENT]);
    const [page] = await read(null);
    await read(page!.cursor);
    expect(asked).toEqual(['', '2026-01-05T07:50:00.000Z']);
  });

  it('with a time ahead of ours hide none that come before it', async () => {
    const { asked, read } = listing([{ ...SHIPMENT, changedAt: '2099-01-01T00:00:00Z' }]);
    const [page] = await read(null);
    await read(page!.cursor);
    expect(asked).toEqual(['', '2026-01-05T08:50:00.000Z']);
  });

  it('do not move the cursor back where nothing changed', async () => {
    const { read } = listing([]);
    expect(await read('2026-01-05T08:30:00.000Z')).toMatchObject([{ cursor: '2026-01-05T08:30:00.000Z' }]);
  });

  it('are asked for from the beginning until the warehouse has listed one', async () => {
    const { asked, read } = listing([]);
    const [page] = await read(null);
    await read(page!.cursor);
    expect([page!.cursor, ...asked]).toEqual(['', '', '']);
  });

  it('that are voided withdraw the parcel, and nothing else', async () => {
    const { read } = listing([{ ...SHIPMENT, status: 'voided' }]);
    expect(await read(null)).toEqual([
      {
        shipments: [],
        withdrawn: [{ id: 'parcel-1', reference: 'SO-1-1', cause: 'voided' }],
        returns: [],
        unreadable: [],
        cursor: '2026-01-05T08:00:00.000Z',
      },
    ]);
  });

  it('have times in UTC, and tracking numbers once and without blanks', async () => {
    const trackingNumbers = [' LW1X ', 'LW1X', '', 'LW2X'];
    const { read } = listing([{ ...SHIPMENT, shippedAt: '2026-01-05T02:00:00-06:00', trackingNumbers }]);
    const [page] = await read(null);
    expect(page!.shipments).toMatchObject([
      { shippedAt: '2026-01-05T08:00:00.000Z', trackingNumbers: ['LW1X', 'LW2X'], contents: 'remaining' },
    ]);
  });
});

describe('listed shipments that cannot be read', () => {
  it('are reported by their id and what is wrong, beside the others', async () => {
    const [page] = await listing([{ id: 'parcel-2' }, SHIPMENT]).read(null);
    expect(page!.unreadable).toMatchObject([{ id: 'parcel-2', why: expect.stringContaining('reference') }]);
    expect(page!.shipments).toMatchObject([{ id: 'parcel-1' }]);
  });
});

describe('sent shipments', () => {
  it('that cannot be read any more are reported as unreadable, and the others are read', async () => {
    const { inbox } = inMemoryBox('warehouse', () => NOW);
    await inbox.keep('old', '{"type":"shipment.updated","data":{}}');
    await inbox.keep('new', JSON.stringify({ type: 'shipment.updated', timestamp: AT, data: SHIPMENT }));
    const [page] = await Array.fromAsync(sentShipments(null, inbox));
    expect(page!.unreadable).toMatchObject([{ id: 'old' }]);
    expect(page!.shipments).toMatchObject([{ id: 'parcel-1' }]);
  });

  it('end with an empty page at the cursor that was reached', async () => {
    const { inbox } = inMemoryBox('warehouse', () => NOW);
    await inbox.keep('new', JSON.stringify({ type: 'shipment.updated', timestamp: AT, data: SHIPMENT }));
    const [page, last, ...others] = await Array.fromAsync(sentShipments(null, inbox));
    expect(page).toMatchObject({ shipments: [{ id: 'parcel-1' }], unreadable: [] });
    expect([last, others]).toEqual([
      { shipments: [], withdrawn: [], returns: [], unreadable: [], cursor: page!.cursor },
      [],
    ]);
  });

  it('are each read once, from the cursor on', async () => {
    const { inbox } = inMemoryBox('warehouse', () => NOW);
    const send = (id: string) =>
      inbox.keep(id, JSON.stringify({ type: 'shipment.updated', timestamp: AT, data: { ...SHIPMENT, id } }));
    const read = async (cursor: string | null) => {
      const pages = await Array.fromAsync(sentShipments(cursor, inbox));
      return {
        ids: pages.flatMap(({ shipments }) => shipments.map(({ id }) => id)),
        cursor: pages.at(-1)!.cursor,
      };
    };
    await send('parcel-1');
    const first = await read(null);
    await send('parcel-2');
    const second = await read(first.cursor);
    expect([first.ids, second.ids, (await read(second.cursor)).ids]).toEqual([
      ['parcel-1'],
      ['parcel-2'],
      [],
    ]);
  });

  it('that were voided stay so where an earlier message comes late', async () => {
    const { inbox } = inMemoryBox('warehouse', () => NOW);
    for (const status of ['voided', 'shipped']) {
      const data = { ...SHIPMENT, status };
      await inbox.keep(status, JSON.stringify({ type: 'shipment.updated', timestamp: AT, data }));
    }
    const [page] = await Array.fromAsync(sentShipments(null, inbox));
    expect([page!.shipments.length, page!.withdrawn.length]).toEqual([0, 1]);
  });
});
