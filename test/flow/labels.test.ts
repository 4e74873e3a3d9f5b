import { afterEach, describe, expect, it } from 'vitest';
import { requestLabel, requestVoid } from '../../lib/domain/label/order-label.ts';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import { EXHAUSTIVE } from '../builders/exhaustive.ts';
import { Killer } from './virtual/killer.ts';
import { MINUTE, startVirtualSystem, type VirtualSystem } from './virtual-system.ts';

let system: VirtualSystem;
afterEach(async () => {
  await system?.stop();
});

const MUG = { sku: 'TRL-MUG-350', quantity: 2 };

interface SandboxLabel {
  readonly label_id: string;
  readonly voided: boolean;
  readonly service_code: string;
  readonly tracking_number: string;
}

async function start(shippingService: object, killer?: Killer): Promise<string> {
  const connection = { shippingService };
  system = await startVirtualSystem({ connection, ...(killer !== undefined && { killer }) });
  const { number } = await system.dear.authoriseSale({
    location: system.location,
    carrier: 'UPS Ground',
    lines: [MUG],
  });
  await system.advance(2 * MINUTE);
  return `${number}-1`;
}

async function readOrder(reference: string): Promise<FulfillmentOrder> {
  const order = await system.orders.read(reference);
  if (order === null) throw new Error(`There is no order ${reference}`);
  return order;
}

async function labels(): Promise<readonly SandboxLabel[]> {
  const answer = await system.screen('shipStation', 'GET', 'labels');
  return (answer as { labels: SandboxLabel[] }).labels;
}

/** What an operator does: the request is stored, and the order is queued. */
async function request(
  reference: string,
  change: (order: FulfillmentOrder) => FulfillmentOrder,
): Promise<void> {
  await system.orders.save(change(await readOrder(reference)));
  await system.queueOrder(reference);
}
const buy = (reference: string, service: string) =>
  request(reference, (order) => requestLabel(order, service, 'Ada', system.now()));

/** Names of the files that are attached to the sale in DEAR. */
async function attached(reference: string): Promise<readonly string[]> {
  const { saleId } = await readOrder(reference);
  return (await system.client.listAttachments(saleId)).map(({ fileName }) => fileName);
}

async function shipStatus(reference: string): Promise<string | undefined> {
  const sale = await system.client.readSale((await readOrder(reference)).saleId);
  return sale.fulfilments[0]?.ship.status;
}

