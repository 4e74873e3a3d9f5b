import { afterEach, describe, expect, it } from 'vitest';
import { EXHAUSTIVE } from '../builders/exhaustive.ts';
import { HOUR, MINUTE, startVirtualSystem, type VirtualSystem } from './virtual-system.ts';

let system: VirtualSystem;
afterEach(async () => {
  await system?.stop();
});

const SKU = 'TRL-REST-1';

/** A shop that ships what is there: 3 pieces of a product lie on the shelf. */
async function startShop(connection: object): Promise<void> {
  system = await startVirtualSystem({ connection: { backorders: 'ship-available', ...connection } });
  await system.screen('dear', 'POST', 'products', { sku: SKU, price: 10 });
  await setShelf(3);
}

async function setShelf(onHand: number): Promise<void> {
  await system.screen('dear', 'PATCH', 'stock', { sku: SKU, location: system.location, onHand });
}

async function authorise(type: 'Simple' | 'Advanced', quantity = 5): Promise<string> {
  const { number } = await system.dear.authoriseSale({
    type,
    location: system.location,
    carrier: 'UPS Ground',
    lines: [{ sku: SKU, quantity }],
    charges: [{ description: 'Freight', price: 9 }],
  });
  await system.advance(5 * MINUTE);
  return number;
}

/** Ships all of the order in one parcel, which is confirmed within some minutes. */
async function ship(reference: string): Promise<void> {
  for (const { id, status } of await system.bench.ordersFor(reference))
    if (status === 'pending') await system.bench.ship(id);
  await system.advance(10 * MINUTE);
}

/** Sales that wait for goods are read every four hours, by the next sweep. */
const untilSeen = () => system.advance(4 * HOUR + 20 * MINUTE);

async function getQuantity(reference: string): Promise<number | undefined> {
  const order = await system.orders.read(reference);
  return order?.lines.reduce((sum, { quantity }) => sum + quantity, 0);
}

/** What each of DEAR's fulfilments shows as shipped; '' where it is not authorised. */
async function shipped(number: string): Promise<(number | '')[]> {
  return (await system.dear.sale(number)).fulfilments.map(({ pack, ship }) =>
    ship.status === 'AUTHORISED' ? pack.lines.reduce((sum, { quantity }) => sum + quantity, 0) : '',
  );
}

async function isAwaited(number: string): Promise<boolean> {
  for await (const { saleOrderNumber } of system.sales.listAwaitingGoods())
    if (saleOrderNumber === number) return true;
  return false;
}

interface Billed {
  readonly Lines: ReadonlyArray<{ readonly Quantity: number }>;
  readonly AdditionalCharges: readonly unknown[];
}

async function invoices(number: string): Promise<{ quantity: number; charges: number }[]> {
  const { Invoices } = Object(await system.screen('dear', 'GET', `sales/${number}`)) as {
    Invoices: Billed[];
  };
  return Invoices.map(({ Lines, AdditionalCharges }) => ({
    quantity: Lines.reduce((sum, { Quantity }) => sum + Quantity, 0),
    charges: AdditionalCharges.length,
  }));
}

const stories = (type: 'Simple' | 'Advanced') => () => {
  it.each(['wait', 'convert'] as const)(
    'ends with each delivery of stock shipped, told and billed as it came, freight once (partialShipments %s)',
    async (partialShipments) => {
      await startShop({ partialShipments, invoice: 'authorised' });
      const number = await authorise(type);
      expect(await getQuantity(`${number}-1`)).toBe(3);
      expect(await isAwaited(number)).toBe(true);
      await ship(`${number}-1`);
      expect(await shipped(number)).toEqual([3]);
      await setShelf(1);
      await untilSeen();
      expect(await getQuantity(`${number}-2`)).toBe(1);
      await ship(`${number}-2`);
      expect(await shipped(number)).toEqual([3, 1]);
      await setShelf(1);
      await untilSeen();
      expect(await isAwaited(number)).toBe(false);
      await ship(`${number}-3`);
      await untilSeen();
      expect(await shipped(number)).toEqual([3, 1, 1]);
      expect(await system.orders.read(`${number}-4`)).toBeNull();
      expect(await invoices(number)).toEqual([
        { quantity: 3, charges: 1 },
        { quantity: 1, charges: 0 },
        { quantity: 1, charges: 0 },
      ]);
      expect(system.deadLetters()).toBe(0);
    },
  );

  it.each([
    ['the first parcel leaves first', ['1', '2']],
    ['the second parcel leaves first', ['2', '1']],
  ])('whose stock comes before anything has left is two orders, each told once: %s', async (_, sequence) => {
    await startShop({ pick: 'auto' });
    const number = await authorise(type);
    await setShelf(5);
    await untilSeen();
    expect(await getQuantity(`${number}-1`)).toBe(3);
    expect(await getQuantity(`${number}-2`)).toBe(2);
    for (const one of sequence) {
      await ship(`${number}-${one}`);
      const told = await system.orders.read(`${number}-${one}`);
      expect(told).toMatchObject({ confirmation: { state: 'confirmed' } });
    }
    expect((await shipped(number)).sort()).toEqual([2, 3]);
    expect(system.deadLetters()).toBe(0);
  });

  it('is confirmed with both parcels if they leave in the same minute', async () => {
    await startShop({});
    const number = await authorise(type);
    await setShelf(5);
    await untilSeen();
    for (const one of [1, 2])
      for (const { id } of await system.bench.ordersFor(`${number}-${one}`)) await system.bench.ship(id);
    await system.advance(10 * MINUTE);
    expect((await shipped(number)).sort()).toEqual([2, 3]);
  });

  it('is not sent again if a person ships its rest in DEAR', async () => {
    await startShop({});
    const number = await authorise(type);
    await ship(`${number}-1`);
    await setShelf(2);
    await system.dear.click(number, 'fulfilment');
    for (const button of ['pick', 'pack', 'ship'] as const) await system.dear.click(number, button);
    await untilSeen();
    expect(await shipped(number)).toEqual([3, 2]);
    expect(await system.orders.read(`${number}-2`)).toBeNull();
    expect(await isAwaited(number)).toBe(false);
  });
};

describe('a Simple Sale of 5 with 3 in stock', stories('Simple'));
describe('an Advanced Sale of 5 with 3 in stock', EXHAUSTIVE, stories('Advanced'));

describe('goods that arrive', () => {
  it('join the first order if it was not sent yet', async () => {
    await startShop({ release: 'manual' });
    const number = await authorise('Simple');
    await setShelf(5);
    await untilSeen();
    expect(await getQuantity(`${number}-1`)).toBe(5);
    expect(await system.orders.read(`${number}-2`)).toBeNull();
  });

  it('are ordered if the sale had none of its goods', async () => {
    await startShop({});
    await setShelf(0);
    const number = await authorise('Simple');
    expect(await isAwaited(number)).toBe(true);
    await setShelf(5);
    await untilSeen();
    expect(await getQuantity(`${number}-1`)).toBe(5);
    expect(await isAwaited(number)).toBe(false);
  });

  it('are not ordered for a sale that was voided meanwhile', async () => {
    await startShop({});
    const number = await authorise('Simple');
    await ship(`${number}-1`);
    await system.dear.click(number, 'void');
    await system.advance(20 * MINUTE);
    await setShelf(5);
    await untilSeen();
    expect(await system.orders.read(`${number}-2`)).toBeNull();
    expect(await isAwaited(number)).toBe(false);
  });
});
