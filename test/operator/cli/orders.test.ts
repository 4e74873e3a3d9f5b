import { describe, expect, it } from 'vitest';
import { sale } from '../../builders/sale.ts';
import { InMemoryBridge } from '../../fakes/in-memory-bridge.ts';
import { breakOrder, seedOrder, seedSale } from '../seed.ts';
import { type } from './session.ts';

const REFERENCE = 'SO-00042-1';
const incomplete = sale({ shippingAddress: { ...sale().shippingAddress, city: '', displayLine2: '' } });

async function session(overrides = {}, from = sale()) {
  const fake = new InMemoryBridge();
  await seedOrder(fake, overrides, from);
  const now = () => fake.now;
  return { fake, say: (line: string) => type(line, { bridge: fake.bridge, now }) };
}

describe('an order or a sale that was typed otherwise', () => {
  it.each(['42', '#42', 'so-00042', 'SO-00042', 'sale-42'])(
    'sale show finds the sale by %s',
    async (typed) => {
      const fake = new InMemoryBridge();
      await seedSale(fake, sale({ id: 'sale-42', orderNumber: 'SO-00042' }));
      expect(await type(`sale show '${typed}'`, { bridge: fake.bridge })).toMatchObject({
        code: 0,
        out: expect.stringMatching(/^SO-00042 /),
      });
    },
  );

  it('sale show names the sales of digits that several have', async () => {
    const fake = new InMemoryBridge();
    for (const orderNumber of ['SO-00042', 'SX-00042'])
      await seedSale(fake, sale({ id: orderNumber, orderNumber }));
    const { code, err } = await type('sale show 42', { bridge: fake.bridge });
    expect(code).toBe(1);
    expect(err).toMatch(/SO-00042, SX-00042|SX-00042, SO-00042/);
  });

  it.each([
    ['SO-00078', 'bridge sale show SO-00078'],
    ['SO-00078-3', 'bridge sale show SO-00078'],
    ['nonsense', 'bridge sale show SO-00042'],
  ])('orders show %s, which has no order, advises: %s', async (typed, advice) => {
    const { code, err } = await type(`orders show ${typed}`, { bridge: new InMemoryBridge().bridge });
    expect(code).toBe(3);
    expect(err).toMatch(new RegExp(`${advice}$`, 'm'));
  });

  it('an unknown command names those of its group', async () => {
    const { code, err } = await type('sale list');
    expect(code).toBe(2);
    expect(err).toContain('Commands of sale: show, ignored, reconcile');
  });
});

