import { providerSandbox } from 'dear-sandbox/cartrover';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { MINUTE, startVirtualSystem, type VirtualSystem } from './virtual-system.ts';

const [MUG, LAMP] = ['TRL-MUG-350', 'TRL-LAMP-HD'];
const CANADA = {
  line1: '220 Yonge Street',
  line2: null,
  city: 'Toronto',
  state: 'ON',
  postcode: 'M5B 2H1',
  country: 'Canada',
  displayLine1: '220 Yonge Street',
  displayLine2: 'Toronto ON M5B 2H1 Canada',
};

let system: VirtualSystem;
afterEach(() => system.stop());

/** ShipStation and CartRover ship from one location. */
async function start(rules: readonly object[], settings: object = {}): Promise<void> {
  system = await startVirtualSystem({
    connection: { inventory: { every: 'off' }, ...settings },
    beside: {
      sandbox: providerSandbox,
      secret: { apiUser: 'cart' },
      connection: {
        id: 'rover',
        location: 'ShipStation Austin',
        ...{
          provider: 'cartrover',
          baseUrl: '',
          warehouse: 'EAST',
          rules,
          inventory: { every: 'off' },
          ...settings,
        },
      },
    },
  });
}

async function sell(sale: object = {}): Promise<string> {
  const lines = [
    { sku: MUG, quantity: 2 },
    { sku: LAMP, quantity: 1 },
  ];
  const { number } = await system.dear.authoriseSale({ location: system.location, lines, ...sale });
  await system.advance(3 * MINUTE);
  return number;
}

async function findOrders(number: string): Promise<Array<readonly [connection: string, status: string]>> {
  const { id } = await system.dear.sale(number);
  const references = (await system.sales.read(id))?.references ?? [];
  const orders = await Promise.all(references.map((reference) => system.orders.read(reference)));
  return orders.map((order) => [order?.connection ?? '', order?.status ?? '']);
}

const invoices = z.object({
  Invoices: z.array(
    z.object({
      Lines: z.array(z.object({ Quantity: z.number() })),
      AdditionalCharges: z.array(z.object({ Description: z.string() })),
    }),
  ),
});

async function listInvoices(number: string): Promise<string[]> {
  const { Invoices } = invoices.parse(await system.screen('dear', 'GET', `sales/${number}`));
  return Invoices.map(({ Lines, AdditionalCharges }) => {
    const pieces = Lines.reduce((sum, { Quantity }) => sum + Quantity, 0);
    return [`${pieces} pieces`, ...AdditionalCharges.map(({ Description }) => Description)].join(', ');
  });
}

describe('a sale whose lines go to two services', () => {
  it.each(['ShipStation first', 'CartRover first'] as const)(
    'is shipped by both and told and billed apart, freight once (%s)',
    async (sequence) => {
      await start([{ skus: ['TRL-MUG-*'] }], { invoice: 'authorised' });
      const number = await sell({ charges: [{ description: 'Freight', price: 9 }] });
      expect(await findOrders(number)).toEqual([
        ['shipstation', 'Shipped'],
        ['rover', 'Shipped'],
      ]);
      const shipments = [
        async () => {
          for (const { id } of await system.bench.ordersFor(`${number}-1`)) await system.bench.ship(id);
        },
        async () => {
          for (const { id } of await system.getStaff().ordersFor(`${number}-2`))
            await system.getStaff().ship(id);
        },
      ];
      for (const ship of sequence === 'ShipStation first' ? shipments : shipments.toReversed()) {
        await ship();
        await system.advance(15 * MINUTE);
      }
      const { fulfilments, type } = await system.dear.sale(number);
      const shown = fulfilments.map(({ pick, ship }) => [
        ...pick.lines.map(({ sku, quantity }) => `${quantity} × ${sku}`),
        ship.status,
      ]);
      expect(type).toBe('advanced');
      expect(shown.sort()).toEqual([
        [`1 × ${LAMP}`, 'AUTHORISED'],
        [`2 × ${MUG}`, 'AUTHORISED'],
      ]);
      expect((await listInvoices(number)).sort()).toEqual(['1 pieces, Freight', '2 pieces']);
      expect(system.deadLetters()).toBe(0);
    },
  );
});

describe('a pick whose lines go to two services', () => {
  it('is shipped by both, and told as one fulfilment once both have left', async () => {
    await start([{ skus: ['TRL-MUG-*'] }], { trigger: 'PickAuthorised' });
    const number = await sell();
    const place = { location: system.location };
    const lines = [
      { sku: MUG, quantity: 2, ...place },
      { sku: LAMP, quantity: 1, ...place },
    ];
    await system.dear.click(number, 'pick', { lines });
    await system.advance(5 * MINUTE);
    for (const { id } of await system.bench.ordersFor(`${number}-1`)) await system.bench.ship(id);
    await system.advance(15 * MINUTE);
    expect((await system.dear.sale(number)).fulfilments.map(({ ship }) => ship.status)).not.toContain(
      'AUTHORISED',
    );
    for (const { id } of await system.getStaff().ordersFor(`${number}-2`)) await system.getStaff().ship(id);
    await system.advance(15 * MINUTE);
    const [fulfilment, ...others] = (await system.dear.sale(number)).fulfilments;
    expect(fulfilment?.pack.lines.map(({ sku, quantity }) => `${quantity} × ${sku}`).sort()).toEqual([
      `1 × ${LAMP}`,
      `2 × ${MUG}`,
    ]);
    expect([fulfilment?.ship.status, others]).toEqual(['AUTHORISED', []]);
  });
});

describe('a sale that the rules would send to another service after an edit', () => {
  it('moves while it was not sent', async () => {
    await start([{ name: 'Canada', countries: ['CA'] }], { release: 'manual' });
    const number = await sell();
    expect(await findOrders(number)).toEqual([['shipstation', 'Queued']]);
    await system.dear.click(number, 'undo');
    await system.dear.edit(number, { shippingAddress: CANADA });
    await system.dear.click(number, 'authorise');
    await system.advance(5 * MINUTE);
    expect(await findOrders(number)).toEqual([
      ['shipstation', 'Cancelled'],
      ['rover', 'Queued'],
    ]);
    expect((await system.orders.read(`${number}-2`))?.chosenBy).toBe(
      "The rule 'Canada' of rover chose it: country CA.",
    );
  });

  it('stays where it was sent, until it is undone and cancelled there', async () => {
    await start([{ name: 'Canada', countries: ['CA'] }]);
    const number = await sell();
    // The sweep, which notices edits, begins with its first run.
    await system.advance(15 * MINUTE);
    await system.dear.edit(number, { shippingAddress: CANADA });
    await system.advance(30 * MINUTE);
    expect(await findOrders(number)).toEqual([['shipstation', 'Shipped']]);
    const log = (await system.orders.read(`${number}-1`))?.log.map(({ what }) => what).join(' ');
    expect(log).toContain(`would choose rover now, but ${number}-1 stays at shipstation, which has it`);
    await system.dear.click(number, 'undo');
    await system.advance(5 * MINUTE);
    await system.dear.click(number, 'authorise');
    await system.advance(5 * MINUTE);
    expect(await findOrders(number)).toEqual([
      ['shipstation', 'Cancelled'],
      ['rover', 'Shipped'],
    ]);
    expect((await system.bench.ordersFor(`${number}-1`)).map(({ isCancelled }) => isCancelled)).toEqual([
      true,
    ]);
    expect((await system.getStaff().ordersFor(`${number}-2`)).map(({ isCancelled }) => isCancelled)).toEqual([
      false,
    ]);
  });
});
