import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { AuditTrail } from '../../lib/store/audit.ts';
import { type CanaryBridge, runCanary } from '../../operator/canary.ts';
import { Refused } from '../../operator/user-errors.ts';
import { InMemoryTable } from '../fakes/in-memory-table.ts';
import { startVirtualSystem, type VirtualSystem, type VirtualSystemOptions } from './virtual-system.ts';

const ADA = { name: 'Ada' };
const SALE = 'SO-00001';

let system: VirtualSystem;
afterEach(async () => {
  await system?.stop();
});

/** A draft sale in DEAR for tests, as a merchant makes one. */
async function start(testSale: object = {}, options: VirtualSystemOptions = {}): Promise<CanaryBridge> {
  system = await startVirtualSystem({ connection: { testSale: { number: SALE, ...testSale } }, ...options });
  const lines = [{ sku: 'TRL-MUG-350', quantity: 1 }];
  await system.screen('dear', 'POST', 'sales', { location: system.location, lines });
  return {
    settings: system.settings,
    connection: (id) => system.settings.connections.find((one) => one.id === id)!,
    dear: async () => system.client,
    sales: system.sales,
    orders: system.orders,
    audit: new AuditTrail(new InMemoryTable()),
    caller: '',
    now: system.now,
  };
}

const walk = (bridge: CanaryBridge) => runCanary(bridge, 'shipstation', ADA, system.advance);
const orderStatus = async () => (await system.dear.sale(SALE)).orderStatus;
const listed = z.object({
  shipments: z.array(z.object({ external_shipment_id: z.string().nullish(), shipment_status: z.string() })),
});
/** The statuses of the bridge's orders at the service. */
async function atService(): Promise<string[]> {
  const { shipments } = listed.parse(await system.screen('shipStation', 'GET', 'shipments'));
  return shipments
    .filter(({ external_shipment_id: reference }) => reference?.startsWith(SALE) === true)
    .map(({ shipment_status: status }) => status);
}

describe('the canary', () => {
  it('measures how long an order takes to be made and to end, and leaves the sale as it was', async () => {
    const bridge = await start();
    const before = system.dearCalls().length;
    const { ok, steps } = await walk(bridge);
    expect({ ok, found: steps.map(({ step, found }) => `${step}: ${found}`) }).toEqual({
      ok: true,
      found: [`ordered: ${SALE}-1 was made, and is held`, `taken-back: ${SALE}-1 has ended`],
    });
    // DEAR itself takes up to a minute to send a webhook.
    for (const { seconds } of steps) expect(seconds).toBeLessThan(180);
    expect(await orderStatus()).toBe('DRAFT');
    expect(await atService()).toEqual([]);
    // Five of them by the canary.
    expect(system.dearCalls().length - before).toBeLessThanOrEqual(8);
  });

  it('can be run again and again, on the same sale', async () => {
    const bridge = await start();
    expect((await walk(bridge)).ok).toBe(true);
    expect((await walk(bridge)).ok).toBe(true);
    expect(await atService()).toEqual([]);
  });

  it('takes up what a run left that was killed', async () => {
    const bridge = await start();
    await system.dear.click(SALE, 'authorise');
    await system.advance(60_000);
    expect((await walk(bridge)).ok).toBe(true);
    expect(await orderStatus()).toBe('DRAFT');
  });

  it('sends the order and has it cancelled where the settings say so', async () => {
    const bridge = await start({ send: true });
    const { ok, steps } = await walk(bridge);
    expect(ok).toBe(true);
    expect(steps[0]?.found).toMatch(/is at the service as se-/);
    expect(await atService()).toEqual(['cancelled']);
  });

  it('says what is late where the bridge does not hear of the sale, and undoes it', async () => {
    const bridge = await start({}, { webhooks: 'off' });
    const impatient = {
      ...bridge,
      settings: { ...bridge.settings, dear: { ...bridge.settings.dear, webhooks: 'on' as const } },
    };
    const { ok, steps } = await walk(impatient);
    expect(ok).toBe(false);
    expect(steps[0]).toMatchObject({ ok: false, found: 'the bridge has not read the sale since' });
    expect(await orderStatus()).toBe('DRAFT');
  });

  it('undoes the sale after a call of which DEAR lost the answer', async () => {
    const bridge = await start();
    await system.screen('dear', 'POST', 'faults', {
      kind: 'timeout-after',
      match: { method: 'POST', path: 'sale/order' },
    });
    await expect(walk(bridge)).rejects.toThrow();
    expect(await orderStatus()).toBe('DRAFT');
  });

  it.each<[string, () => Promise<unknown>, string]>([
    [
      'is elsewhere',
      () => system.dear.edit(SALE, { location: 'Main Warehouse' }),
      'it is of the location Main Warehouse',
    ],
    ['is void', () => system.dear.click(SALE, 'void'), 'its order is VOIDED'],
  ])('refuses a sale that %s', async (_, spoil, why) => {
    const bridge = await start();
    await spoil();
    await expect(walk(bridge)).rejects.toThrow(Refused);
    await expect(walk(bridge)).rejects.toThrow(why);
  });
});
