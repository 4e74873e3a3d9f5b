import { describe, expect, it } from 'vitest';
import { listLocations } from '../../lib/dear/reference.ts';
import { ensureConnectionLocation } from '../../operator/ensure-location.ts';
import { readDriftReports, runSync } from '../../operator/inventory.ts';
import { planReplay, reconcileSale, replay, showSale } from '../../operator/orders/sale.ts';
import { Refused } from '../../operator/user-errors.ts';
import { connectedBridge } from './connected-bridge.ts';

const ADA = { name: 'Ada' };
const EVER = { since: '2020-01-01T00:00:00.000Z', until: '2100-01-01T00:00:00.000Z' };
const LINES = [{ sku: 'TRL-MUG-350', quantity: 1 }];

describe('a replay', () => {
  it('lists the changed sales of connected locations, then queues each', async () => {
    const { fake, byHand } = await connectedBridge();
    for (const location of ['ShipStation Austin', 'Main Warehouse', 'ShipStation Austin']) {
      await byHand('sales', { location, lines: LINES, authorise: true });
    }
    const sales = await planReplay(fake.bridge, EVER);
    expect(sales.map(({ saleOrderNumber, known }) => [saleOrderNumber, known])).toEqual([
      ['SO-00001', false],
      ['SO-00003', false],
    ]);
    expect(fake.saleEvents.messages).toEqual([]);
    await replay(fake.bridge, sales, EVER, ADA);
    expect(fake.saleEvents.messages.map(({ saleOrderNumber, event }) => [saleOrderNumber, event])).toEqual([
      ['SO-00001', 'operator'],
      ['SO-00003', 'operator'],
    ]);
    expect(await fake.audit()).toMatchObject([{ by: 'Ada', what: 'replayed 2 sales' }]);
  });

  it('is recorded as far as it came where it fails halfway', async () => {
    const { fake } = await connectedBridge();
    const sales = ['SO-00001', 'SO-00003'].map((saleOrderNumber) => {
      return { saleId: saleOrderNumber, saleOrderNumber, updatedAt: '', orderStatus: '', known: false };
    });
    const publish = async ({ saleOrderNumber }: { saleOrderNumber: string }) => {
      if (saleOrderNumber === 'SO-00003') throw new Error('SQS is away');
    };
    const broken = { ...fake.bridge, saleEvents: { publish } };
    await expect(replay(broken, sales, EVER, ADA)).rejects.toThrow('SQS is away');
    expect(await fake.audit()).toMatchObject([{ by: 'Ada', what: 'replayed 1 of 2 sales' }]);
  });

  it('includes every location where a later stage is the trigger', async () => {
    const { fake, byHand } = await connectedBridge({ connection: { trigger: 'PickAuthorised' } });
    await byHand('sales', { location: 'Main Warehouse', lines: LINES, authorise: true });
    expect(await planReplay(fake.bridge, EVER)).toHaveLength(1);
  });

  it('is empty for a window without changes', async () => {
    const { fake } = await connectedBridge();
    expect(await planReplay(fake.bridge, EVER)).toEqual([]);
  });
});

describe('a sale', () => {
  it('is queued by its number where the bridge has never read it', async () => {
    const { fake, byHand } = await connectedBridge();
    const made = Object(await byHand('sales', { location: 'ShipStation Austin', lines: LINES }));
    await expect(showSale(fake.bridge, 'SO-5')).rejects.toThrow('bridge sale reconcile SO-5');
    await expect(reconcileSale(fake.bridge, ' ', ADA)).rejects.toThrow(Refused);
    await reconcileSale(fake.bridge, 'SO-00001', ADA);
    expect(fake.saleEvents.messages).toMatchObject([{ saleOrderNumber: 'SO-00001', event: 'operator' }]);
    expect(JSON.stringify(made)).toContain(Object(fake.saleEvents.messages[0]).saleId);
  });

  it('is refused by a number that neither the bridge nor DEAR knows', async () => {
    const { fake } = await connectedBridge();
    await expect(reconcileSale(fake.bridge, 'SO-99999', ADA)).rejects.toThrow('DEAR has no sale SO-99999');
    expect(fake.saleEvents.messages).toEqual([]);
    expect(await fake.audit()).toEqual([]);
  });
});