describe('a label that a person buys', () => {
  it('is bought, shown in DEAR as a shipment, and attached to the sale, once each', async () => {
    const reference = await start({});
    await buy(reference, 'usps_priority_mail');
    await system.advance(30 * MINUTE);
    const [label, ...others] = await labels();
    expect(others).toEqual([]);
    expect(label).toMatchObject({ service_code: 'usps_priority_mail', voided: false });
    const order = await readOrder(reference);
    expect(order.packages).toMatchObject([
      { id: `label:${label!.label_id}`, trackingNumbers: [label!.tracking_number] },
    ]);
    expect(order.confirmation.state).toBe('confirmed');
    expect(await shipStatus(reference)).toBe('AUTHORISED');
    expect(await attached(reference)).toEqual([`${reference} label ${label!.label_id}.pdf`]);
    const [pdf] = [...system.labelFiles.files.values()];
    expect(Buffer.from(pdf!).subarray(0, 4).toString()).toBe('%PDF');
  });

  it('is found at ShipStation after its answer was lost, and not bought again', async () => {
    const reference = await start({});
    await system.screen('shipStation', 'POST', 'faults', {
      kind: 'timeout-after',
      match: { method: 'POST', path: '/v2/labels/' },
    });
    await buy(reference, 'ups_ground');
    await system.advance(30 * MINUTE);
    expect(await labels()).toHaveLength(1);
    expect((await readOrder(reference)).postage?.label).toMatchObject({
      state: 'bought',
      document: 'attached',
    });
  });

  it('is bought again only after the settling time, where the purchase never arrived', async () => {
    const reference = await start({});
    await system.screen('shipStation', 'POST', 'faults', {
      kind: 'status',
      status: 502,
      body: 'Bad gateway',
      match: { method: 'POST', path: '/v2/labels/' },
    });
    await buy(reference, 'ups_ground');
    await system.advance(MINUTE);
    expect(await labels()).toHaveLength(0);
    expect((await readOrder(reference)).postage?.label).toMatchObject({ state: 'unknown', attempt: 1 });
    await system.advance(30 * MINUTE);
    expect(await labels()).toHaveLength(1);
    expect((await readOrder(reference)).postage?.label).toMatchObject({ state: 'bought', attempt: 2 });
  });

  it('is adopted once ShipStation shows it, while its lists are late', async () => {
    const reference = await start({});
    await system.screen('shipStation', 'PATCH', 'settings', { labelLagMs: 20 * MINUTE });
    await system.screen('shipStation', 'POST', 'faults', {
      kind: 'timeout-after',
      match: { method: 'POST', path: '/v2/labels/' },
    });
    await buy(reference, 'ups_ground');
    await system.advance(15 * MINUTE);
    expect(await labels()).toHaveLength(1);
    expect((await readOrder(reference)).postage?.label?.state).toBe('unknown');
    await system.advance(30 * MINUTE);
    expect(await labels()).toHaveLength(1);
    expect((await readOrder(reference)).postage?.label?.state).toBe('bought');
    expect(await shipStatus(reference)).toBe('AUTHORISED');
  });

  it.each([
    ['the balance is too low', { balances: { 'se-2001': 1 } }, null, 'insufficient_funds'],
    ['the address cannot be delivered to', {}, 'invalid_address', 'invalid_address'],
  ])('waits for a person where %s, with the reason in its log', async (_, settings, code, logged) => {
    const reference = await start({});
    await system.screen('shipStation', 'PATCH', 'settings', settings);
    if (code !== null) {
      const match = { method: 'POST', path: '/v2/labels/' };
      await system.screen('shipStation', 'POST', 'faults', { kind: 'status', status: 400, code, match });
    }
    await buy(reference, 'ups_ground');
    await system.advance(30 * MINUTE);
    expect(await labels()).toHaveLength(0);
    const waiting = await Array.fromAsync(system.orders.listWaiting('label'));
    expect(waiting.map((order) => order.reference)).toEqual([reference]);
    expect(waiting[0]!.reason).toContain('No label was bought.');
    expect(waiting[0]!.log.at(-1)).toMatchObject({ code: logged });
    expect(system.deadLetters()).toBe(0);

    await system.screen('shipStation', 'PATCH', 'settings', { balances: {} });
    await buy(reference, 'ups_ground');
    await system.advance(30 * MINUTE);
    expect(await labels()).toHaveLength(1);
    expect(await Array.fromAsync(system.orders.listWaiting('label'))).toEqual([]);
  });

  it('waits for a person where the service is not offered, and names those that are', async () => {
    const reference = await start({});
    await buy(reference, 'ups_by_balloon');
    await system.advance(5 * MINUTE);
    expect((await readOrder(reference)).reason).toContain("no rate of the service 'ups_by_balloon'");
    expect((await readOrder(reference)).reason).toContain('usps_ground_advantage');
  });

  it('is voided, and another is bought; DEAR shows the second as the only shipment', async () => {
    const reference = await start({ attachLabel: false });
    // Nothing is confirmed before the void: DEAR does not take a shipment back.
    await system.screen('dear', 'POST', 'faults', {
      kind: 'refuse-429',
      times: 40,
      match: { path: 'sale/fulfilment' },
    });
    await buy(reference, 'ups_ground');
    await system.advance(MINUTE);
    await request(reference, (order) => requestVoid(order, 'Ada', system.now()));
    await system.advance(MINUTE);
    expect((await readOrder(reference)).packages).toEqual([]);
    expect((await readOrder(reference)).postage?.label?.state).toBe('voided');
    await buy(reference, 'usps_ground_advantage');
    await system.advance(180 * MINUTE);
    const all = await labels();
    expect(all.map(({ voided }) => voided)).toEqual([true, false]);
    const order = await readOrder(reference);
    expect(order.packages.map(({ trackingNumbers }) => trackingNumbers)).toEqual([[all[1]!.tracking_number]]);
    expect(order.confirmation.state).toBe('confirmed');
  });

  it('is removed from the sale in DEAR after it was voided, so that it is not printed', async () => {
    const reference = await start({});
    await buy(reference, 'ups_ground');
    await system.advance(10 * MINUTE);
    expect(await attached(reference)).toHaveLength(1);
    // The first answer is lost, so the removal is tried again.
    await system.screen('dear', 'POST', 'faults', {
      kind: 'timeout-after',
      match: { method: 'DELETE', path: 'sale/attachment' },
    });
    await request(reference, (order) => requestVoid(order, 'Ada', system.now()));
    await system.advance(30 * MINUTE);
    expect(await attached(reference)).toEqual([]);
    await buy(reference, 'fedex_2day');
    await system.advance(30 * MINUTE);
    // Another one at once, before the document of the second is removed.
    await request(reference, (order) => requestVoid(order, 'Ada', system.now()));
    await system.advance(1);
    await buy(reference, 'ups_ground');
    await system.advance(30 * MINUTE);
    expect(await attached(reference)).toEqual([
      `${reference} label ${(await labels()).at(-1)!.label_id}.pdf`,
    ]);
    expect(await shipStatus(reference)).toBe('AUTHORISED');
  });

  it.each([
    ['the answer is lost', { kind: 'timeout-after' }, 1, 'attached'],
    ['the call is lost', { kind: 'timeout-before' }, 1, 'attached'],
    [
      'DEAR refuses it',
      { kind: 'status', status: 400, body: { ErrorCode: 400, Exception: 'Too large' } },
      0,
      'unattached',
    ],
  ])(
    'is attached once or not at all where %s, and its shipment is confirmed',
    async (_, fault, files, document) => {
      const reference = await start({});
      await system.screen('dear', 'POST', 'faults', {
        ...fault,
        match: { method: 'POST', path: 'sale/attachment' },
      });
      await buy(reference, 'ups_ground');
      await system.advance(60 * MINUTE);
      expect(await attached(reference)).toHaveLength(files);
      const { postage, confirmation } = await readOrder(reference);
      expect([postage?.label?.document, confirmation.state]).toEqual([document, 'confirmed']);
    },
  );

  it('is voided for a sale that was voided in DEAR, and the order is then cancelled at ShipStation', async () => {
    const reference = await start({});
    await buy(reference, 'ups_ground');
    await system.advance(MINUTE);
    await system.dear.click(reference.replace(/-1$/, ''), 'void');
    await system.advance(20 * MINUTE);
    expect((await readOrder(reference)).status).toBe('Shipped');
    await request(reference, (order) => requestVoid(order, 'Ada', system.now()));
    await system.advance(20 * MINUTE);
    expect((await labels()).map(({ voided }) => voided)).toEqual([true]);
    const [there] = await system.bench.ordersFor(reference);
    expect([there!.isCancelled, (await readOrder(reference)).status]).toEqual([true, 'Cancelled']);
  });

  it('stays where its carrier has scanned it, and the order says why it was not voided', async () => {
    const reference = await start({});
    await buy(reference, 'ups_ground');
    await system.advance(10 * MINUTE);
    const [label] = await labels();
    await system.screen('shipStation', 'POST', `labels/${label!.label_id}/scan`, { status: 'in_transit' });
    await request(reference, (order) => requestVoid(order, 'Ada', system.now()));
    await system.advance(MINUTE);
    const order = await readOrder(reference);
    expect(order.postage?.label?.state).toBe('bought');
    expect(order.reason).toContain('does not take the label back');
    expect(order.log.at(-1)).toMatchObject({ code: 'label_already_used' });
    expect(order.packages).toHaveLength(1);
  });
});

