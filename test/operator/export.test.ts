import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportDrift, exportOrders } from '../../operator/orders/export.ts';
import { ANY_ORDER } from '../../operator/orders/order-query.ts';
import { box, NOW } from '../builders/order.ts';
import { line, sale } from '../builders/sale.ts';
import { driftLine } from '../builders/stock.ts';
import { InMemoryBridge } from '../fakes/in-memory-bridge.ts';
import { type } from './cli/session.ts';
import { seedOrder } from './seed.ts';

type Row = Record<string, string>;

async function exported(fake: InMemoryBridge, kind: 'orders' | 'packages', personal = false): Promise<Row[]> {
  const pieces = await Array.fromAsync(exportOrders(fake.bridge, kind, ANY_ORDER, personal));
  return parse(pieces.join(''), { columns: true });
}

const shipTo = {
  ...sale().shippingAddress,
  contact: '=HYPERLINK("http://evil")',
  line1: '12, Quay "Road"\nLeft',
};

describe('a list as CSV', () => {
  it('has a line for each order, with names of its columns first', async () => {
    const fake = new InMemoryBridge();
    await seedOrder(fake, {}, sale({ sourceChannel: 'eBay', lines: [line({ sku: '-INK,03' })] }));
    expect(await exported(fake, 'orders')).toMatchObject([
      {
        order: 'SO-00042-1',
        progress: 'Queued',
        reasons: 'SUBMISSION',
        channel: 'eBay',
        goods: expect.stringContaining('-INK,03'),
      },
    ]);
  });

  it('says how far the cancellation of an order came', async () => {
    const fake = new InMemoryBridge();
    await seedOrder(fake, { status: 'Cancelled', withdrawn: true });
    expect(await exported(fake, 'orders')).toMatchObject([{ cancellation: 'never sent' }]);
  });

  it('has a line for each package, and none for an order without', async () => {
    const fake = new InMemoryBridge();
    await seedOrder(fake, { packages: [box(), box({ id: 'label:2', trackingNumbers: ['1Z0002'] })] });
    await seedOrder(fake, {}, sale({ id: 'other', orderNumber: 'SO-00043' }));
    const rows = await exported(fake, 'packages');
    expect(rows.map(({ order, tracking, in_dear }) => [order, tracking, in_dear])).toEqual([
      ['SO-00042-1', '1Z0001', 'no'],
      ['SO-00042-1', '1Z0002', 'no'],
    ]);
  });

  it('has names and addresses only where they were asked for, and no formula among them', async () => {
    const fake = new InMemoryBridge();
    await seedOrder(fake, {}, sale({ shippingAddress: shipTo }));
    expect(JSON.stringify(await exported(fake, 'orders'))).not.toMatch(/Quay|HYPERLINK/);
    expect(await exported(fake, 'orders', true)).toMatchObject([{ contact: `'${shipTo.contact}` }]);
  });

  it('never has a cell that a spreadsheet runs, and loses no character', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 });
    const start = fc.constantFrom('=', '+', '-', '@', '\t', '\r', '"', ',', '\n', 'a');
    await fc.assert(
      fc.asyncProperty(start, text, async (first, rest) => {
        const fake = new InMemoryBridge();
        const reason = `${first}${rest}`;
        await seedOrder(fake, { reason });
        const [row] = await exported(fake, 'orders');
        expect(row?.reason).not.toMatch(/^[=+\-@\t\r]/);
        expect([reason, `'${reason}`]).toContain(row?.reason);
      }),
      { numRuns: 50 },
    );
  });

  it('is written before all orders are read', async () => {
    const fake = new InMemoryBridge();
    const order = await seedOrder(fake);
    for (let number = 1; number <= 300; number += 1)
      await fake.bridge.orders.save({ ...order, reference: `SO-${1_000 + number}-1` });
    const before = fake.table.readUnits;
    const pieces = exportOrders(fake.bridge, 'orders', ANY_ORDER, false)[Symbol.asyncIterator]();
    await pieces.next();
    const { value } = await pieces.next();
    expect(parse(value as string)).toHaveLength(50);
    expect(fake.table.readUnits - before).toBeLessThan(150);
  });
});

describe('the command line', () => {
  it('prints a list as CSV, and notes in the audit who asked for names and addresses', async () => {
    const fake = new InMemoryBridge();
    await seedOrder(fake);
    const say = (line: string) => type(line, { bridge: fake.bridge, now: () => NOW });
    expect(parse((await say('orders list --csv')).out)).toHaveLength(2);
    expect(await fake.audit()).toEqual([]);
    const { out } = await say('orders list --reason submission --csv --personal');
    expect(parse(out, { columns: true })).toMatchObject([{ email: expect.stringContaining('@') }]);
    expect(await fake.audit()).toMatchObject([
      { what: 'read personal data: export', about: 'orders (Being sent)' },
    ]);
  });
});

describe('a comparison of stock as CSV', () => {
  it('has a line for each difference, negative ones too', () => {
    const differences = [driftLine({ sku: '=INK', difference: -5 }), driftLine()];
    const rows: Row[] = parse(exportDrift({ differences }), { columns: true });
    expect(rows).toMatchObject([{ sku: "'=INK", difference: '-5' }, {}]);
  });
});
