import { describe, expect, it } from 'vitest';
import { recordConfirmationRefused } from '../../lib/domain/confirmation/confirmation.ts';
import { AmbiguousWrite, Deferred, Rejected, Unavailable, UpstreamError } from '../../lib/domain/errors.ts';
import { recordDeliveries } from '../../lib/domain/shipment/package-correction.ts';
import { Catalogues } from '../../lib/store/catalogues.ts';
import { rule } from '../builders/connection.ts';
import { openStockRoom, PLACE, type StockRoom } from './stock-room.ts';

const MUG = 'TRL-MUG-350';
const ADJUST = { mode: 'adjust', guard: { lines: 1, quantity: 1 } } as const;

/** A stock room in which both sides agree. */
async function agreeing(...settings: Parameters<typeof openStockRoom>): Promise<StockRoom> {
  const room = await openStockRoom(...settings);
  await room.fillShelves();
  return room;
}

const adjustments = (room: StockRoom) => room.dearCalls().filter((call) => call === 'POST stockadjustment');
const writes = (room: StockRoom) => room.dearCalls().filter((call) => !call.startsWith('GET '));

describe('stock that agrees', () => {
  it('costs one call of DEAR for a thousand rows, writes nothing, and stores a report', async () => {
    const room = await agreeing();
    const { report, rows } = await room.syncAndRead();
    expect(report).toMatchObject({
      outcome: 'agreed',
      location: PLACE,
      counts: { lines: 6, matching: 6, differing: 0, written: 0 },
    });
    expect(room.dearCalls()).toEqual(['GET ref/productavailability']);
    expect(rows).toHaveLength(6);
    expect(await room.reports.read('shipstation')).toEqual(report);
  });
});

