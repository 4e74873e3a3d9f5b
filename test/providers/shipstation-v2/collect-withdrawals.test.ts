import { describe, expect, it } from 'vitest';
import { getCollector, pass } from './collection-pass.ts';
import { account, at, MINUTE, NOON } from './in-memory-account.ts';

describe('shipmentCollector, for voided parcels and returns', () => {
  it('lists the voided labels of a month in one call a pass, and reads each shipment once', async () => {
    const it = account();
    const voided = it.add(-20 * 24 * 60, { voided: true, status: 'voided' });
    const collect = getCollector(it.client, NOON);
    const withdrawn: unknown[] = [];
    for (let passes = 0; passes < 3; passes += 1) {
      for await (const page of collect(at(0))) withdrawn.push(...page.withdrawn);
    }
    expect(withdrawn).toEqual(
      Array(3).fill({ reference: `SO-${voided}`, id: `label:${voided}`, cause: 'voided' }),
    );
    expect(it.asked.voidedLabels).toHaveLength(3);
    expect(it.asked.voidedLabels[0]).toMatchObject({ created_at_start: at(-30 * 24 * 60) });
    expect(it.shipmentsRead).toEqual([voided]);
  });

  it('withdraws every order of a merged parcel', async () => {
    const it = account();
    const voided = it.add(-20 * 24 * 60, { voided: true, status: 'voided' });
    const items = ['SO-1-1', 'SO-2-1'].map((external_order_id) => ({ quantity: 1, external_order_id }));
    it.changeShipment(voided, { items, external_order_id: null });
    const { pages } = await pass(it.client, at(0), NOON);
    expect(pages.flatMap((page) => page.withdrawn).map(({ reference }) => reference)).toEqual([
      'SO-1-1',
      'SO-2-1',
    ]);
  });

  it('withdraws a label that is voided during the pass, after it was reported', async () => {
    const it = account();
    const shipped = it.add(-5);
    const collect = getCollector(it.client, NOON);
    const told: string[] = [];
    for await (const { shipments, withdrawn } of collect(null)) {
      told.push(...shipments.map(() => 'shipped'), ...withdrawn.map(() => 'withdrawn'));
      it.change(shipped, { voided: true, status: 'voided' });
    }
    expect(told).toEqual(['shipped', 'withdrawn']);
  });

  it('finds a fulfillment that was voided late, by reading a month of them once a day', async () => {
    const it = account();
    const sent = it.addFulfillment(-30);
    let { cursor } = await pass(it.client, null, NOON);
    it.voidFulfillment(sent);
    const quiet = await pass(it.client, cursor, NOON + 23 * 60 * MINUTE);
    expect(quiet.pages.flatMap((page) => page.withdrawn)).toEqual([]);
    cursor = quiet.cursor;
    const calls = it.asked.fulfillments.length;
    const review = await pass(it.client, cursor, NOON + 24 * 60 * MINUTE);
    expect(review.pages.flatMap((page) => page.withdrawn)).toEqual([
      { reference: `SO-${sent}`, id: `fulfillment:${sent}`, cause: 'voided' },
    ]);
    expect(it.asked.fulfillments.length - calls).toBe(2);
    await pass(it.client, review.cursor, NOON + 25 * 60 * MINUTE);
    expect(it.asked.fulfillments.length - calls).toBe(3);
  });

  it('finds a return’s order by the original shipment, where its own shipment has no goods', async () => {
    const it = account();
    const label = { is_return_label: true, external_order_id: 'SO-7-1', shipment_id: 'se-9' };
    it.add(-5, label);
    it.changeShipment('se-9', { items: [], external_order_id: null });
    it.changeShipment('SO-7-1', { external_order_id: 'SO-7-1' });
    const { pages, references } = await pass(it.client, null, NOON);
    expect(references).toEqual([]);
    expect(pages.flatMap((page) => page.returns)).toMatchObject([
      { reference: 'SO-7-1', id: 'return:se-1', progress: 'label', contents: [] },
    ]);
  });
});