describe('bridge orders list', () => {
  it.each([
    ['orders list --waiting goods --csv', 'List them: bridge orders list --waiting goods'],
    ['orders list --waiting goods --channel eBay', 'List them: bridge orders list --waiting goods'],
    ['orders list --waiting goods --connection lantern', 'List them: bridge orders list --waiting goods'],
    ['orders list --waiting goods --since 7d --json', 'List them: bridge orders list --waiting goods'],
    ['orders list --personal', '--personal is only for --csv'],
    ['orders list --csv --limit 5', "cannot be used with option '--limit <count>'"],
    ['orders list --find SO-00042 --since 7d', "cannot be used with option '--since <when>'"],
    ['orders list --find SO-00042 --channel eBay', "cannot be used with option '--channel <names>'"],
  ])('refuses an option that the list would ignore: %s', async (line, why) => {
    const { say } = await session();
    const { code, out, err } = await say(line);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(why);
  });

  it('prints a row for each order, and how many on stderr', async () => {
    const { say } = await session();
    const { code, out, err } = await say('orders list');
    expect([code, err]).toEqual([0, '1 order.\n']);
    expect(out).toBe(
      [
        'ORDER       STATUS  WAITS FOR   CONNECTION  CHANNEL  MADE (UTC)        WHY',
        'SO-00042-1  Queued  submission  lantern              2026-02-03T09:00  Waiting to be sent.',
        '',
      ].join('\n'),
    );
  });

  it('says on stderr which order cannot be read, and lists the others', async () => {
    const { fake, say } = await session();
    await breakOrder(fake, await seedOrder(fake, {}, sale({ id: 'sale-43', orderNumber: 'SO-00043' })));
    const { code, err, json } = await say('orders list --json');
    expect(json()).toMatchObject({ orders: [{ reference: REFERENCE }], more: false });
    expect(err).toBe('Left out: The stored order SO-00043-1 cannot be read: packages\n');
    expect(code).toBe(0);
  });

  it('prints JSON with --json', async () => {
    const { say } = await session();
    expect((await say('orders list --json')).json()).toMatchObject({
      orders: [{ reference: REFERENCE, status: 'Queued', waitingFor: 'submission' }],
      more: false,
    });
  });

  it.each([
    ['orders list --waiting', [REFERENCE]],
    ['orders list --waiting hold,failed', []],
    ['orders list --status queued --since 7d', [REFERENCE]],
    ['orders list --until 1h', []],
    ['orders list --since today', [REFERENCE]],
    ['orders list --since yesterday --until today', []],
    ['orders list --connection lantern', [REFERENCE]],
    ['orders list --find SO-00042', [REFERENCE]],
    ['orders list --find nothing', []],
    ['orders list --waiting --until 1h', []],
    ['orders list --waiting --channel eBay', []],
    ['orders list --waiting hold --sort oldest', []],
    ['orders list --find SO-00042 --page 2', []],
  ])('lists the right orders: %s', async (line, expected) => {
    const { say } = await session();
    const { orders } = Object((await say(`${line} --json`)).json());
    expect(orders.map(({ reference }: { reference: string }) => reference)).toEqual(expected);
  });

  it.each([
    ['orders list --waiting nothing', 'Allowed choices are submission'],
    ['orders list --status Sent', 'Allowed choices are Queued'],
    ['orders list --since tomorrow', 'It has to be a moment; for example: 24h'],
    ['orders list --limit none', 'It has to be a whole number from 1 on'],
    ['orders list --find SO-1 --waiting', 'cannot be used with option'],
    ['orders close SO-00042-1', "required option '--rest <what>' not specified"],
    ['orders close SO-00042-1 --rest burn', 'Allowed choices are reorder, drop'],
    ['orders list --stack acme-prod --state-dir .local', 'cannot be used with option'],
    ['orders edit SO-00042-1 --state OK', 'the state of an address is --state-or-province'],
  ])("refuses '%s' and says what is allowed", async (line, message) => {
    const { say } = await session();
    const { code, out, err } = await say(line);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });

  it('says that there are more than its limit', async () => {
    const { fake, say } = await session();
    await seedOrder(fake, { reference: 'SO-2-1' }, sale({ id: 'another', orderNumber: 'SO-2' }));
    expect((await say('orders list --limit 1')).err).toContain('There are more.');
  });
});

