import { describe, expect, it } from 'vitest';
import type { Connection } from '../../lib/domain/connection.ts';
import { openStockRoom, PLACE, type StockRoom } from './stock-room.ts';

const ROPE = 'TRL-ROPE';
const ADJUST = { mode: 'adjust', guard: { lines: 1, quantity: 1 } } as const;
const factor = (dear: number, provider: number, correctedOn = ''): Pick<Connection, 'units'> => ({
  units: { 'TRL-RO*': { dear, provider, correctedOn } },
});

/** A room with rope, sold by the metre: so much of it in DEAR, and so many pieces on the shelf. */
async function withRope(onHand: number, shelved: number, using: Partial<Connection> = {}, unit = 'Item') {
  const room = await openStockRoom(ADJUST, using);
  await room.fillShelves();
  await room.screen('POST', 'products', { sku: ROPE, name: 'Rope', averageCost: 2, price: 4, unit });
  await room.screen('PATCH', 'stock', { sku: ROPE, location: PLACE, onHand });
  await room.shelve(ROPE, shelved);
  return room;
}

const adjustments = (room: StockRoom) => room.dearCalls().filter((call) => call === 'POST stockadjustment');
const sellRope = (room: StockRoom, quantity: number) => room.sellAndShip([{ sku: ROPE, quantity }]);

/** Waits until DEAR shows the confirmation. */
async function finish(room: StockRoom, reference: string): Promise<void> {
  await room.collect();
  await room.confirm(reference);
  await room.letSettle();
}

describe('a product that is sold in fractions, without a factor', () => {
  it('leaves as one piece, and no stock of it is proposed or written', async () => {
    const room = await withRope(300, 300);
    const reference = await sellRope(room, 2.5);
    await room.collect();
    await room.advance(60_000);
    expect((await room.syncAndRead()).toRow(ROPE)[0]).toMatch(
      /^TRL-ROPE,,,299,300,2\.5,0,report,".*Give the factor in units, for example/,
    );
    await finish(room, reference);
    expect(await room.onHand(ROPE)).toBe(297.5);
    expect((await room.syncAndRead()).toRow(ROPE)[0]).toMatch(/,299,297\.5,0,0,report,"DEAR counts 297\.5/);
    expect(adjustments(room)).toEqual([]);
    expect((await room.orders.read(reference))?.log[0]?.what).toContain('2.5 of TRL-ROPE is no whole number');
  });

  it('stays excluded when DEAR’s figure is whole again and no order is under way', async () => {
    const room = await withRope(300, 300);
    await finish(room, await sellRope(room, 2.5));
    await finish(room, await sellRope(room, 2.5));
    expect(await room.onHand(ROPE)).toBe(295);
    const { report, toRow } = await room.syncAndRead();
    expect(toRow(ROPE)[0]).toMatch(/,298,295,0,0,report,"2\.5 of it went out as one piece/);
    expect(report).toMatchObject({ outcome: 'reported', counts: { quantityDifference: 0, written: 0 } });
    expect(adjustments(room)).toEqual([]);
  });

  it('is recognised by its unit of measure before the first is sold', async () => {
    const room = await withRope(300, 3, {}, 'm');
    expect((await room.syncAndRead()).toRow(ROPE)[0]).toMatch(/,3,300,0,0,report,"DEAR counts it in m/);
    expect(adjustments(room)).toEqual([]);
  });

  it('does not exclude other products, which are still corrected', async () => {
    const room = await withRope(296.5, 298);
    await room.shelve('TRL-MUG-350', 290);
    expect((await room.syncAndRead()).report).toMatchObject({ outcome: 'written', counts: { written: 1 } });
    expect([await room.onHand('TRL-MUG-350'), await room.onHand(ROPE)]).toEqual([290, 296.5]);
  });
});

describe('a product with a factor', () => {
  it('leaves in other units, is confirmed in DEAR’s units, and both stocks agree at every moment', async () => {
    const room = await withRope(300, 30_000, factor(1, 100), 'm');
    const reference = await sellRope(room, 2.5);
    await room.collect();
    await room.advance(60_000);
    expect((await room.syncAndRead()).toRow(ROPE)).toEqual(['TRL-ROPE,,,297.5,300,2.5,0,none,']);
    await finish(room, reference);
    expect((await room.syncAndRead()).toRow(ROPE)).toEqual(['TRL-ROPE,,,297.5,297.5,0,0,none,']);
    await room.shelve(ROPE, 29_000);
    expect((await room.syncAndRead()).report).toMatchObject({ outcome: 'written' });
    expect(await room.onHand(ROPE)).toBe(290);
  });

  it('is compared by the piece, and ignores a difference below four decimals of a pack', async () => {
    const room = await withRope(25, 300, factor(1, 12), 'Box');
    await finish(room, await sellRope(room, 1.5));
    expect((await room.syncAndRead()).toRow(ROPE)).toEqual(['TRL-ROPE,,,23.5,23.5,0,0,none,']);
    await room.shelve(ROPE, 283);
    await room.syncAndRead();
    expect(await room.onHand(ROPE)).toBe(23.5833);
    expect((await room.syncAndRead()).toRow(ROPE)).toEqual(['TRL-ROPE,,,23.5833,23.5833,0,0,none,']);
  });

  it('is reported if the factor does not make an amount whole, and is written only once that is corrected', async () => {
    const room = await withRope(300, 25, factor(12, 1));
    await finish(room, await sellRope(room, 30));
    expect((await room.syncAndRead()).toRow(ROPE)[0]).toMatch(
      /,288,270,0,0,report,".*is 22\.5 of the service's/,
    );
    await finish(room, await sellRope(room, 30));
    expect(await room.onHand(ROPE)).toBe(240);
    expect((await room.syncAndRead()).toRow(ROPE)[0]).toMatch(
      /,276,240,0,0,report,".*is 2\.5 of the service's units and so not whole.* add correctedOn\./,
    );
    Object.assign(room.connection, factor(12, 1, '2099-01-01'));
    await room.syncAndRead();
    expect(adjustments(room)).toHaveLength(1);
  });

  it('counts the same on both sides if the factor is one to one, whatever the unit of measure', async () => {
    const room = await withRope(300, 290, factor(1, 1), 'kg');
    expect((await room.syncAndRead()).report).toMatchObject({ outcome: 'written' });
    expect(await room.onHand(ROPE)).toBe(290);
  });
});