describe('a label that a rule buys', () => {
  it.each([
    ['the cheapest', { buy: 'cheapest' }, 'usps_ground_advantage'],
    ['the cheapest within days', { buy: 'cheapest', withinDays: 2 }, 'fedex_2day'],
    [
      'the fastest of those allowed',
      { buy: 'fastest', services: ['fedex_2day', 'ups_ground'] },
      'fedex_2day',
    ],
  ])('is %s', async (_, rules, service) => {
    const reference = await start(rules);
    await system.advance(30 * MINUTE);
    expect((await labels()).map(({ service_code }) => service_code)).toEqual([service]);
    expect(await shipStatus(reference)).toBe('AUTHORISED');
  });

  it('waits for a person where no rate arrives in time', async () => {
    const reference = await start({ buy: 'cheapest', withinDays: 1, services: ['ups_ground'] });
    await system.advance(MINUTE);
    expect((await readOrder(reference)).reason).toContain('within 1 day');
    expect(await labels()).toHaveLength(0);
  });

  it('is not bought again after it was voided', async () => {
    const reference = await start({ buy: 'cheapest' });
    await request(reference, (order) => requestVoid(order, 'Ada', system.now()));
    await system.advance(60 * MINUTE);
    expect((await labels()).map(({ voided }) => voided)).toEqual([true]);
    expect((await readOrder(reference)).postage?.label?.state).toBe('voided');
  });

  it('is not bought by a person at the same moment', async () => {
    const reference = await start({});
    const before = await readOrder(reference);
    await system.orders.save(requestLabel(before, '', 'rule', system.now()));
    const second = system.orders.save(requestLabel(before, 'ups_ground', 'Ada', system.now()));
    await expect(second).rejects.toThrow('was changed by someone else');
  });

  it('costs DEAR one call more than a label that the staff of the service buy', async () => {
    const counted = async (rules: object | null) => {
      const connection = { shippingService: rules };
      system = await startVirtualSystem({ connection });
      const { number } = await system.dear.authoriseSale({ location: system.location, lines: [MUG] });
      await system.advance(2 * MINUTE);
      if (rules === null) {
        const [{ id } = { id: '' }] = await system.bench.ordersFor(`${number}-1`);
        await system.bench.ship(id);
      }
      await system.advance(30 * MINUTE);
      expect((await readOrder(`${number}-1`)).confirmation.state).toBe('confirmed');
      const calls = system.dearCalls().filter(({ path }) => path.startsWith('sale'));
      await system.stop();
      return calls.map(({ method, path }) => `${method} ${path}`);
    };
    const byStaff = await counted(null);
    const byRule = await counted({ buy: 'cheapest' });
    expect(byRule.filter((call) => !byStaff.includes(call))).toEqual(['POST sale/attachment']);
  });
});

