import { describe, expect, it } from 'vitest';
import { mapConnections } from '../../lib/store/mappings.ts';
import { mapName, readMappings, readShippingCodes } from '../../operator/mappings.ts';
import { NOW } from '../builders/order.ts';
import { sale } from '../builders/sale.ts';
import { InMemoryBridge } from '../fakes/in-memory-bridge.ts';
import { World } from '../workflows/world.ts';
import { type } from './cli/session.ts';
import { connectedBridge } from './connected-bridge.ts';
import { seedOrder } from './seed.ts';

const ADA = { name: 'Ada' };
const EXPRESS = { connection: 'lantern', kind: 'shipping-method', name: 'Express' } as const;
const METHODS = { shippingMethods: { services: { Standard: 'ups_ground' }, unmapped: 'hold' as const } };

describe('mapping a name', () => {
  it('accepts a service that ShipStation lists, and is in the audit', async () => {
    const { fake } = await connectedBridge({ connection: METHODS });
    const [service] = (await readShippingCodes(fake.bridge, 'lantern'))?.services ?? [];
    await mapName(fake.bridge, EXPRESS, service?.value ?? '', ADA);
    expect(await readMappings(fake.bridge, 'lantern')).toMatchObject({
      version: 1,
      rows: [
        { name: 'Express', bySettings: '', byOperator: service?.value },
        { name: 'Standard', bySettings: 'ups_ground', byOperator: '' },
      ],
    });
    expect(await fake.audit()).toEqual([
      { by: 'Ada', what: `mapped the shipping method Express to ${service?.value}`, about: 'lantern' },
    ]);
  });

  it.each([
    [EXPRESS, 'by_balloon', 'lantern has no service by_balloon. It lists: '],
    [{ ...EXPRESS, kind: 'carrier', name: 'balloon' }, 'Balloon', 'no service or carrier balloon'],
    [
      { ...EXPRESS, kind: 'warehouse', name: 'se-1002' },
      'Atlantis',
      'DEAR has no location Atlantis. It has: Main',
    ],
  ] as const)('refuses what the service or DEAR does not know: %o', async (key, value, message) => {
    const { fake } = await connectedBridge();
    await expect(mapName(fake.bridge, key, value, ADA)).rejects.toThrow(message);
    expect((await readMappings(fake.bridge)).version).toBe(0);
    await mapName(fake.bridge, key, value, ADA, false);
    expect((await readMappings(fake.bridge)).version).toBe(1);
  });

  it('keeps what another operator mapped at the same moment', async () => {
    const { bridge } = new InMemoryBridge();
    const others = { ...EXPRESS, name: 'Standard' };
    await Promise.all([
      mapName(bridge, EXPRESS, 'air', ADA, false),
      mapName(bridge, others, 'ground', ADA, false),
    ]);
    expect((await readMappings(bridge)).rows.map(({ name }) => name)).toEqual(['Express', 'Standard']);
  });

  it('reads the sales again whose orders wait for the method, and no others', async () => {
    const fake = new InMemoryBridge();
    const held = {
      status: 'On Hold',
      desired: 'held',
      hold: 'shipping-method',
      reason: 'No service.',
      released: false,
    } as const;
    for (const [number, method] of [
      ['SO-1', 'express'],
      ['SO-2', 'Standard'],
    ] as const) {
      const from = sale({ id: `id-${number}`, orderNumber: number, carrier: method });
      await seedOrder(fake, { ...held, reference: `${number}-1` }, from);
    }
    expect(await mapName(fake.bridge, EXPRESS, 'air', ADA, false)).toMatchObject({ released: 1 });
    expect(fake.saleEvents.messages).toMatchObject([{ saleId: 'id-SO-1' }]);
  });
});

describe('an order that waits for a service of its method', () => {
  it('goes on with the next reading of its sale', async () => {
    const world = new World(sale({ carrier: 'Express' }));
    const fake = new InMemoryBridge({ connections: [{ ...LANTERN, ...METHODS }] });
    const mapped = mapConnections(fake.bridge.settings.connections, fake.bridge.mappings, () => NOW);
    const read = async () => {
      world.connections = (await mapped.now()).map((one) => ({ ...one, location: sale().location }));
      await world.reconcile(world.event({ event: 'operator' }));
      return await world.order();
    };
    expect(await read()).toMatchObject({ status: 'On Hold', hold: 'shipping-method' });
    await mapName(fake.bridge, EXPRESS, 'ups_next_day_air', ADA, false);
    const order = await read();
    expect(order).toMatchObject({ status: 'Queued', released: true });
    expect(order.log.at(-1)?.what).toContain('Its shipping method has a service now.');
    expect((await world.orders.readContent(order))?.shippingMethod).toBe('ups_next_day_air');
  });
});

