import { describe, expect, it } from 'vitest';
import { Figures } from '../../lib/store/figures.ts';
import { readFigures } from '../../operator/figures.ts';
import { listIgnoredSales } from '../../operator/orders/sale.ts';
import { NOW } from '../builders/order.ts';
import { saleRecord } from '../builders/sale-record.ts';
import { InMemoryBridge } from '../fakes/in-memory-bridge.ts';
import { type } from './cli/session.ts';

const LANTERN = {
  id: 'lantern',
  provider: 'shipstation-v2',
  location: 'Lantern Yard',
  warehouseId: 'se-1',
} as const;
const DAY_MS = 86_400_000;
const iso = (ms: number) => new Date(ms).toISOString();

async function twoDays(): Promise<InMemoryBridge> {
  const fake = new InMemoryBridge();
  for (const [daysAgo, count] of [
    [1, 1],
    [0, 3],
  ] as const) {
    const figures = new Figures(fake.table, () => NOW - daysAgo * DAY_MS);
    for (let made = 0; made < count; made += 1) await figures.count('lantern', { made: 4_000 });
    await figures.noteWaiting({ hold: count, dearBookedSeconds: 12 });
  }
  return fake;
}

describe('figures over time', () => {
  it('have each day of the window, oldest first, and the connections together', async () => {
    const { bridge } = await twoDays();
    const { days, total, connections } = await readFigures(bridge, iso(NOW - 2 * DAY_MS));
    expect(days.map(({ made, waiting, dearBookedSeconds }) => [made, waiting, dearBookedSeconds])).toEqual([
      [0, {}, 0],
      [1, { hold: 1 }, 12],
      [3, { hold: 3 }, 12],
    ]);
    expect(total).toMatchObject({ made: 4, seconds: { made: { p50: 3, p95: 3 }, sent: null } });
    expect(connections).toMatchObject([{ connection: 'lantern', made: 4 }]);
  });

  it('are printed by `bridge figures`, as a table and as JSON', async () => {
    const fake = await twoDays();
    const now = () => NOW;
    const { out } = await type('figures --since 1d', { bridge: fake.bridge, now });
    expect(out.split('\n')[2]).toMatch(/lantern +3 +about 3 s \/ 3 s +0 +- +- +0 +- +hold 3$/);
    const printed = await type('figures --since 1d --json', { bridge: fake.bridge, now });
    expect(printed.json()).toMatchObject({ days: [{ made: 1 }, { made: 3 }], total: { made: 4 } });
  });
});

describe('bridge figures of two connections', () => {
  it('says what waited in a row of all, and no connection’s', async () => {
    const fake = new InMemoryBridge({
      connections: [LANTERN, { ...LANTERN, id: 'harbour', location: 'Harbour' }],
    });
    const figures = new Figures(fake.table, () => NOW);
    for (const id of ['lantern', 'harbour']) await figures.count(id, { made: 4_000 });
    await figures.noteWaiting({ hold: 37 });
    const { out } = await type('figures --since 0m', { bridge: fake.bridge, now: () => NOW });
    expect(out).toMatch(/ all +2 .* hold 37$/m);
    expect(out).toMatch(/ harbour +1 .* -$/m);
    expect(out).toContain('WAITING, MOST AT ONCE');
  });
});

describe('ignored sales', () => {
  const ignored = (saleId: string, at: number) =>
    saleRecord({
      saleId,
      saleOrderNumber: saleId,
      outcome: 'ignored',
      reason: `Why ${saleId}.`,
      at: iso(at),
    });

  async function threeSales(): Promise<InMemoryBridge> {
    const fake = new InMemoryBridge();
    const before = ignored('SO-1', NOW - 3 * DAY_MS);
    for (const sale of [before, ignored('SO-2', NOW - DAY_MS), ignored('SO-3', NOW)])
      await fake.bridge.sales.save(sale, null);
    await fake.bridge.sales.save(saleRecord({ saleId: 'SO-4', outcome: 'ordered', at: iso(NOW) }), null);
    return fake;
  }

  it('are listed with why, the latest first, within a window and a limit', async () => {
    const { bridge } = await threeSales();
    const list = async (days: number, limit: number) => {
      const window = { since: iso(NOW - days * DAY_MS), until: iso(NOW) };
      const { sales, more } = await listIgnoredSales(bridge, window, limit);
      return [...sales.map(({ saleId }) => saleId), ...(more ? ['…'] : [])];
    };
    expect(await list(7, 50)).toEqual(['SO-3', 'SO-2', 'SO-1']);
    expect(await list(2, 50)).toEqual(['SO-3', 'SO-2']);
    expect(await list(7, 2)).toEqual(['SO-3', 'SO-2', '…']);
  });

  it('leave the list once they are ordered, and move to the day of their latest reading', async () => {
    const { bridge } = await threeSales();
    await bridge.sales.save({ ...ignored('SO-2', NOW), outcome: 'ordered' }, null);
    await bridge.sales.save(ignored('SO-1', NOW), null);
    const window = { since: iso(NOW - 7 * DAY_MS), until: iso(NOW) };
    const { sales } = await listIgnoredSales(bridge, window, 50);
    expect(sales.map(({ saleId }) => saleId).sort()).toEqual(['SO-1', 'SO-3']);
  });

  it('are printed by `bridge sale ignored`', async () => {
    const { bridge } = await threeSales();
    const { out } = await type('sale ignored --limit 1', { bridge, now: () => NOW });
    expect(out).toContain('Why SO-3.');
    const printed = await type('sale ignored --json', { bridge, now: () => NOW });
    expect(printed.json()).toMatchObject({ sales: [{ reason: 'Why SO-3.' }, {}, {}], more: false });
  });
});
