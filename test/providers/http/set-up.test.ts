import { startWarehouseSandbox } from 'dear-sandbox/http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpDefinition } from '../../../lib/providers/http/definition.ts';

const SECRET = { signingSecret: 'the signing secret of the test' };
const NEW = { signingSecret: 'a secret that was made a moment ago' };

let sandbox: Awaited<ReturnType<typeof startWarehouseSandbox>>;

beforeAll(async () => {
  const messagesUrl = 'http://127.0.0.1:9/messages';
  sandbox = await startWarehouseSandbox({ port: 0, ...SECRET, messagesUrl });
});
afterAll(async () => {
  await sandbox.close();
});

function toAccess(secret: object, own: object = {}) {
  const connection = { id: 'warehouse', baseUrl: `${sandbox.url}/bridge`, ...own };
  return { connection, secret, now: Date.now };
}

describe('the set-up of a warehouse by contract', () => {
  it.each([
    [SECRET, 'it accepts our signature'],
    [NEW, 'it does not know the signing secret yet'],
  ])('with the secret %j finds that %s', async (secret, found) => {
    const setUp = await httpDefinition.setUp();
    expect(await setUp.verify(toAccess(secret))).toMatchObject({ found });
  });

  it('fails where the warehouse is not there', async () => {
    const setUp = await httpDefinition.setUp();
    const access = toAccess(SECRET, { baseUrl: 'http://127.0.0.1:9' });
    await expect(setUp.verify(access)).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('names the address of the messages, and no secret', async () => {
    const setUp = await httpDefinition.setUp();
    const lines = setUp.instructions({
      ...toAccess(SECRET),
      endpointsUrl: 'https://api/providers/warehouse',
    });
    expect(lines.join('\n')).toContain('https://api/providers/warehouse/messages');
    expect(lines.join('\n')).not.toContain(SECRET.signingSecret);
  });
});

describe('the check of a connected warehouse', () => {
  const check = async (secret: object, own: object) =>
    (await (await httpDefinition.setUp()).check(toAccess(secret, own))).map(({ name, ok }) => [name, ok]);

  it('reads each list that the settings rely on', async () => {
    expect(await check(SECRET, { parts: ['status', 'stock'], shipments: 'listed' })).toEqual([
      ['shipments of warehouse', true],
      ['unshipped orders of warehouse', true],
      ['stock of warehouse', true],
      ['parts of warehouse', true],
    ]);
  });

  it('fails for a list that is declared and not offered', async () => {
    const setStock = async (isStockClosed: boolean) =>
      await fetch(`${sandbox.url}/sandbox/settings`, {
        method: 'PATCH',
        body: JSON.stringify({ isStockClosed }),
      });
    await setStock(true);
    expect(await check(SECRET, { parts: ['stock'] })).toContainEqual(['stock of warehouse', false]);
    await setStock(false);
  });

  it('fails where the warehouse does not know the secret', async () => {
    expect(await check(NEW, { parts: ['stock'] })).toEqual([['signature of warehouse', false]]);
  });
});

describe('the settings of a warehouse by contract', () => {
  it.each([
    ['https://wms.example.com/bridge', true],
    ['http://127.0.0.1:9500', true],
    ['http://localhost:9500', true],
    ['sandbox', true],
    ['http://wms.example.com', false],
    ['ftp://wms.example.com', false],
    ['wms.example.com', false],
  ])('take the address %s: %s', (baseUrl, isTaken) => {
    expect(httpDefinition.settings().baseUrl.safeParse(baseUrl).success).toBe(isTaken);
  });
});
