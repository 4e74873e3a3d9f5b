import { startDearSandbox } from 'dear-sandbox/dear';
import { expect, it } from 'vitest';
import { DearClient } from '../../lib/dear/client.ts';
import { isOwnedByBuiltInIntegration } from '../../lib/dear/reference.ts';
import { Rejected } from '../../lib/domain/errors.ts';
import { DearScreens } from '../../local/demo/screens.ts';

/** A location of the sandbox that belongs to DEAR's own fulfillment integration. */
const OWNED = 'Harbor Logistics';

it('DEAR’s refusal to ship from a location of its own integration is recognised', async () => {
  const credentials = { accountId: 'account', applicationKey: 'key' };
  const sandbox = await startDearSandbox({ port: 0, ...credentials });
  const client = new DearClient({ baseUrl: sandbox.url, ...credentials });
  try {
    const screens = new DearScreens(sandbox.origin);
    const { id, number } = await screens.authoriseSale({
      location: 'ShipStation Austin',
      lines: [{ sku: 'TRL-MUG-350', quantity: 1 }],
    });
    const [line] = (await client.readSale(id)).lines;
    await fetch(`${sandbox.origin}/sandbox/stock`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sku: 'TRL-MUG-350', location: OWNED, onHand: 5 }),
    });
    const { productId = '', sku = '', name = '' } = line ?? {};
    const goods = { productId, sku, name, location: OWNED, quantity: 1, batch: '', expiry: '' };
    await client.authorisePick(id, [goods]);
    await client.authorisePack(id, [{ ...goods, box: 'Box' }]);
    const ship = client.authoriseShip(id, [
      { box: 'Box', carrier: 'UPS', trackingNumbers: ['1Z'], shippedAt: '2026-02-03T00:00:00.000Z' },
    ]);
    const error = await ship.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Rejected);
    expect(error instanceof Rejected && isOwnedByBuiltInIntegration(error)).toBe(true);
    expect((await screens.sale(number)).fulfilments[0]?.ship.status).not.toBe('AUTHORISED');
  } finally {
    await client.close();
    await sandbox.close();
  }
});