describe('stock that has drifted', () => {
  it('is reported, and not written in mode report', async () => {
    const room = await agreeing();
    await room.shelve(MUG, 290);
    const { report, toRow } = await room.syncAndRead();
    expect(report).toMatchObject({
      outcome: 'reported',
      mode: 'report',
      counts: { differing: 1, quantityDifference: 10 },
    });
    expect(toRow(MUG)).toEqual([
      `${MUG},,,290,300,0,-10,adjust,"The settings ask for a report only (inventory.mode), so nothing is written to DEAR."`,
    ]);
    expect(report.differences).toMatchObject([{ sku: MUG, provider: 290, dear: 300, difference: -10 }]);
    expect(writes(room)).toEqual([]);
  });

  it('is adjusted to the provider’s figures, changed lines only', async () => {
    const room = await agreeing(ADJUST);
    await room.shelve(MUG, 290);
    await room.shelve('TRL-LAMP-HD', 9);
    const { report, toRow } = await room.syncAndRead();
    expect(report).toMatchObject({ outcome: 'written', counts: { differing: 2, written: 2 } });
    expect([await room.onHand(MUG), await room.onHand('TRL-LAMP-HD')]).toEqual([290, 9]);
    expect(toRow(MUG)).toEqual([`${MUG},,,290,300,0,-10,adjust,`]);
    expect(writes(room)).toEqual(['POST stockadjustment']);
    expect((await room.syncAndRead()).report.outcome).toBe('agreed');
  });

  it('reports a SKU that the provider does not report, and never sets it to zero', async () => {
    const room = await openStockRoom(ADJUST);
    await room.shelve(MUG, 300);
    const { report, toRow } = await room.syncAndRead();
    expect(report).toMatchObject({ outcome: 'reported', counts: { onlyDear: 5 } });
    expect(toRow('TRL-LAMP-HD')[0]).toMatch(/,,5,0,-5,report,"The service does not report it/);
    expect(writes(room)).toEqual([]);
  });

  it('names a SKU that the provider does not know', async () => {
    const room = await openStockRoom(ADJUST);
    await room.shelve(MUG, 300);
    await new Catalogues(room.table).replace(room.connection.id, new Set([MUG]), '2026-03-01T00:00:00.000Z');
    const { toRow } = await room.syncAndRead();
    expect(toRow('TRL-LAMP-HD')[0]).toMatch(/,,5,0,-5,report,"?The service does not know the SKU/);
    expect(writes(room)).toEqual([]);
  });

  it('reports a SKU that DEAR does not know', async () => {
    const room = await agreeing(ADJUST);
    await room.shelve('STRANGER', 3);
    const { report, toRow } = await room.syncAndRead();
    expect(report.counts).toMatchObject({ onlyProvider: 1, written: 0 });
    expect(toRow('STRANGER')[0]).toMatch(/,3,,0,3,report,"DEAR has no product with this SKU/);
  });

  it('leaves services and the connection’s own service SKUs out', async () => {
    const room = await agreeing(ADJUST, { serviceSkus: ['WRAP-*'] });
    await room.shelve('SVC-ENGRAVE', 3);
    await room.shelve('WRAP-GOLD', 3);
    expect((await room.syncAndRead()).report).toMatchObject({ outcome: 'agreed', counts: { lines: 6 } });
  });

  it('is written for batches only if the provider names them', async () => {
    const room = await agreeing(ADJUST);
    await room.shelve('TRL-BAR-OAT', 690);
    const { toRow } = await room.syncAndRead();
    expect(toRow('TRL-BAR-OAT')).toEqual([
      expect.stringMatching(/^TRL-BAR-OAT,,,690,700,0,-10,report,"DEAR tracks it by batch/),
    ]);
    expect(await room.onHand('TRL-BAR-OAT')).toBe(700);
  });
});

describe('goods in flight', () => {
  it('are no drift', async () => {
    const room = await agreeing(ADJUST);
    const reference = await room.sellAndShip();
    await room.collect();
    await room.advance(60_000);
    expect((await room.syncAndRead()).toRow(MUG)).toEqual([`${MUG},,,298,300,2,0,none,`]);
    await room.confirm(reference);
    await room.letSettle();
    expect((await room.syncAndRead()).toRow(MUG)).toEqual([`${MUG},,,298,298,0,0,none,`]);
    expect(adjustments(room)).toEqual([]);
  });

  it('are collected before the comparison, so that no schedule makes them look like drift', async () => {
    const room = await agreeing(ADJUST);
    await room.sellAndShip();
    await room.advance(60_000);
    expect((await room.syncAndRead()).report).toMatchObject({ outcome: 'agreed', counts: { written: 0 } });
  });

  it('do not hide a real drift', async () => {
    const room = await agreeing(ADJUST);
    const reference = await room.sellAndShip();
    await room.collect();
    await room.advance(60_000);
    await room.shelve(MUG, 290);
    expect((await room.syncAndRead()).toRow(MUG)).toEqual([`${MUG},,,290,300,2,-8,adjust,`]);
    expect(await room.onHand(MUG)).toBe(292);
    await room.confirm(reference);
    await room.letSettle();
    expect((await room.syncAndRead()).report.outcome).toBe('agreed');
  });

  it('that were just confirmed are not overwritten by DEAR’s older figures', async () => {
    const room = await agreeing(ADJUST);
    const reference = await room.sellAndShip();
    await room.collect();
    await room.confirm(reference);
    // As if DEAR's list still showed the mugs.
    await room.screen('PATCH', 'stock', { sku: MUG, location: PLACE, onHand: 300 });
    await room.advance(60_000);
    expect((await room.syncAndRead()).toRow(MUG)[0]).toMatch(/,298,300,0,-2,report,"A shipment of it/);
    await room.letSettle();
    expect((await room.syncAndRead()).report).toMatchObject({ outcome: 'written' });
  });

  it('that were delivered, and whose confirmation DEAR refuses, are not written off', async () => {
    const room = await agreeing(ADJUST);
    const reference = await room.sellAndShip();
    await room.collect();
    // As it stands once DEAR has refused its shipment and the carrier has delivered it.
    const order = (await room.orders.read(reference))!;
    const refused = recordConfirmationRefused(order, room.now, 'No.', 'DEAR does not take it.');
    const arrivals = new Map(order.packages.map(({ id }) => [id, '']));
    await room.orders.update(order, () => recordDeliveries(refused, arrivals, room.now));
    expect(await room.orders.read(reference)).toMatchObject({ status: 'Delivered' });
    await room.advance(60_000);
    expect((await room.syncAndRead()).toRow(MUG)[0]).toMatch(/,298,300,0,-2,report,".*settle that first/);
  });

  it('that leave while both sides are read are left to the next sync', async () => {
    const room = await agreeing(ADJUST);
    let collected = 0;
    const collect = async () => {
      collected += 1;
      // The first time is before the reading, the second after it.
      if (collected === 2) {
        await room.advance(1);
        await room.sellAndShip();
        await room.shelve(MUG, 250);
      }
      return await room.collect();
    };
    const { report } = await room.sync({}, { collect });
    expect(collected).toBe(2);
    expect(report).toMatchObject({ outcome: 'agreed', counts: { written: 0 } });
    await room.advance(60_000);
    expect((await room.syncAndRead()).toRow(MUG)).toEqual([`${MUG},,,250,300,2,-48,adjust,`]);
  });

  it('that are confirmed before the adjustment are not overwritten', async () => {
    const room = await agreeing(ADJUST);
    const reference = await room.sellAndShip();
    await room.collect();
    await room.advance(60_000);
    await room.shelve(MUG, 290);
    let looks = 0;
    const { report } = await room.sync(
      {},
      {
        orders: {
          listWaiting: (what) => room.orders.listWaiting(what),
          listShipped: (connection) => {
            looks += 1;
            return looks === 1
              ? room.orders.listShipped(connection)
              : confirmedMeanwhile(room, reference, connection);
          },
        },
      },
    );
    expect(report?.differences).toMatchObject([
      { sku: MUG, whyNot: `${reference} changed while the stock was read.` },
    ]);
    expect(await room.onHand(MUG)).toBe(298);
  });
});

async function* confirmedMeanwhile(room: StockRoom, reference: string, connection: string) {
  await room.confirm(reference);
  yield* room.orders.listShipped(connection);
}

describe('new stock', () => {
  const newProduct = { sku: 'TRL-ROPE', name: 'Rope', averageCost: 7 };

  it('is added with the product’s average cost', async () => {
    const room = await agreeing(ADJUST);
    await room.screen('POST', 'products', newProduct);
    await room.shelve('TRL-ROPE', 12);
    const { toRow } = await room.syncAndRead();
    expect(toRow('TRL-ROPE')).toEqual(['TRL-ROPE,,,12,,0,12,add,']);
    expect(await room.onHand('TRL-ROPE')).toBe(12);
  });

  it('is written only with a unit cost or the price of a tier, and reported with a reason otherwise', async () => {
    const room = await agreeing(ADJUST);
    await room.screen('POST', 'products', { ...newProduct, averageCost: 0, priceTiers: { 'Tier 3': 6 } });
    await room.shelve('TRL-ROPE', 12);
    expect((await room.syncAndRead()).toRow('TRL-ROPE')[0]).toMatch(/report,"DEAR has no average cost/);
    const policy = { ...room.connection.inventory, unitCostTier: 'Tier 3' };
    expect((await room.syncAndRead({ policy })).toRow('TRL-ROPE')).toEqual(['TRL-ROPE,,,12,,0,12,add,']);
  });
});

describe('a stock take', () => {
  const BY_HAND = { mode: 'stocktake' } as const;
  const AUTOMATIC = { mode: 'stocktake', completeStocktake: 'automatic', guard: ADJUST.guard } as const;

  it('waits for a person with every line explicit, and is not opened twice', async () => {
    const room = await agreeing(BY_HAND);
    await room.screen('POST', 'products', { sku: 'TRL-ROPE', averageCost: 7 });
    await room.shelve('TRL-ROPE', 12);
    await room.shelve(MUG, 290);
    const { report } = await room.syncAndRead();
    expect(report).toMatchObject({
      outcome: 'opened',
      stockTake: 'ST-00001',
      reason: expect.stringContaining('ST-00001'),
    });
    expect(await room.onHand(MUG)).toBe(300);

    const again = (await room.syncAndRead()).report;
    expect(again).toMatchObject({ outcome: 'waiting', stockTake: 'ST-00001', counts: { written: 0 } });
    expect(writes(room)).toEqual(['POST stocktake', 'PUT stocktake']);

    await room.screen('POST', 'stock-takes/ST-00001/complete');
    expect([await room.onHand(MUG), await room.onHand('TRL-ROPE')]).toEqual([290, 12]);
    // A row that was not counted keeps its figure.
    expect(await room.onHand('TRL-BAR-OAT')).toBe(700);
    expect((await room.syncAndRead()).report.outcome).toBe('agreed');
  });

  it('is opened again once the earlier one was voided', async () => {
    const room = await agreeing(BY_HAND);
    await room.shelve(MUG, 290);
    await room.sync();
    await room.screen('POST', 'stock-takes/ST-00001/void');
    expect((await room.syncAndRead()).report).toMatchObject({ outcome: 'opened', stockTake: 'ST-00002' });
  });

  it('is completed at once if the connection says so', async () => {
    const room = await agreeing(AUTOMATIC);
    await room.shelve(MUG, 290);
    expect((await room.syncAndRead()).report).toMatchObject({ outcome: 'written', stockTake: 'ST-00001' });
    expect(await room.onHand(MUG)).toBe(290);
    expect(await room.onHand('TRL-TENT-2P')).toBe(40);
  });

  it('is found and finished after a lost answer, and not opened again', async () => {
    const room = await agreeing(AUTOMATIC);
    await room.shelve(MUG, 290);
    await room.spoilDear({ kind: 'timeout-after', match: { method: 'POST', path: 'stocktake' } });
    await expect(room.sync()).rejects.toBeInstanceOf(UpstreamError);
    expect((await room.syncAndRead()).report).toMatchObject({ outcome: 'written', stockTake: 'ST-00001' });
    expect(writes(room).filter((call) => call === 'POST stocktake')).toHaveLength(1);
    expect(await room.onHand(MUG)).toBe(290);
  });

  it('is opened again only when the lost opening can no longer land', async () => {
    const room = await agreeing(AUTOMATIC);
    await room.shelve(MUG, 290);
    await room.spoilDear({ kind: 'timeout-before', match: { method: 'POST', path: 'stocktake' } });
    await expect(room.sync()).rejects.toBeInstanceOf(UpstreamError);
    await expect(room.sync()).rejects.toBeInstanceOf(Deferred);
    expect(writes(room)).toEqual(['POST stocktake']);
    await room.advance(2 * 60_000);
    expect((await room.syncAndRead()).report).toMatchObject({ outcome: 'written' });
  });

  it('is not saved an hour after its opening, which would undo movements since', async () => {
    const room = await agreeing(AUTOMATIC);
    await room.shelve(MUG, 290);
    const { dear } = room;
    const openStockTake: typeof dear.openStockTake = async (header) => {
      const save = async () => {
        throw new Rejected({ system: 'DEAR', operation: 'complete stock take', upstreamMessage: 'No.' });
      };
      return { ...(await dear.openStockTake(header)), save };
    };
    const first = await room.sync({}, { dear: { ...dear, openStockTake } });
    expect(first.report).toMatchObject({ outcome: 'refused' });
    await room.advance(60 * 60_000);
    expect((await room.sync()).report).toMatchObject({
      outcome: 'refused',
      reason: expect.stringMatching(/ST-00001 .*never got its figures\. Void it/),
    });
    expect(writes(room)).toEqual(['POST stocktake']);
    await room.screen('POST', 'stock-takes/ST-00001/void');
    expect((await room.syncAndRead()).report).toMatchObject({ outcome: 'written', stockTake: 'ST-00002' });
  });

  it('is left as it is if it was completed and the answer was lost', async () => {
    const room = await agreeing(AUTOMATIC);
    await room.shelve(MUG, 290);
    await room.spoilDear({ kind: 'timeout-after', match: { method: 'PUT', path: 'stocktake' } });
    await expect(room.sync()).rejects.toBeInstanceOf(UpstreamError);
    // As if DEAR's list did not show it yet.
    await room.screen('PATCH', 'stock', { sku: MUG, location: PLACE, onHand: 300 });
    expect((await room.syncAndRead()).report).toMatchObject({
      stockTake: 'ST-00001',
      counts: { written: 0 },
    });
    expect(writes(room)).toEqual(['POST stocktake', 'PUT stocktake']);
  });

  it('sets the first stock of a connection, whatever the guard says', async () => {
    const room = await openStockRoom({}, { location: 'ShipStation Reno' });
    await room.screen('PATCH', 'stock', { sku: MUG, location: 'ShipStation Reno', onHand: 0 });
    await room.shelve(MUG, 44);
    const policy = { ...room.connection.inventory, mode: 'stocktake' } as const;
    expect((await room.syncAndRead({ policy })).report).toMatchObject({ outcome: 'opened' });
    await room.screen('POST', 'stock-takes/ST-00001/complete');
    expect(await room.onHand(MUG)).toBe(44);
  });
});

describe('the guard', () => {
  const guard = { lines: 0.2, quantity: 0.2 };

  it('stops a sync that would change too much, reports it, and lets a person override it', async () => {
    const room = await agreeing({ mode: 'adjust', guard });
    for (const [sku, quantity] of [
      [MUG, 1],
      ['TRL-KNIFE-S', 1],
    ] as const)
      await room.shelve(sku, quantity);
    const { report, toRow } = await room.syncAndRead();
    expect(report).toMatchObject({ outcome: 'stopped', guard: { over: expect.stringContaining('33.3 %') } });
    expect(toRow(MUG)[0]).toContain('Nothing is written');
    expect(writes(room)).toEqual([]);
    expect(room.counted).toEqual(['StockGuardStopped']);

    expect((await room.syncAndRead({ guarded: false })).report).toMatchObject({ outcome: 'written' });
    expect(await room.onHand(MUG)).toBe(1);
  });
});

describe('a location that cannot be synchronised', () => {
  it('is not written if it has bins, and the report says what to do', async () => {
    const room = await openStockRoom(ADJUST, { location: 'Workshop' });
    await room.shelve(MUG, 3);
    const { report } = await room.sync();
    expect(report).toMatchObject({
      outcome: 'refused',
      file: '',
      reason: expect.stringContaining('has bins'),
    });
    expect(writes(room)).toEqual([]);
  });

  it('is not taken for an empty one if DEAR does not have it', async () => {
    const room = await openStockRoom(ADJUST, { location: 'Nowhere' });
    await room.shelve(MUG, 3);
    expect((await room.sync()).report).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('no location Nowhere'),
    });
    expect(writes(room)).toEqual([]);
  });

  it('is found by its name in any capitals', async () => {
    const room = await openStockRoom(ADJUST, { location: 'shipstation AUSTIN' });
    for (const [sku, quantity] of [
      [MUG, 290],
      ['TRL-LAMP-HD', 5],
    ] as const)
      await room.shelve(sku, quantity);
    expect((await room.sync()).report).toMatchObject({ outcome: 'written', counts: { written: 1 } });
  });

  it('is reported, and is no failure, if the provider’s plan has no stock', async () => {
    const room = await agreeing(ADJUST);
    await room.spoilShelves({
      kind: 'status',
      status: 403,
      code: 'subscription_inactive',
      match: { path: '/v2/inventory' },
    });
    const { outcome, counts, report } = await room.sync();
    expect({ outcome, counts }).toMatchObject({ outcome: 'finished', counts: { refused: 1, written: 0 } });
    expect(report).toMatchObject({
      outcome: 'refused',
      reason: expect.stringMatching(/no Inventory API.*Set inventory\.every to off/s),
    });
    expect(await room.reports.read('shipstation')).toEqual(report);
    expect(writes(room)).toEqual([]);
  });

  it('is reported if the provider does not report stock', async () => {
    const room = await agreeing(ADJUST);
    const silent = { submit: fail, find: fail, shipmentsSince: fail };
    expect((await room.sync({}, { providerFor: async () => silent })).report).toMatchObject({
      outcome: 'refused',
    });
  });
});

describe('a location of two connections', () => {
  const both = (room: StockRoom) => {
    const other = { ...room.connection, id: 'annex', rules: [rule({ skus: ['*'] })] };
    return { connections: [room.connection, other] };
  };

  it('has the stock of both together', async () => {
    const room = await agreeing(ADJUST);
    const stock = async function* () {
      yield [{ sku: MUG, onHand: 4, batch: '', expiry: '' }];
    };
    const annex = { submit: fail, find: fail, shipmentsSince: fail, stock };
    const providerFor = async (id: string) => (id === 'annex' ? annex : room.provider);
    const { report } = await room.sync({}, { ...both(room), providerFor, collect: async () => true });
    expect(report?.differences).toMatchObject([{ sku: MUG, difference: 4 }]);
  });

  it('is not compared where one of them reports none', async () => {
    const room = await agreeing(ADJUST);
    const annex = { submit: fail, find: fail, shipmentsSince: fail };
    const providerFor = async (id: string) => (id === 'annex' ? annex : room.provider);
    const { report } = await room.sync({}, { ...both(room), providerFor });
    expect(report).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining(
        'annex ships from ShipStation Austin too and does not report its stock',
      ),
    });
    expect(writes(room)).toEqual([]);
  });
});

/** The pages, with an event after the first is read. */
async function* afterFirst<Page>(pages: AsyncIterable<Page>, happen: () => Promise<void>) {
  let read = 0;
  for await (const page of pages) {
    yield page;
    read += 1;
    if (read === 1) await happen();
  }
}

function fail(): never {
  throw new Error('This must not be called');
}

describe('an interrupted reading', () => {
  it('of the provider writes nothing, and keeps the last report', async () => {
    const room = await agreeing(ADJUST);
    const { report } = await room.sync();
    await room.shelve(MUG, 1);
    const lost = { kind: 'timeout-before', times: 5, match: { method: 'GET', path: '/v2/inventory' } };
    const stock = () => afterFirst(room.provider.stock(), () => room.spoilShelves(lost));
    const provider = { ...room.provider, stock };
    await expect(room.sync({}, { providerFor: async () => provider })).rejects.toBeInstanceOf(UpstreamError);
    expect(writes(room)).toEqual([]);
    expect(await room.reports.read('shipstation')).toEqual(report);
  });

  it('of DEAR’s second page writes nothing', async () => {
    const room = await agreeing(ADJUST);
    await room.screen('POST', 'products/bulk', { count: 1500, location: PLACE });
    await room.shelve(MUG, 1);
    const broken = {
      kind: 'status',
      status: 500,
      body: '',
      times: 9,
      match: { path: 'ref/productavailability' },
    };
    const availability = (place: string) =>
      afterFirst(room.dear.availability(place), () => room.spoilDear(broken));
    const dear = { ...room.dear, availability };
    await expect(room.sync({}, { dear })).rejects.toBeInstanceOf(Unavailable);
    expect(writes(room)).toEqual([]);
  });
});

describe('many adjustments', () => {
  const COUNT = 1200;

  async function drifted() {
    const room = await openStockRoom(ADJUST);
    await room.screen('POST', 'products/bulk', { count: COUNT, location: PLACE, onHand: 5 });
    const provider = {
      submit: fail,
      find: fail,
      shipmentsSince: fail,
      stock: async function* () {
        const rows = Array.from({ length: COUNT }, (_, index) => {
          return { sku: `BULK-${String(index + 1).padStart(6, '0')}`, onHand: 7, batch: '', expiry: '' };
        });
        yield rows;
      },
    };
    return { room, providerFor: async () => provider, collect: async () => true };
  }

  /** Of the second adjustment the answer is lost, on its way there or on its way back. */
  function losingSecond(room: StockRoom, kind: 'timeout-before' | 'timeout-after') {
    const { dear } = room;
    const match = { method: 'POST', path: 'stockadjustment' };
    const adjust: typeof dear.adjust = async (adjustment) => {
      if (adjustments(room).length === 1) await room.spoilDear({ kind, match });
      return await dear.adjust(adjustment);
    };
    return { ...dear, adjust };
  }

  /** DEAR whose list stays as it is now, as it may for a quarter of an hour. */
  async function lagging(room: StockRoom) {
    const pages = await Array.fromAsync(room.dear.availability(PLACE));
    const availability = async function* () {
      yield* pages;
    };
    return { ...room.dear, availability };
  }

  it('are written 500 lines at a time, each under a reference of its own', async () => {
    const { room, ...deps } = await drifted();
    const { report } = await room.sync({}, deps);
    expect(report).toMatchObject({ outcome: 'written', counts: { written: COUNT } });
    expect(adjustments(room)).toHaveLength(3);
    expect(report?.adjustments).toEqual([1, 2, 3].map((number) => `shipstation ${report?.at} ${number}`));
  });

  it('continue where time ran out, and write nothing twice although DEAR does not show it yet', async () => {
    const { room, ...deps } = await drifted();
    const dear = await lagging(room);
    const hasTime = () => adjustments(room).length !== 1;
    const first = await room.sync({}, { ...deps, dear, hasTime });
    expect(first).toMatchObject({ outcome: 'unfinished', counts: { written: 500 }, report: null });
    const { report } = await room.sync({}, { ...deps, dear });
    expect(report).toMatchObject({ outcome: 'written', counts: { written: 700 } });
    const ofBulk = report?.differences.find(({ sku }) => sku === 'BULK-000001');
    expect(ofBulk?.whyNot).toContain('An earlier part of this sync');
    expect(report?.adjustments).toHaveLength(3);
    expect(adjustments(room)).toHaveLength(3);
  });

  it('are looked up by the next sync, and not repeated, if the process dies', async () => {
    const { room, ...deps } = await drifted();
    const dear = { ...losingSecond(room, 'timeout-after'), availability: (await lagging(room)).availability };
    const findAdjustments = async () => {
      throw new Unavailable({ system: 'DEAR', operation: 'find stock document' });
    };
    await expect(room.sync({}, { ...deps, dear: { ...dear, findAdjustments } })).rejects.toBeInstanceOf(
      Unavailable,
    );
    const { report } = await room.sync({}, { ...deps, dear });
    expect(report).toMatchObject({ outcome: 'written', counts: { written: 200 } });
    expect(report?.adjustments).toHaveLength(3);
    expect(adjustments(room)).toHaveLength(3);
  });

  it('are looked up and not repeated if an answer is lost', async () => {
    const { room, ...deps } = await drifted();
    const dear = losingSecond(room, 'timeout-after');
    expect((await room.sync({}, { ...deps, dear })).report).toMatchObject({
      outcome: 'written',
      counts: { written: COUNT },
    });
    expect(adjustments(room)).toHaveLength(3);
  });

  it('stop if a request is lost, and continue when it can no longer land', async () => {
    const { room, ...deps } = await drifted();
    const dear = losingSecond(room, 'timeout-before');
    await expect(room.sync({}, { ...deps, dear })).rejects.toBeInstanceOf(UpstreamError);
    await expect(room.sync({}, deps)).rejects.toBeInstanceOf(Deferred);
    expect(adjustments(room)).toHaveLength(2);
    await room.advance(2 * 60_000);
    expect((await room.sync({}, deps)).report).toMatchObject({
      outcome: 'written',
      counts: { written: 700 },
    });
    expect(await room.onHand('BULK-001200')).toBe(7);
  });

  it('that land late are not followed by others which they would overwrite', async () => {
    const { room, ...deps } = await drifted();
    const { dear } = room;
    let land: () => Promise<unknown> = async () => {};
    const adjust: typeof dear.adjust = async (adjustment) => {
      land = () => dear.adjust(adjustment);
      throw new AmbiguousWrite({ system: 'DEAR', operation: 'adjust stock' });
    };
    await expect(room.sync({}, { ...deps, dear: { ...dear, adjust } })).rejects.toBeInstanceOf(UpstreamError);
    await expect(room.sync({}, deps)).rejects.toBeInstanceOf(Deferred);
    await room.advance(60_000);
    await land();
    expect((await room.sync({}, deps)).report).toMatchObject({
      outcome: 'written',
      counts: { written: 700 },
    });
    expect(adjustments(room)).toHaveLength(3);
  });

  it('are reported with DEAR’s message if DEAR refuses them', async () => {
    const { room, ...deps } = await drifted();
    const policy = { ...room.connection.inventory, account: '999' };
    expect((await room.sync({ policy }, deps)).report).toMatchObject({
      outcome: 'refused',
      reason: expect.stringMatching(/DEAR refused it: .*999.*Check the account 999/),
    });
    expect(adjustments(room)).toHaveLength(2);
  });

  it('are written except one that DEAR refuses, and the report says so', async () => {
    const { room, ...deps } = await drifted();
    const { dear } = room;
    const adjust: typeof dear.adjust = async (adjustment) => {
      if (!adjustment.lines.some(({ sku }) => sku === 'BULK-000600')) return await dear.adjust(adjustment);
      throw new Rejected({
        system: 'DEAR',
        operation: 'adjust stock',
        upstreamMessage: 'BULK-000600 is a service.',
      });
    };
    const { report } = await room.sync({}, { ...deps, dear: { ...dear, adjust } });
    expect(report).toMatchObject({ outcome: 'refused', counts: { written: 700 } });
    expect(report?.reason).toContain('BULK-000600 is a service.');
    expect(report?.adjustments).toEqual([1, 3].map((number) => `shipstation ${report?.at} ${number}`));
    expect(await room.onHand('BULK-001200')).toBe(7);
  });
});
