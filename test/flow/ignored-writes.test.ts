import { afterEach, describe, expect, it } from 'vitest';
import { openStockRoom, PLACE, type StockRoom } from './stock-room.ts';
import { startVirtualSystem, type VirtualSystem } from './virtual-system.ts';

const MUG = 'TRL-MUG-350';
const ADJUST = { mode: 'adjust', guard: { lines: 1, quantity: 1 } } as const;

/** Three mugs of DEAR's 300 are held by an order; the service counted 290. */
async function heldMugs(...ignores: string[]): Promise<StockRoom> {
  const room = await openStockRoom(ADJUST);
  await room.fillShelves();
  await room.screen('PATCH', 'behaviour', { ignores });
  await room.screen('POST', 'sales', {
    location: PLACE,
    lines: [{ sku: MUG, quantity: 3 }],
    authorise: true,
  });
  await room.shelve(MUG, 290);
  return room;
}

const adjustments = (room: StockRoom) => room.dearCalls().filter((call) => call === 'POST stockadjustment');

describe('an adjustment in an account that ignores UpdateOnHand', () => {
  it('is detected by the next figures, and corrected by the available stock', async () => {
    const room = await heldMugs('UpdateOnHand');
    await room.sync();
    expect(await room.onHand(MUG)).toBe(293);
    await room.letSettle();
    await room.sync();
    expect(await room.onHand(MUG)).toBe(290);
    await room.letSettle();
    expect((await room.syncAndRead()).report.outcome).toBe('agreed');
    await room.shelve(MUG, 280);
    await room.sync();
    expect([await room.onHand(MUG), adjustments(room).length]).toEqual([280, 3]);
  });

  it('is not written for a SKU of which orders hold more than the provider has', async () => {
    const room = await heldMugs('UpdateOnHand');
    await room.sync();
    await room.letSettle();
    await room.shelve(MUG, 2);
    const { toRow } = await room.syncAndRead();
    expect(toRow(MUG)[0]).toMatch(/,2,293,0,-291,adjust,"?Orders in DEAR hold more of it/);
    expect(await room.onHand(MUG)).toBe(293);
  });

  it('sets the stock on hand if the account heeds it, now and later', async () => {
    const room = await heldMugs();
    await room.sync();
    expect(await room.onHand(MUG)).toBe(290);
    await room.letSettle();
    await room.sync();
    await room.shelve(MUG, 280);
    await room.sync();
    expect(await room.onHand(MUG)).toBe(280);
  });
});

describe('rows of DEAR’s stock', () => {
  it('that are zero do not count for the guard, and are no difference', async () => {
    const room = await openStockRoom({ mode: 'adjust', guard: { lines: 0.2, quantity: 1 } });
    await room.fillShelves();
    for (let index = 0; index < 20; index += 1) {
      await room.screen('POST', 'products', { sku: `OLD-${index}` });
      await room.screen('PATCH', 'stock', { sku: `OLD-${index}`, location: PLACE, onHand: 0 });
    }
    await room.shelve(MUG, 290);
    await room.shelve('TRL-LAMP-HD', 9);
    const { report } = await room.syncAndRead();
    expect(report).toMatchObject({ outcome: 'stopped', counts: { differing: 2, onlyDear: 0 } });
  });

  it('that a run lacks are set again to the provider’s figure, and never added on top', async () => {
    const room = await openStockRoom(ADJUST);
    await room.fillShelves();
    const { dear } = room;
    const availability: typeof dear.availability = async function* (location) {
      for await (const rows of dear.availability(location)) yield rows.filter(({ sku }) => sku !== MUG);
    };
    await room.sync({}, { dear: { ...dear, availability } });
    expect(await room.onHand(MUG)).toBe(300);
  });
});

describe('a tracking number in an account that ignores AddTrackingNumbers', () => {
  let system: VirtualSystem;
  afterEach(() => system.stop());

  it.each([[[]], [['AddTrackingNumbers']]])('is corrected nevertheless (it ignores %j)', async (ignores) => {
    system = await startVirtualSystem();
    const lines = [{ sku: MUG, quantity: 1 }];
    const { number } = await system.dear.authoriseSale({ location: system.location, carrier: 'UPS', lines });
    for (const button of ['pick', 'pack', 'ship'] as const) await system.dear.click(number, button);
    await system.screen('dear', 'PATCH', 'behaviour', { ignores });
    const [task] = (await system.dear.sale(number)).fulfilments;
    const [box] = task!.ship.lines[0]!.boxes;
    const shippedAt = new Date(system.now()).toISOString();
    const line = { box: box!, carrier: 'UPS', trackingNumbers: ['TRK9'], shippedAt };
    await system.client.addTrackingNumbers(task!.taskId, [line], number);
    expect((await system.dear.sale(number)).trackingNumbers).toEqual(['TRK9']);
  });
});
