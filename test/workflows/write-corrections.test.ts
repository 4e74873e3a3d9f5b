import { describe, expect, it } from 'vitest';
import type { ShippedBox } from '../../lib/domain/confirmation/packing.ts';
import { AmbiguousWrite, Rejected } from '../../lib/domain/errors.ts';
import { waitingFor } from '../../lib/domain/order/transitions.ts';
import { sale, stageLine, toStageLines } from '../builders/sale.ts';
import { World } from './world.ts';

/** One parcel was confirmed in DEAR; then its number is corrected at the provider. */
async function corrected(prepare: (world: World) => void = () => {}): Promise<World> {
  const world = new World();
  await world.reconcile();
  await world.dispatch();
  world.service.ship('order-1');
  await world.collect();
  prepare(world);
  await world.confirm();
  world.service.renumber('TRACK1', 'TRACK9');
  await world.collect();
  world.dear.calls.length = 0;
  return world;
}

const getNumbers = (world: World) =>
  world.dear.sale.fulfilments.flatMap(({ ship }) => ship.lines.map((line) => line.trackingNumbers));

describe('correcting a tracking number in DEAR', () => {
  it('costs a read, a write and a read', async () => {
    const world = await corrected();
    expect(world.confirmations.messages).toHaveLength(2);
    await world.confirm();
    expect(world.dear.calls).toEqual(['read', 'ship', 'read']);
    expect(getNumbers(world)).toEqual([['TRACK9']]);
    expect(await world.order()).toMatchObject({
      confirmation: { state: 'confirmed', corrections: [] },
      reason: 'Shipped, and confirmed to DEAR.',
    });
    await world.confirm();
    expect(world.dear.calls).toHaveLength(3);
  });

  it('writes nothing if DEAR shows the number already, after a lost answer or by hand', async () => {
    const world = await corrected();
    world.dear.failWrites('ship', 'lost after');
    await expect(world.confirm()).rejects.toThrow(AmbiguousWrite);
    await world.confirm();
    expect(world.dear.calls).toEqual(['read', 'ship', 'read']);
    expect((await world.order()).confirmation).toMatchObject({ state: 'confirmed', corrections: [] });
  });

  it('finds the line by the confirmed number if a person packed in other boxes', async () => {
    const world = await corrected(({ dear }) => {
      dear.byHand('pick');
      dear.byHand('pack', {
        lines: [...toStageLines(sale(), 'Crate 7', 1), stageLine({ quantity: 1, box: 'Crate 8' })],
      });
    });
    await world.confirm();
    expect(getNumbers(world)).toEqual([['TRACK9']]);
  });

  it('sets a reason while DEAR keeps the old number beside the new one', async () => {
    const world = await corrected();
    const { dear } = world;
    const write = dear.addTrackingNumbers.bind(dear);
    dear.addTrackingNumbers = (taskId: string, lines: readonly ShippedBox[]) =>
      write(
        taskId,
        lines.map((line) => ({ ...line, trackingNumbers: ['TRACK1', ...line.trackingNumbers] })),
      );
    await world.confirm();
    const order = await world.order();
    expect(order.reason).toContain('still shows the tracking number TRACK1');
    expect(waitingFor(order)).toBe('confirmation-refused');
    dear.addTrackingNumbers = write;
    dear.byHand('ship', {
      lines: dear.sale.fulfilments[0]!.ship.lines.map((line) => ({ ...line, trackingNumbers: ['TRACK9'] })),
    });
    await world.reconcile();
    await world.confirm();
    expect(waitingFor(await world.order())).toBe('');
  });

  it('sets a reason if DEAR answers with success and ignores the correction', async () => {
    const world = await corrected();
    world.dear.addTrackingNumbers = async () => {};
    await world.confirm();
    expect((await world.order()).reason).toContain('does not show the tracking number TRACK9');
    expect(waitingFor(await world.order())).toBe('confirmation-refused');
  });

  it('waits for a person if DEAR refuses it, and tries again when the sale changes', async () => {
    const world = await corrected();
    const no = new Rejected({ system: 'DEAR', operation: 'add', upstreamMessage: 'Locked period' });
    world.dear.failWrites('ship', no);
    await world.confirm();
    const order = await world.order();
    expect(order.log.at(-1)?.upstreamMessage).toBe('Locked period');
    expect(waitingFor(order)).toBe('confirmation-refused');
    await world.reconcile();
    await world.confirm();
    expect(getNumbers(world)).toEqual([['TRACK9']]);
    expect(waitingFor(await world.order())).toBe('');
  });

  it('writes nothing to a sale that was voided meanwhile', async () => {
    const world = await corrected();
    world.dear.sale = { ...world.dear.sale, status: 'VOIDED', orderStatus: 'VOIDED' };
    await world.confirm();
    expect(world.dear.calls).toEqual(['read']);
    expect((await world.order()).reason).toContain('cannot be corrected in DEAR');
  });
});