describe('a process that is killed while a label is bought', () => {
  it.each([
    ['refuses', false],
    ['sells', true],
  ])(
    'leaves one label, shipment and attachment at whichever await it dies, where ShipStation %s a second label',
    EXHAUSTIVE,
    async (_, severalLabels) => {
      const killer = new Killer();
      const play = async (killAt: number | null) => {
        const reference = await start({}, killer);
        await system.screen('shipStation', 'PATCH', 'settings', { severalLabels });
        killer.arm(killAt);
        await buy(reference, 'ups_ground');
        await system.advance(90 * MINUTE);
        const { postage, confirmation, packages } = await readOrder(reference);
        const ended = {
          labels: (await labels()).length,
          state: postage?.label?.state,
          document: postage?.label?.document,
          packages: packages.length,
          confirmation: confirmation.state,
          ship: await shipStatus(reference),
          attachments: (await attached(reference)).length,
          parked: system.deadLetters(),
        };
        await system.stop();
        return ended;
      };
      const expected = {
        labels: 1,
        state: 'bought',
        document: 'attached',
        packages: 1,
        confirmation: 'confirmed',
        ship: 'AUTHORISED',
        attachments: 1,
        parked: 0,
      };
      expect(await play(null)).toEqual(expected);
      const awaits = killer.passed;
      expect(awaits).toBeGreaterThan(15);
      for (let killAt = 1; killAt <= awaits; killAt += 1) {
        expect({ killAt, ...(await play(killAt)) }).toEqual({ killAt, ...expected });
      }
    },
  );
});
