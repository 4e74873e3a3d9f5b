import { afterEach, describe, expect, it } from 'vitest';
import { EXHAUSTIVE } from '../builders/exhaustive.ts';
import { HOUR, MINUTE, startVirtualSystem, type VirtualSystem } from './virtual-system.ts';

let system: VirtualSystem;
afterEach(async () => {
  await system?.stop();
});

const saleAt = (location: string, sku = 'TRL-MUG-350') => ({
  location,
  carrier: 'UPS Ground',
  lines: [{ sku, quantity: 1 }],
});

async function authorise(overrides: object = {}): Promise<string> {
  const { number } = await system.dear.authoriseSale({ ...saleAt(system.location), ...overrides });
  return number;
}

/** Readings of whole sales, which the sweep has to avoid. */
function reads(number: string): number {
  return system.dearCalls().filter((call) => call.operation === 'GET sale' && call.saleOrderNumber === number)
    .length;
}

const getOrder = (number: string) => system.orders.read(`${number}-1`);

describe('two days in which 30 % of all webhooks get lost', () => {
  it(
    'ends with each sale ordered, shipped once and confirmed, at one reading more than its own',
    EXHAUSTIVE,
    async () => {
      system = await startVirtualSystem({ shipsAfterMs: 4 * HOUR });
      system.webhooks.lose(0.3);
      const numbers: string[] = [];
      for (let sale = 0; sale < 14; sale += 1) {
        numbers.push(await authorise());
        await system.advance(4 * HOUR + 7 * MINUTE);
      }
      await system.advance(5 * HOUR);
      expect(system.webhooks.tally().lost).toBeGreaterThan(5);
      expect(system.count('MissedWebhook')).toBeGreaterThan(1);
      for (const number of numbers) {
        expect(await getOrder(number)).toMatchObject({
          status: 'Shipped',
          confirmation: { state: 'confirmed' },
        });
        expect(await system.bench.ordersFor(`${number}-1`)).toMatchObject([{ status: 'label_purchased' }]);
        const [fulfilment, ...others] = (await system.dear.sale(number)).fulfilments;
        expect(fulfilment?.ship).toMatchObject({ status: 'AUTHORISED', lines: [{ isShipped: true }] });
        expect(others).toEqual([]);
        expect([number, reads(number)]).toEqual([number, 2]);
      }
      expect(system.deadLetters()).toBe(0);
    },
  );
});

describe('a change without a webhook', () => {
  it('of an address is found by the sweep, and sent to ShipStation', async () => {
    system = await startVirtualSystem();
    const number = await authorise();
    await system.advance(20 * MINUTE);
    await system.screen('dear', 'PATCH', `sales/${number}`, { shippingAddress: { line1: '4 Cedar Row' } });
    await system.advance(20 * MINUTE);
    const { shipments } = Object(await system.screen('shipStation', 'GET', 'shipments'));
    expect(shipments).toMatchObject([
      { external_shipment_id: `${number}-1`, ship_to: { address_line1: '4 Cedar Row' } },
    ]);
    expect(system.count('MissedWebhook')).toBe(0);
    expect(reads(number)).toBe(2);
  });

  it('that voids the sale is found, counted and cancelled at ShipStation', async () => {
    system = await startVirtualSystem();
    const number = await authorise();
    await system.advance(20 * MINUTE);
    system.webhooks.lose(1);
    await system.dear.click(number, 'void');
    await system.advance(20 * MINUTE);
    expect(await getOrder(number)).toMatchObject({
      status: 'Cancelled',
      reason: expect.stringContaining('voided'),
    });
    expect(await system.bench.ordersFor(`${number}-1`)).toMatchObject([{ status: 'cancelled' }]);
    expect(system.count('MissedWebhook')).toBe(1);
  });

  it('that pays the sale releases its order', async () => {
    system = await startVirtualSystem({ connection: { holdUntilPaid: true } });
    const number = await authorise();
    await system.advance(20 * MINUTE);
    expect(await getOrder(number)).toMatchObject({ status: 'On Hold', hold: 'payment' });
    await system.dear.click(number, 'payment');
    await system.advance(20 * MINUTE);
    expect(await getOrder(number)).toMatchObject({ status: 'Shipped', hold: '' });
    expect(system.count('MissedWebhook')).toBe(0);
  });

  it('of the stock releases a sale that waits for goods', async () => {
    system = await startVirtualSystem();
    const stock = (onHand: number) =>
      system.screen('dear', 'PATCH', 'stock', { sku: 'TRL-MUG-350', location: system.location, onHand });
    await stock(0);
    const number = await authorise();
    await system.advance(20 * MINUTE);
    expect(await getOrder(number)).toBeNull();
    await stock(5);
    // DEAR need not show a change, so the sale is found by the reading every four hours.
    await system.advance(4 * HOUR + 20 * MINUTE);
    expect(await getOrder(number)).toMatchObject({ status: 'Shipped' });
  });
});

