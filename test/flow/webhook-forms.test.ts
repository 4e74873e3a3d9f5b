import { WEBHOOK_FORMS } from 'dear-sandbox/dear';
import { afterEach, describe, expect, it } from 'vitest';
import { MINUTE, startVirtualSystem, type VirtualSystem } from './virtual-system.ts';

let system: VirtualSystem;
afterEach(async () => {
  await system?.stop();
});

async function authorise(): Promise<string> {
  const lines = [{ sku: 'TRL-MUG-350', quantity: 1 }];
  const { number } = await system.dear.authoriseSale({
    location: system.location,
    carrier: 'UPS Ground',
    lines,
  });
  return number;
}

describe.each(WEBHOOK_FORMS)('where DEAR sends its webhooks as %s', (webhookForm) => {
  it('orders a sale, and has no webhook switched off after seven', async () => {
    system = await startVirtualSystem();
    await system.screen('dear', 'PATCH', 'behaviour', { webhookForm });
    const numbers: string[] = [];
    for (let sale = 0; sale < 7; sale += 1) numbers.push(await authorise());
    await system.advance((webhookForm === 'empty' ? 20 : 3) * MINUTE);
    for (const number of numbers) {
      expect(await system.orders.read(`${number}-1`)).toMatchObject({ status: 'Shipped' });
    }
    await system.advance(90 * MINUTE);
    expect(system.count('WebhookDrift')).toBe(0);
    expect(system.count('WebhookUnreadable')).toBe(webhookForm === 'empty' ? 7 : 0);
    expect(system.deadLetters()).toBe(0);
  });
});
