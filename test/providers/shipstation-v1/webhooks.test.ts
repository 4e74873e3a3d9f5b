import { describe, expect, it } from 'vitest';
import { shipStationV1Definition } from '../../../lib/providers/shipstation-v1/definition.ts';
import {
  shipStationV1NotificationVerifier,
  withoutToken,
  withToken,
} from '../../../lib/providers/shipstation-v1/notifications.ts';
import { openAccount, PAIR } from './account.ts';

const URL_OF_OURS = 'https://bridge.example/webhooks/providers/lantern';
const BODY = JSON.stringify({
  resource_url: 'https://ssapi6.shipstation.com/shipments?batchId=1',
  resource_type: 'SHIP_NOTIFY',
});
const token = new URL(withToken(URL_OF_OURS, PAIR)).searchParams.get('token')!;

describe('a notification of the V1 API', () => {
  const verify = (query: Record<string, string>, rawBody = BODY) =>
    shipStationV1NotificationVerifier(async () => PAIR).verify({ headers: {}, query, rawBody });

  it('is genuine with the token of the address, whatever address it names', async () => {
    expect(await verify({ token })).toEqual({ genuine: true, kind: 'SHIP_NOTIFY' });
    const elsewhere = JSON.stringify({
      resource_url: 'http://169.254.169.254/',
      resource_type: 'ITEM_SHIP_NOTIFY',
    });
    expect(await verify({ token }, elsewhere)).toEqual({ genuine: true, kind: 'ITEM_SHIP_NOTIFY' });
  });

  it.each(['Ada Lovelace, 12 Quay Road', 'x'.repeat(51)])(
    'names no kind of the form %s, as kinds are logged',
    async (resource_type) => {
      expect(await verify({ token }, JSON.stringify({ resource_type }))).toEqual({
        genuine: true,
        kind: 'unknown',
      });
    },
  );

  it.each([
    {},
    { token: '' },
    { token: token.slice(1) },
    { token: token.toUpperCase() },
    { token: `${token}x` },
    { token: new URL(withToken(URL_OF_OURS, { apiSecret: 'other' })).searchParams.get('token')! },
  ])('is refused with the query %j', async (query) => {
    expect(await verify(query)).toMatchObject({ genuine: false });
  });

  it.each(['', 'null', '[]', '{"resource_type":7}', '{"resource_type":""}', '<xml/>'])(
    'is refused with the body %j',
    async (body) => {
      expect(await verify({ token }, body)).toMatchObject({ genuine: false });
    },
  );

  it('has a token that discloses no credentials, and an address of at most 200 characters', () => {
    expect(token).toMatch(/^[0-9a-f]{32}$/);
    expect(withToken(URL_OF_OURS, PAIR).length).toBeLessThan(200);
    expect(withoutToken(withToken(URL_OF_OURS, PAIR))).toBe(URL_OF_OURS);
  });
});

describe('the set-up of a V1 account', () => {
  async function open() {
    const account = await openAccount();
    const setUp = await shipStationV1Definition.setUp();
    const connection = { id: 'lantern', baseUrl: account.url, storeId: 77002, warehouseId: 51001 };
    const access = { connection, secret: PAIR, now: account.timeline.now };
    return { ...account, setUp, access, connection };
  }

  it('verifies the key pair and offers the manual stores', async () => {
    const { setUp, access } = await open();
    expect(await setUp.verify(access)).toMatchObject({
      found: 'its account has 3 stores',
      choices: { storeId: [{ value: '77001' }, { value: '77002', title: 'Bridge' }] },
    });
    await expect(setUp.verify({ ...access, secret: { ...PAIR, apiSecret: 'x' } })).rejects.toMatchObject({
      kind: 'operator',
    });
  });

  it('finds a store that is missing or a marketplace’s, and a ship-from location that is missing', async () => {
    const { setUp, access, connection } = await open();
    const check = async (fields: object) =>
      (await setUp.check({ ...access, connection: { ...connection, ...fields } })).map(({ ok }) => ok);
    expect(await check({})).toEqual([true, true]);
    expect(await check({ storeId: 1 })).toEqual([false, true]);
    expect(await check({ storeId: 77003, warehouseId: 1 })).toEqual([false, false]);
  });

  it('registers a webhook for each event once, and replaces one with an outdated token', async () => {
    const { setUp, access, call } = await open();
    await call('POST', '/webhooks/subscribe', {
      target_url: 'https://another.example/hook',
      event: 'SHIP_NOTIFY',
    });
    await call('POST', '/webhooks/subscribe', {
      target_url: `${URL_OF_OURS}?token=old`,
      event: 'SHIP_NOTIFY',
    });
    const webhooks = setUp.openWebhooks!(access);
    const plan = await webhooks.plan([URL_OF_OURS]);
    expect(plan.map(({ event, action, now }) => [event, action, now])).toEqual([
      ['SHIP_NOTIFY', 'replace', 'its token is not that of the credentials'],
      ['FULFILLMENT_SHIPPED', 'create', ''],
    ]);
    expect(JSON.stringify(plan)).not.toContain(token);
    for (const planned of plan) await webhooks.apply(planned);
    expect((await webhooks.plan([URL_OF_OURS])).map(({ action }) => action)).toEqual(['keep', 'keep']);
    const { webhooks: there } = await call('GET', '/webhooks');
    expect(there.map(({ Url }: { Url: string }) => Url).sort()).toEqual([
      'https://another.example/hook',
      withToken(URL_OF_OURS, PAIR),
      withToken(URL_OF_OURS, PAIR),
    ]);
    await webhooks.close();
  });
});