describe('bridge orders show', () => {
  it('shows the state of the order, its reason and the allowed actions', async () => {
    const { say } = await session({}, incomplete);
    const { code, out } = await say(`orders show ${REFERENCE}`);
    expect(code).toBe(0);
    expect(out).toContain('SO-00042-1  On Hold  lantern');
    expect(out).toContain('Allowed now: cancel, edit, ship');
    expect(out).toContain('method    as the sale names it, which is not mapped');
    expect(out).not.toContain('Orchard');
    const personal = (await say(`orders show ${REFERENCE} --personal`)).out;
    expect(personal).toContain('12 Orchard Mews');
    expect(personal).toContain('method    UPS Ground, which is not mapped');
  });

  it('records who read an address, and nothing else that was read', async () => {
    const { fake, say } = await session();
    await say(`orders show ${REFERENCE}`);
    await say('orders show SO-9-9 --personal');
    expect(await fake.audit()).toEqual([]);
    await say('orders show SO-00042 --personal');
    const entry = { by: 'Ada', what: 'read personal data: address', about: REFERENCE };
    expect(await fake.audit()).toEqual([entry]);
  });

  it('shows no address where the reading cannot be recorded', async () => {
    const { fake, say } = await session();
    fake.bridge.audit.add = () => Promise.reject(new Error('The table cannot be reached'));
    const { code, out } = await say(`orders show ${REFERENCE} --personal`);
    expect(code).not.toBe(0);
    expect(out).not.toContain('Orchard');
  });

  it('removes control characters from what a provider wrote', async () => {
    const at = '2026-02-03T09:00:00.000Z';
    const { say } = await session({
      log: [{ at, by: 'lantern', what: 'Refused.', upstreamMessage: '\u001B[2J\ngone' }],
    });
    const { out } = await say(`orders show ${REFERENCE}`);
    expect(out).toContain('Refused. “ gone”');
    expect(out).not.toContain('\u001B');
  });

  it('shows the order of a sale by its number, with its address where personal data is asked for', async () => {
    const { say } = await session();
    const { out } = await say('orders show SO-00042 --personal');
    expect(out).toContain(REFERENCE);
    expect(out).toContain('12 Orchard Mews');
    expect((await say('orders show SO-00042')).out).not.toContain('Orchard');
  });

  it('names the command that finds the orders of a sale, for an unknown order', async () => {
    const { say } = await session();
    const { code, out, err } = await say('orders show SO-00099');
    expect([code, out]).toEqual([3, '']);
    expect(err).toContain('bridge sale show SO-00099');
  });
});

describe('an action on an order', () => {
  it.each([
    ['process', { released: false }, 'Queued'],
    ['hold', {}, 'On Hold'],
    ['ship', { status: 'On Hold', hold: 'payment', desired: 'held' }, 'Queued'],
    ['cancel', { status: 'On Hold', hold: 'payment', desired: 'held' }, 'Cancelled'],
    ['void', {}, 'Cancelled'],
    ['retry', { status: 'Failed' }, 'Queued'],
  ])('%s is recorded under the name of --as', async (action, overrides, status) => {
    const { fake, say } = await session(overrides);
    expect((await say(`orders ${action} ${REFERENCE} --as Ada --json`)).json()).toMatchObject({ status });
    expect(await fake.bridge.orders.read(REFERENCE)).toMatchObject({ status });
    expect(await fake.audit()).toMatchObject([{ by: 'Ada', about: REFERENCE }]);
  });

  it('changes nothing with --dry-run', async () => {
    const { fake, say } = await session();
    const { out, err } = await say(`orders void ${REFERENCE} --dry-run`);
    expect(out).toContain('SO-00042-1  Cancelled');
    expect(err).toContain('Nothing was done');
    expect(await fake.bridge.orders.read(REFERENCE)).toMatchObject({ status: 'Queued' });
  });

  it('names the allowed actions when it is refused', async () => {
    const { say } = await session();
    const { code, err } = await say(`orders retry ${REFERENCE}`);
    expect(code).toBe(1);
    expect(err).toContain('Allowed: void, edit, process, hold.');
  });

  it('edit corrects the address, and ship then releases the order', async () => {
    const { fake, say } = await session({}, incomplete);
    expect((await say(`orders edit ${REFERENCE} --city Austin --email new@example.com`)).code).toBe(0);
    const order = await fake.bridge.orders.read(REFERENCE);
    expect(await fake.bridge.orders.readContent(order!)).toMatchObject({
      email: 'new@example.com',
      shipTo: { city: 'Austin', line1: '12 Orchard Mews' },
    });
    expect((await say(`orders ship ${REFERENCE}`)).code).toBe(0);
    expect(fake.fulfillment.messages).toEqual([{ reference: REFERENCE }]);
  });

  it('edit without an option is refused', async () => {
    const { say } = await session();
    expect(await say(`orders edit ${REFERENCE}`)).toMatchObject({ code: 2, out: '' });
  });
});

