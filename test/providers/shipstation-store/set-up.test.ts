import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { DAY_MS } from '../../../lib/domain/clock.ts';
import { OperatorActionNeeded, Unavailable } from '../../../lib/domain/errors.ts';
import type { ProviderBox } from '../../../lib/domain/ports/provider-box.ts';
import { shipStationStoreDefinition } from '../../../lib/providers/shipstation-store/definition.ts';
import { shipStationStoreSettings } from '../../../lib/providers/shipstation-store/settings.ts';
import type { Listener } from '../../../local/http/http-listener.ts';
import { serveDefinition } from '../../contract/endpoint-under-test.ts';
import { inMemoryBox } from '../../fakes/in-memory-box.ts';

const SECRET = { username: 'bridge', password: 'a password of the test' };
const iso = (at: number) => new Date(at).toISOString();

let now = Date.UTC(2026, 2, 4, 9, 30);
let box: ProviderBox;
let endpoint: Listener;
beforeEach(async () => {
  now = Date.UTC(2026, 2, 4, 9, 30);
  box = inMemoryBox('store', () => now);
  const connection = { id: 'store' };
  endpoint = await serveDefinition(shipStationStoreDefinition, {
    connection,
    secret: SECRET,
    box,
    now: () => now,
  });
});
afterEach(() => endpoint.close());

async function check(changes: object = {}) {
  const setUp = await shipStationStoreDefinition.setUp();
  const access = { connection: { id: 'store' }, secret: SECRET, now: () => now };
  return setUp.check({ ...access, endpointsUrl: endpoint.url, ...changes });
}

/** A window that reaches into the present, as ShipStation asks for it. */
const fetchNow = () =>
  box.outbox.fetch({ from: iso(now), until: iso(now), precisionMs: 1, page: 1, isWithheld: () => false });

describe('the check of a store', () => {
  it('says what to enter in ShipStation, without a password, until it has fetched orders', async () => {
    const [served, fetches] = await check();
    expect(served).toMatchObject({ ok: true, name: 'store of store' });
    expect(fetches).toMatchObject({ ok: false, found: 'ShipStation has never fetched orders' });
    expect(fetches?.next).toContain(`${endpoint.url}/store`);
    expect(fetches?.next).toContain('Username: bridge');
    expect(fetches?.next).toContain('paid → paid');
    expect(fetches?.next).not.toContain(SECRET.password);
  });

  it('says the words of the settings for the five statuses', async () => {
    const connection = { id: 'store', statuses: { paid: 'Ready', onHold: 'Waiting' } };
    const [, fetches] = await check({ connection });
    expect(fetches?.next).toContain(
      'unpaid → unpaid, paid → Ready, shipped → shipped, cancelled → cancelled, on hold → Waiting',
    );
  });

  it.each([
    [{ paid: 'Open', onHold: 'Open' }, 'must be five different words'],
    [{ paid: 'cancelled' }, 'must be five different words'],
    [{ paid: 'Ready, Open' }, 'must have no comma'],
    [{ paid: 'Ready]]>' }, 'must have no comma and no ]'],
  ])('has no statuses such as %j, which ShipStation could not tell apart or read', (statuses, problem) => {
    const { error } = z.object(shipStationStoreSettings()).safeParse({ statuses });
    expect(error?.issues.map(({ message }) => message)).toEqual([expect.stringContaining(problem)]);
  });

  it('does not count as a fetch itself', async () => {
    await check();
    expect(await box.outbox.lastFetchedAt()).toBeNull();
  });

  it('says when ShipStation last fetched orders, and warns after a day', async () => {
    await fetchNow();
    now += DAY_MS - 1;
    expect((await check())[1]).toMatchObject({ ok: true, found: 'ShipStation last fetched orders 23 h ago' });
    now += 1;
    const [, late] = await check();
    expect(late).toMatchObject({ ok: false, found: 'ShipStation last fetched orders 1 d ago' });
    expect(late?.next).toContain('import by hand');
  });

  it('lists each notice that a person has to look at', async () => {
    await box.inbox.addProblem('1Z1', 'A notice is for 999, which was not served.');
    const [, , notice] = await check();
    expect(notice).toMatchObject({
      ok: false,
      found: '2026-03-04T09:30: A notice is for 999, which was not served.',
    });
  });

  it('throws OperatorActionNeeded where the stored pair is not the one that is served', async () => {
    const secret = { ...SECRET, password: 'another password of 16' };
    await expect(check({ secret })).rejects.toBeInstanceOf(OperatorActionNeeded);
  });

  it('throws Unavailable where nothing answers', async () => {
    await endpoint.close();
    await expect(check()).rejects.toBeInstanceOf(Unavailable);
  });

  it('is left out before the first deployment', async () => {
    expect(await check({ endpointsUrl: '' })).toEqual([]);
  });
});
