import { describe, expect, it } from 'vitest';
import type { ShipmentPage } from '../../../lib/providers/provider.ts';
import { getCollector, pass } from './collection-pass.ts';
import { account, at, MINUTE, NOON } from './in-memory-account.ts';

describe('shipmentCollector', () => {
  it('reads the last week on the first run', async () => {
    const { client, asked } = account();
    await pass(client, null, NOON);
    expect(asked.labels[0]).toMatchObject({
      created_at_start: at(-7 * 24 * 60),
      sort_by: 'created_at',
      sort_dir: 'asc',
      page: 1,
    });
    expect(asked.fulfillments[0]).toMatchObject({
      create_date_start: at(-7 * 24 * 60),
      sort_by: 'created_at',
      sort_dir: 'asc',
    });
  });

  it('begins the next pass ten minutes before the last one began, so that a late row is read', async () => {
    const it = account();
    it.add(-30);
    const first = await pass(it.client, null, NOON);
    const late = it.add(-9);
    const second = await pass(it.client, first.cursor, NOON + 5 * MINUTE);
    expect(it.asked.labels.at(-1)).toMatchObject({ created_at_start: at(-10) });
    expect(second.references).toEqual([`SO-${late}`]);
  });

  it('collects from a time that an operator set', async () => {
    const { client, asked } = account();
    await pass(client, '2025-12-01T00:00:00Z', NOON);
    expect(asked.labels[0]).toMatchObject({ created_at_start: '2025-12-01T00:00:00.000Z' });
  });

  it.each(['yesterday', '{"labels":1}', '{'])('throws for an invalid cursor: %s', async (cursor) => {
    expect((await pass(account().client, cursor, NOON)).failure).toBeInstanceOf(Error);
  });

  it('works off any backlog with any budget of calls', async () => {
    const it = account();
    const ids = Array.from({ length: 23 }, (_, index) => it.add(index / 10));
    const seen = new Set<string>();
    let run = { cursor: null as string | null, failure: null as unknown };
    for (let runs = 1; runs === 1 || run.failure !== null; runs += 1) {
      expect(runs).toBeLessThan(30);
      it.allow(7);
      const { references, ...rest } = await pass(it.client, run.cursor, NOON + runs * MINUTE);
      for (const reference of references) seen.add(reference);
      run = rest;
    }
    expect([...seen].sort()).toEqual(ids.map((id) => `SO-${id}`).sort());
  });

  it('begins the next pass before an interrupted pass began, not before it was resumed', async () => {
    const it = account();
    for (let minutes = 0; minutes < 6; minutes += 1) it.add(minutes - 60);
    it.allow(4);
    const interrupted = await pass(it.client, null, NOON);
    expect(interrupted.failure).not.toBeNull();
    it.allow(Number.POSITIVE_INFINITY);
    const resumed = await pass(it.client, interrupted.cursor, NOON + 45 * MINUTE);
    await pass(it.client, resumed.cursor, NOON + 46 * MINUTE);
    expect(it.asked.labels.at(-1)).toMatchObject({ created_at_start: at(-10) });
  });

  it('reads a label again that was not finished', async () => {
    const it = account();
    const slow = it.add(-40, { status: 'processing' });
    const first = await pass(it.client, null, NOON);
    expect(first.references).toEqual([]);
    const second = await pass(it.client, first.cursor, NOON + 30 * MINUTE);
    it.change(slow, { status: 'completed' });
    const third = await pass(it.client, second.cursor, NOON + 60 * MINUTE);
    expect(third.references).toEqual([`SO-${slow}`]);
  });

  it('gives up on a label that has been processing for a day', async () => {
    const it = account();
    it.add(-25 * 60, { status: 'processing' });
    const first = await pass(it.client, null, NOON);
    await pass(it.client, first.cursor, NOON + MINUTE);
    expect(it.asked.labels.at(-1)).toMatchObject({ created_at_start: at(-10) });
  });

  it('reads the shipment of a parcel once, however often its label is listed', async () => {
    const it = account();
    const shipped = it.add(-5);
    const collect = getCollector(it.client, NOON);
    for (let passes = 0; passes < 3; passes += 1) {
      const pages: ShipmentPage[] = [];
      for await (const page of collect(null)) pages.push(page);
      expect(pages.flatMap(({ shipments }) => shipments)).toHaveLength(1);
    }
    expect(it.shipmentsRead).toEqual([shipped]);
  });

  it('reads the shipment again for a label that replaced a voided one', async () => {
    const it = account();
    const first = it.add(-5);
    const collect = getCollector(it.client, NOON);
    for await (const _ of collect(null));
    it.change(first, { voided: true });
    it.add(-4, { shipment_id: first });
    for await (const _ of collect(null));
    expect(it.shipmentsRead).toEqual([first, first]);
  });

  it('throws for rows that are not oldest first, as the cursor could skip some', async () => {
    const it = account();
    const early = it.add(-30);
    it.add(-20);
    it.change(early, { created_at: at(-10) });
    const { failure, pages } = await pass(it.client, null, NOON);
    expect(failure).toMatchObject({ name: 'BrokenPages' });
    expect(pages).toEqual([]);
  });
});
