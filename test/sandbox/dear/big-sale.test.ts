import { startDearSandbox } from 'dear-sandbox/dear';
import { afterEach, describe, expect, it } from 'vitest';

type Sandbox = Awaited<ReturnType<typeof startDearSandbox>>;
let sandbox: Sandbox | undefined;
afterEach(async () => sandbox?.close());

/** How much CPU the sandbox takes to authorise a sale of so many products, and to pick all of it, in µs: no other process counts. */
async function getTime(lines: number): Promise<number> {
  await sandbox?.close();
  sandbox = await startDearSandbox({ port: 0, accountId: 'a', applicationKey: 'k' });
  const { origin } = sandbox;
  const post = async (path: string, body: object) => {
    const response = await fetch(`${origin}/sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) throw new Error(await response.text());
    return response;
  };
  await post('locations', { name: 'Yard' });
  await post('products/bulk', { count: lines, prefix: 'B', location: 'Yard', onHand: 5 });
  const skus = Array.from({ length: lines }, (_, index) => `B-${String(index + 1).padStart(6, '0')}`);
  const sale = {
    location: 'Yard',
    authorise: true,
    lines: skus.map((sku) => ({ sku, quantity: 2 })),
  };
  const began = process.cpuUsage();
  await post('sales', sale);
  await post('sales/SO-00001/pick', {});
  const { user, system } = process.cpuUsage(began);
  return user + system;
}

describe('a sale of thousands of lines', () => {
  it('takes time proportional to its lines', async () => {
    await getTime(200);
    const [few, many] = [await getTime(400), await getTime(4_000)];
    // Ten times the lines: some ten times the time, and a hundred times it where each line looks at all others.
    expect(many / few).toBeLessThan(45);
  });
});
