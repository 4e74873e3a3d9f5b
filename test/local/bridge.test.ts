import { expect, it } from 'vitest';
import bridgeConfig from '../../bridge.config.ts';
import { parseSettings } from '../../lib/settings/define-config.ts';
import { startHost } from '../../local/host.ts';

/** The real stack, functions and sandboxes, as `npm start` runs them. */
it('ships a sale that is authorised in DEAR and confirms it to DEAR', async () => {
  const events: string[] = [];
  const host = await startHost({
    settings: parseSettings(bridgeConfig, 'bridge.config.ts'),
    stateDirectory: null,
    webhookCompression: 600,
    shipsByItself: { afterMs: 100 },
    onEvent: ({ message }) => events.push(message),
  });
  const answer = await fetch(`${host.urls.dearScreens}/sandbox/sales`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      location: 'ShipStation Austin',
      lines: [{ sku: 'TRL-MUG-350', quantity: 2 }],
      authorise: true,
    }),
  });
  expect(answer.status).toBe(201);
  // Each function logs what it did after it has done it, so the next one's line may come before its own.
  const steps = ['sale.reconciled', 'order.dispatched', 'shipments.collected', 'shipment.confirmed'];
  await expect.poll(() => steps.filter((step) => !events.includes(step))).toEqual([]);
  const sale = await fetch(`${host.urls.dearScreens}/sandbox/sales/${Object(await answer.json()).ID}`);
  expect(await sale.json()).toMatchObject({ CombinedShippingStatus: 'SHIPPED' });
  const dead = Object.values(await host.depths()).map((depth) => depth.dead);
  expect(dead).toEqual([0, 0, 0, 0]);
  await host.stop();
});