describe('echoes', () => {
  it('of our own writes cost one reading in all, and payments of a shipped sale none', async () => {
    system = await startVirtualSystem({ shipsAfterMs: HOUR });
    const number = await authorise();
    await system.advance(3 * HOUR);
    expect(await getOrder(number)).toMatchObject({ confirmation: { state: 'confirmed' } });
    expect(reads(number)).toBe(2);
    for (const button of ['invoice', 'payment'] as const) {
      await system.dear.click(number, button);
      await system.advance(HOUR);
    }
    expect(reads(number)).toBe(2);
    expect(system.count('MissedWebhook')).toBe(0);
  });
});

describe('an account without the Automation module', () => {
  it('is served by the sweep alone, which reads no sale of another location', async () => {
    system = await startVirtualSystem({ webhooks: 'off', shipsAfterMs: HOUR });
    await system.screen('dear', 'PATCH', 'behaviour', { automationModule: false });
    await system.advance(20 * MINUTE);
    const ours = await authorise();
    const theirs = await authorise({ location: 'Main Warehouse' });
    const draft = await authorise();
    await system.dear.click(draft, 'undo');
    await system.advance(3 * HOUR);
    expect(await getOrder(ours)).toMatchObject({ confirmation: { state: 'confirmed' } });
    expect([reads(ours), reads(theirs), reads(draft)]).toEqual([2, 0, 0]);
    expect(system.dearCalls().filter(({ path }) => path === 'webhooks')).toEqual([]);
    expect(system.count('MissedWebhook')).toBe(0);
  });

  it('fails with an instruction if webhooks are on', async () => {
    system = await startVirtualSystem();
    await system.screen('dear', 'PATCH', 'behaviour', { automationModule: false });
    await system.advance(HOUR + MINUTE);
    const run = await system.runs.read('check-webhooks', '');
    expect(run).toMatchObject({ outcome: 'failed' });
    expect(run?.failure).toContain("set dear.webhooks to 'off'");
    expect(system.count('OperatorActionNeeded')).toBeGreaterThan(0);
  });
});

describe('a webhook that DEAR switched off after six failures', () => {
  it('is switched on again with its token, and no sale of the silence is missed', async () => {
    system = await startVirtualSystem();
    await system.advance(HOUR);
    system.webhooks.setClosed(true);
    const refused = await authorise();
    await system.advance(75 * MINUTE);
    const silent = await authorise();
    await system.advance(2 * MINUTE);
    expect(await active()).not.toContain('Sale/OrderAuthorised');
    const unheard = await authorise();
    system.webhooks.setClosed(false);
    await system.advance(HOUR + MINUTE);
    expect(await active()).toContain('Sale/OrderAuthorised');
    expect(system.count('WebhookDrift')).toBe(1);
    for (const number of [refused, silent, unheard]) {
      expect(await getOrder(number)).toMatchObject({ status: 'Shipped' });
    }
    const accepted = system.count('WebhookAccepted');
    await authorise();
    await system.advance(2 * MINUTE);
    expect(system.count('WebhookAccepted')).toBe(accepted + 1);
    expect(system.count('WebhookRefused')).toBe(0);
  });

  async function active(): Promise<string[]> {
    const { Webhooks } = Object(await listed());
    return Webhooks.filter(({ IsActive }: { IsActive: boolean }) => IsActive).map(
      ({ Type }: { Type: string }) => Type,
    );
  }

  const listed = () =>
    system.client.transport.send({ operation: 'list', method: 'GET', path: 'webhooks', reference: '' });
});
