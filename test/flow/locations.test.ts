import { afterEach, expect, it } from 'vitest';
import { MINUTE, startVirtualSystem, type VirtualSystem } from './virtual-system.ts';

const MUG = 'TRL-MUG-350';

let system: VirtualSystem | undefined;
afterEach(() => system?.stop());

/** `3PL` with a bin `East` beside the locations `3PL: East` and `3PL: West`, and mugs everywhere. */
async function start(trigger: string): Promise<VirtualSystem> {
  const started = await startVirtualSystem({
    connection: { id: 'plain', location: '3PL', trigger },
    others: [{ id: 'east', location: '3PL: East', ...{ trigger } }],
  });
  system = started;
  await started.screen('dear', 'POST', 'locations', { name: '3PL', bins: ['North'] });
  for (const name of ['3PL: East', '3PL: West']) await started.screen('dear', 'POST', 'locations', { name });
  for (const location of ['3PL', '3PL: North', '3PL: East', '3PL: West'])
    await started.screen('dear', 'PATCH', 'stock', { sku: MUG, location, onHand: 50 });
  return started;
}

async function getShippers(number: string, at: VirtualSystem): Promise<string[]> {
  const { id } = await at.dear.sale(number);
  const record = await at.sales.read(id);
  const orders = await Promise.all((record?.references ?? []).map((reference) => at.orders.read(reference)));
  return orders.map((order) => order?.connection ?? '');
}

it.each([
  ['3PL', ['plain']],
  ['3PL: East', ['east']],
  ['3PL: West', []],
])(
  'a sale at the location %s is ordered from the connection of exactly that name',
  async (location, expected) => {
    const at = await start('OrderAuthorised');
    const { number } = await at.dear.authoriseSale({ location, lines: [{ sku: MUG, quantity: 1 }] });
    await at.advance(2 * MINUTE);
    expect(await getShippers(number, at)).toEqual(expected);
  },
);

it.each([
  ['3PL: North', ['plain']],
  ['3PL: East', ['east']],
  ['3PL: West', []],
])(
  'goods picked at %s are ordered from the location that it is or is a bin of',
  async (location, expected) => {
    const at = await start('PickAuthorised');
    const { number } = await at.dear.authoriseSale({ location: '3PL', lines: [{ sku: MUG, quantity: 1 }] });
    await at.dear.click(number, 'pick', { lines: [{ sku: MUG, quantity: 1, location }] });
    await at.advance(2 * MINUTE);
    expect(await getShippers(number, at)).toEqual(expected);
    const lists = at.dearCalls().filter(({ path }) => path.includes('ref/location'));
    expect(lists.length).toBeLessThanOrEqual(1);
  },
);
