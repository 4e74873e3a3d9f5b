import { describe, expect, it } from 'vitest';
import { untouchedStages } from '../../lib/domain/confirmation/confirmation-step.ts';
import { Rejected } from '../../lib/domain/errors.ts';
import { writeStep } from '../../lib/workflows/write-step.ts';
import { connection } from '../builders/connection.ts';
import { World } from './world.ts';

/** The writing of the invoice of an order, so many days after it was planned. */
async function writeInvoice(invoice: 'none' | 'authorised', days: number): Promise<World> {
  const world = new World();
  await world.reconcile();
  const order = await world.order();
  world.now += days * 86_400_000;
  const settings = connection({ invoice });
  const { dear, orders } = world;
  await writeStep(
    'invoice',
    untouchedStages(order.taskId, 'simple'),
    [{ order, packages: [], connection: settings }],
    settings,
    { dear, orders, now: () => world.now },
  );
  return world;
}

describe('an invoice', () => {
  it('is written from the stored prices', async () => {
    expect((await writeInvoice('authorised', 89)).dear.invoices).toMatchObject([{ status: 'AUTHORISED' }]);
  });

  it('whose stored prices have expired is refused with a sentence for a person', async () => {
    await expect(writeInvoice('authorised', 90)).rejects.toThrow(Rejected);
  });

  it('is not written where the connection writes none', async () => {
    expect((await writeInvoice('none', 90)).dear.invoices).toEqual([]);
  });
});
