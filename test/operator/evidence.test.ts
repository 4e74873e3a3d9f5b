import { describe, expect, it } from 'vitest';
import { collectEvidence } from '../../operator/orders/evidence.ts';
import { NotFound } from '../../operator/user-errors.ts';
import { sale } from '../builders/sale.ts';
import { InMemoryBridge } from '../fakes/in-memory-bridge.ts';
import { seedOrder } from './seed.ts';

async function shipped(): Promise<InMemoryBridge> {
  const fake = new InMemoryBridge();
  const at = new Date(fake.now).toISOString();
  const upstreamMessage = 'Address 12 Orchard Mews is unknown to UPS; mailed ines@quillthread.example';
  await seedOrder(fake, {
    status: 'Failed',
    log: [{ at, by: 'lantern', what: 'lantern refused it.', upstreamMessage }],
  });
  const line = { at, level: 'INFO', event: 'order.dispatched' };
  fake.lines.push(
    { ...line, service: 'dispatch-order', fields: { reference: 'SO-00042-1', saleOrderNumber: 'SO-00042' } },
    { ...line, service: 'dispatch-order', fields: { reference: 'SO-7-1', saleOrderNumber: 'SO-7' } },
  );
  await fake.bridge.runs.save({
    job: 'collect-shipments',
    connection: 'lantern',
    doneUntil: '',
    startedAt: at,
    succeededAt: at,
    outcome: 'finished',
    counts: {},
    failure: '',
  });
  return fake;
}

describe('the evidence of a sale', () => {
  it.each(['SO-00042', 'SO-00042-1'])('holds the whole history, asked for by %s', async (what) => {
    const { bridge } = await shipped();
    expect(await collectEvidence(bridge, what)).toMatchObject({
      bridge: 'acme-test',
      sale: { saleOrderNumber: 'SO-00042' },
      orders: [{ reference: 'SO-00042-1', submission: { state: 'none' } }],
      jobs: [{ job: 'collect-shipments', outcome: 'finished' }],
      lines: [{ event: 'order.dispatched', fields: { reference: 'SO-00042-1' } }],
    });
  });

  it('holds no data of the customer', async () => {
    const { bridge } = await shipped();
    const text = JSON.stringify(await collectEvidence(bridge, 'SO-00042'));
    expect(text).toContain('is unknown to UPS');
    const { shippingAddress, customer, email, phone } = sale();
    for (const word of [shippingAddress.line1, shippingAddress.contact, customer, email, phone]) {
      expect(text).not.toContain(word);
    }
  });

  it('is refused for an unknown sale', async () => {
    await expect(collectEvidence(new InMemoryBridge().bridge, 'SO-1')).rejects.toThrow(NotFound);
  });
});
