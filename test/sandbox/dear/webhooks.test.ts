import { expect, test } from 'vitest';
import { play, subscription } from './play.ts';

const URL = 'https://hooks.example.test/dear';

test('a webhook never returns its bearer token, and a replacement without one removes it', async () => {
  const { api } = await play();
  const made = (await api('POST', 'webhooks', subscription(URL))).json.Webhooks[0];
  expect(made).toMatchObject({ Type: 'Sale/OrderAuthorised', IsActive: true, ExternalBearerToken: '' });
  const { ExternalBearerToken: _, ...rest } = subscription(`${URL}/2`);
  expect((await api('PUT', 'webhooks', { ...rest, ID: made.ID.toUpperCase() })).status).toBe(200);
  const listed = (await api('GET', 'webhooks')).json.Webhooks;
  expect(listed).toMatchObject([{ ID: made.ID, ExternalURL: `${URL}/2`, ExternalBearerToken: '' }]);
  expect((await api('DELETE', `webhooks?ID=${made.ID}`)).json).toEqual({ Webhooks: [] });
});

test('refuses a sixth webhook of a type', async () => {
  const { api } = await play();
  for (let n = 0; n < 5; n += 1) expect((await api('POST', 'webhooks', subscription(URL))).status).toBe(200);
  expect((await api('POST', 'webhooks', subscription(URL))).status).toBe(400);
  expect((await api('POST', 'webhooks', subscription(URL, 'Sale/Voided'))).status).toBe(200);
});

test.each([
  ['a type it does not have', subscription(URL, 'Sale/Edited')],
  ['no address', subscription('')],
  ['bearer authorization without a token', subscription(URL, 'Sale/Undo', { ExternalBearerToken: null })],
  [
    'basic authorization without a name',
    subscription(URL, 'Sale/Undo', { ExternalAuthorizationType: 'basicauth' }),
  ],
])('refuses %s', async (_, body) => {
  const { api } = await play();
  expect((await api('POST', 'webhooks', body)).status).toBe(400);
});

test('refuses to replace or delete an unknown webhook', async () => {
  const { api } = await play();
  const ID = '00000000-0000-4000-8000-000000000001';
  expect((await api('PUT', 'webhooks', { ...subscription(URL), ID })).status).toBe(400);
  expect((await api('DELETE', `webhooks?ID=${ID}`)).status).toBe(400);
});

test('refuses webhooks without the Automation module', async () => {
  const { api } = await play({ automationModule: false });
  for (const method of ['GET', 'POST']) {
    const answer = await api(method, 'webhooks', method === 'POST' ? subscription(URL) : undefined);
    expect(answer.status).toBe(400);
    expect(answer.json[0].Exception).toContain('Automation module');
  }
});
