import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getPersonalWords } from '../../lib/domain/call/personal-words.ts';
import { Calls } from '../../lib/store/calls.ts';
import { CALLS_MEASURED } from '../../operator/stack/cost-estimate.ts';
import { MINUTE, startVirtualSystem, type VirtualSystem } from './virtual-system.ts';

const SALE = { carrier: 'UPS Ground', lines: [{ sku: 'TRL-MUG-350', quantity: 2 }] };
const REFERENCE = 'SO-00001-1';

let system: VirtualSystem;
beforeAll(async () => {
  system = await startVirtualSystem();
});
afterAll(() => system?.stop());

const kept = async (owner: string) =>
  (await new Calls(system.table, 14).list(owner, system.now())).map(({ operation }) => operation).sort();
const rows = () => system.table.stored().filter(({ pk }) => pk.startsWith('CALLS#'));

describe('the calls of an order from webhook to confirmed shipment', () => {
  it('are kept: the reading for the sale, the others for the order', async () => {
    const { id } = await system.dear.authoriseSale({ location: system.location, ...SALE });
    await system.advance(2 * MINUTE);
    const [shipment] = await system.bench.ordersFor(REFERENCE);
    await system.bench.ship(shipment?.id ?? '');
    await system.advance(6 * MINUTE);
    expect(await kept(id)).toEqual(['read sale']);
    expect(await kept(REFERENCE)).toEqual([
      'authorise pack',
      'authorise pick',
      'authorise ship',
      'create shipment',
    ]);
  });

  it('cost as many write units as the estimate says', () => {
    const units = rows().map((row) => Math.ceil(Buffer.byteLength(JSON.stringify(row)) / 1024));
    expect(units.reduce((sum, one) => sum + one, 0)).toBe(CALLS_MEASURED.writeUnits);
  });

  it('have nothing of the customer', async () => {
    const order = await system.orders.read(REFERENCE);
    const content = order === null ? null : await system.orders.readContent(order);
    if (order === null || content === null) throw new Error(`${REFERENCE} is gone`);
    const calls = new Calls(system.table, 14);
    const all = [
      ...(await calls.list(REFERENCE, system.now())),
      ...(await calls.list(order.saleId, system.now())),
    ];
    const text = JSON.stringify(all).toLowerCase();
    const words = getPersonalWords(content).filter((word) => word.length > 2);
    expect(words.length).toBeGreaterThan(5);
    expect(words.filter((word) => text.includes(word.toLowerCase()))).toEqual([]);
    expect(text).toContain('trl-mug-350');
  });

  it('show what the service refused, in its own words', async () => {
    await system.screen('shipStation', 'POST', 'faults', {
      kind: 'status',
      status: 400,
      match: { method: 'POST', path: '/v2/shipments' },
    });
    await system.dear.authoriseSale({ location: system.location, ...SALE });
    await system.advance(2 * MINUTE);
    const [refused] = (await new Calls(system.table, 14).list('SO-00002-1', system.now())).filter(
      ({ method }) => method === 'POST',
    );
    expect(refused).toMatchObject({ status: 400, answer: { body: expect.stringContaining('message') } });
  });
});