describe('the location of a connection', () => {
  it('is created where it is missing, and used from then on', async () => {
    const { fake } = await connectedBridge({ connection: { location: 'Lantern Yard' } });
    expect(await ensureConnectionLocation(fake.bridge, 'lantern', ADA)).toMatchObject({ action: 'created' });
    expect(await ensureConnectionLocation(fake.bridge, 'lantern', ADA)).toMatchObject({ action: 'used' });
    expect(await fake.audit()).toEqual([
      { by: 'Ada', what: 'created the location Lantern Yard', about: 'lantern' },
    ]);
  });

  it('is found in any case', async () => {
    const { fake } = await connectedBridge({ connection: { location: 'shipstation austin' } });
    expect(await ensureConnectionLocation(fake.bridge, 'lantern', ADA)).toMatchObject({ action: 'used' });
    expect(await fake.audit()).toEqual([]);
  });

  it('is refused where it is a bin', async () => {
    const { fake } = await connectedBridge();
    const bin = (await listLocations(await fake.bridge.dear())).find(({ parentId }) => parentId !== null);
    const connection = { ...fake.bridge.connection('lantern'), location: bin?.name ?? '' };
    const ensured = ensureConnectionLocation(
      { ...fake.bridge, connection: () => connection },
      'lantern',
      ADA,
    );
    await expect(ensured).rejects.toThrow(Refused);
  });
});

describe('a sync by an operator', () => {
  const initial = { initial: true, unguarded: false, account: '', dryRun: false };

  it('opens a stock take after connecting, and stores the report', async () => {
    const { fake } = await connectedBridge();
    const files: string[] = [];
    const synced = await runSync(
      fake.bridge,
      'lantern',
      { ...initial, account: '403' },
      ADA,
      async (parts) => {
        files.push(Buffer.concat(parts).toString());
      },
    );
    expect(synced.report).toMatchObject({ mode: 'stocktake' });
    expect(files[0]).toContain('sku,batch,expiry');
    expect(await readDriftReports(fake.bridge, [])).toEqual([
      { connection: 'lantern', report: synced.report },
    ]);
    expect(await fake.audit()).toMatchObject([{ what: expect.stringMatching(/^initial stock take: /) }]);
  });

  it('reads both sides and writes nothing in a dry run', async () => {
    const { fake, dear } = await connectedBridge();
    const before = fake.table.puts;
    const { report } = await runSync(
      fake.bridge,
      'lantern',
      { ...initial, dryRun: true },
      ADA,
      async () => {},
    );
    expect(report?.counts.lines).toBeGreaterThan(0);
    expect(fake.table.puts).toBe(before);
    expect(dear.calls().every(({ method }) => method === 'GET')).toBe(true);
  });

  it('names the rows of DEAR that it left out, by their fields', async () => {
    const { fake, byHand } = await connectedBridge();
    const fields = { 'ProductAvailabilityList.0.OnHand': 'plenty' };
    await byHand('faults', { kind: 'odd-fields', match: { path: 'ref/productavailability' }, fields });
    await runSync(fake.bridge, 'lantern', { ...initial, dryRun: true }, ADA, async () => {});
    expect(fake.bridge.leftOut.list()).toEqual(['A row of DEAR’s stock or products cannot be read: OnHand']);
  });

  it('is refused without an account to book to', async () => {
    const { fake } = await connectedBridge();
    await expect(runSync(fake.bridge, 'lantern', initial, ADA, async () => {})).rejects.toThrow(Refused);
  });
});