describe('an act on many orders', () => {
  const held = { status: 'On Hold', hold: 'payment', desired: 'held' } as const;

  it('shows what it would do with --dry-run, and does nothing', async () => {
    const { fake, say } = await session(held);
    const { out, err } = await say('orders release --reason payment --dry-run');
    expect(out).toMatch(/release +1 +SO-00042-1/);
    expect(err).toContain('Nothing was done');
    expect(fake.fulfillment.messages).toEqual([]);
  });

  it('queues each order after a yes, and shows how far it is', async () => {
    const { fake, say } = await session(held);
    const started = (await say(`orders release ${REFERENCE} SO-9-1 --yes --json`)).json();
    expect(started).toMatchObject({
      references: [REFERENCE],
      leftOut: [{ reference: 'SO-9-1' }],
      started: true,
    });
    const { id } = started as { id: string };
    expect(fake.fulfillment.messages).toEqual([{ reference: REFERENCE, act: id }]);
    expect((await say(`orders bulk ${id}`)).out).toContain('0 of 1 done, 0 left out, 1 waiting');
  });

  it.each([
    ['orders release', 'Name orders, or describe them with options'],
    [`orders retry ${REFERENCE} --channel eBay`, 'Name the orders, or describe them with options'],
    ['orders release --reason LOST', 'There is no reason LOST. Reasons: '],
  ])('is refused as %s', async (line, why) => {
    const { say } = await session();
    const { code, err } = await say(line);
    expect([code, err]).toEqual([2, expect.stringContaining(why)]);
  });
});

describe('bridge sale', () => {
  it('show prints its outcome and its orders', async () => {
    const { say } = await session();
    const { out } = await say('sale show SO-00042');
    expect(out).toContain('SO-00042  ordered  lantern ships it.');
    expect(out).toContain('SO-00042-1  Queued  Waiting to be sent.');
  });

  it('show says of a voided sale that it was voided, and how far its cancellation came', async () => {
    const { fake, say } = await session();
    const gone = sale({ id: 'gone', orderNumber: 'SO-9' });
    await seedOrder(fake, { reference: 'SO-9-1', status: 'Cancelled', withdrawn: true }, gone);
    const stored = await fake.bridge.sales.findByNumber('SO-9');
    if (stored === null) throw new Error('The sale was not stored.');
    await fake.bridge.sales.save({ ...stored, reason: 'The sale was voided in DEAR.' }, stored);
    const { out } = await say('sale show SO-9');
    expect(out).toContain('SO-9  voided  The sale was voided in DEAR.');
    expect(out).toContain('SO-9-1  Cancelled (never sent)');
    expect((await say('orders list --since 9999d --status Cancelled')).out).toContain(
      'Cancelled (never sent)',
    );
  });

  it('show prints why a sale was ignored', async () => {
    const { fake, say } = await session();
    await seedSale(fake, sale({ id: 'ignored', orderNumber: 'SO-8' }));
    expect((await say('sale show SO-8')).out).toContain(
      'SO-8  ignored  No connection ships from its location.',
    );
  });

  it('reconcile queues the sale to be read again, and nothing with --dry-run', async () => {
    const { fake, say } = await session();
    const tried = await say('sale reconcile SO-00042 --dry-run');
    expect(fake.saleEvents.messages).toEqual([]);
    expect(tried.err).toBe('');
    const done = await say('sale reconcile SO-00042 --as Ada');
    expect(done.err).toContain('bridge sale show SO-00042');
    expect(fake.saleEvents.messages).toMatchObject([{ saleId: sale().id, event: 'operator' }]);
    expect(await fake.audit()).toMatchObject([{ by: 'Ada', about: 'SO-00042' }]);
  });
});