const LANTERN = {
  id: 'lantern',
  provider: 'shipstation-v2',
  location: 'Lantern Yard',
  warehouseId: 'se-1',
} as const;

it('mapped connections are read once in half a minute where DEAR is written to', async () => {
  const { bridge } = new InMemoryBridge();
  let clock = NOW;
  const { recent, now } = mapConnections(bridge.settings.connections, bridge.mappings, () => clock);
  await recent();
  await mapName(bridge, { ...EXPRESS, kind: 'carrier', name: 'ups' }, 'UPS', ADA, false);
  expect((await recent())[0]?.carriers).toEqual({});
  clock += 30_000;
  expect((await recent())[0]?.carriers).toEqual({ ups: 'UPS' });
  await mapName(bridge, { ...EXPRESS, kind: 'carrier', name: 'ups' }, '', ADA, false);
  expect((await now())[0]?.carriers).toEqual({});
});

/** Two sales name one method that is sent as it is, one a method that is held. */
async function seedUnmapped(fake: InMemoryBridge): Promise<void> {
  for (const [number, carrier] of [
    ['SO-1', 'Courier of Mrs Vane'],
    ['SO-2', 'courier of  mrs vane'],
    ['SO-3', 'Express'],
  ] as const) {
    const from = sale({ id: `id-${number}`, orderNumber: number, carrier });
    const held =
      carrier === 'Express' && ({ status: 'On Hold', desired: 'held', hold: 'shipping-method' } as const);
    await seedOrder(fake, { reference: `${number}-1`, ...held }, from);
  }
}

describe('bridge mappings', () => {
  const say = (line: string, fake: InMemoryBridge) => type(`mappings ${line}`, { bridge: fake.bridge });

  it('sets, lists, removes, and tells what was changed', async () => {
    const fake = new InMemoryBridge();
    const set = await say(
      "set lantern shipping-method Express 'ups_next_day_air' --unchecked --as Ada",
      fake,
    );
    expect(set).toMatchObject({ code: 0, out: 'mapped the shipping method Express to ups_next_day_air.\n' });
    expect((await say('list', fake)).out).toMatch(
      /lantern +shipping-method +Express +ups_next_day_air +- +ups/,
    );
    await say('remove lantern shipping-method express', fake);
    expect((await say('list lantern --json', fake)).json()).toMatchObject({ version: 2, mappings: [] });
    expect((await say('history --json', fake)).json()).toMatchObject([
      { version: 2, before: 'ups_next_day_air', after: '' },
      { version: 1, by: 'Ada' },
    ]);
  });

  it('lists methods of late orders that nothing maps, quoting those that hold an order', async () => {
    const fake = new InMemoryBridge();
    await seedUnmapped(fake);
    const unmapped = { connection: 'lantern', latest: expect.any(String) };
    expect((await say('list --json', fake)).json()).toMatchObject({
      unmapped: [
        { ...unmapped, method: '', orders: 2, held: 0 },
        { ...unmapped, method: 'Express', orders: 1, held: 1 },
      ],
    });
    const shown = await say('list', fake);
    expect(shown.out).not.toContain('Courier');
    expect(shown.err).toContain('--personal');
    expect((await say('list --personal', fake)).out).toMatch(/lantern +courier of +mrs vane +2 +0 +2 /i);
    expect(await fake.audit()).toMatchObject([{ what: 'read personal data: methods' }]);
  });

  it('lists no method that has been mapped since', async () => {
    const fake = new InMemoryBridge();
    await seedUnmapped(fake);
    await mapName(fake.bridge, { ...EXPRESS, name: 'COURIER of Mrs Vane' }, 'air', ADA, false);
    expect((await say('list --json', fake)).json()).toMatchObject({
      unmapped: [{ method: 'Express', orders: 1, held: 1 }],
    });
  });

  it('changes nothing with --dry-run', async () => {
    const fake = new InMemoryBridge();
    const { out } = await say('set lantern carrier ups UPS --unchecked --dry-run', fake);
    expect(out).toBe('Would have mapped the carrier ups to UPS.\n');
    expect((await readMappings(fake.bridge)).version).toBe(0);
  });

  it.each([
    ['set lantern colour a b', 2, 'Kinds: shipping-method, carrier, warehouse'],
    ['set harbour carrier a b --unchecked', 3, 'There is no connection harbour'],
  ])('refuses %s', async (line, code, message) => {
    expect(await say(line, new InMemoryBridge())).toMatchObject({
      code,
      err: expect.stringContaining(message),
    });
  });
});
