import { describe, expect, it } from 'vitest';
import {
  createSubscription,
  ensureSubscriptions,
  listSubscriptions,
  replaceSubscription,
} from '../../lib/dear/webhook-subscriptions.ts';
import { AmbiguousWrite, Rejected, UnexpectedAnswer } from '../../lib/domain/errors.ts';
import { answering, getClient, type SeenRequest, sendJson, startServer } from './server.ts';

const URL_WANTED = 'https://bridge.example/webhooks/dear';
const TOKEN = 'tok-41d7';
const WANTED = { type: 'Sale/OrderAuthorised', url: URL_WANTED, bearerToken: TOKEN };

interface Row extends Record<string, unknown> {
  ID: string;
  Type: string;
  ExternalURL: string;
}

function toRow(overrides: Partial<Row> = {}): Row {
  return {
    ID: 'A1B2C3D4-0000-4000-8000-000000000001',
    Type: 'Sale/OrderAuthorised',
    Name: 'Order authorised',
    IsActive: true,
    ExternalURL: URL_WANTED,
    ExternalAuthorizationType: 'bearerauth',
    ExternalUserName: null,
    ExternalPassword: null,
    ExternalBearerToken: '',
    ExternalHeaders: null,
    ...overrides,
  };
}

/** Stores webhooks like DEAR: at most five of a type, and PUT replaces the whole webhook. */
async function dearWith(rows: Row[], getAnswer: (row: Row) => unknown = (row) => ({ Webhooks: [row] })) {
  const server = await startServer((request, response) => {
    if (request.method === 'GET') return sendJson(response, { Webhooks: rows });
    const body = request.body as Row;
    if (request.method === 'PUT') {
      const index = rows.findIndex((row) => row.ID.toLowerCase() === body.ID);
      rows[index] = body;
      return sendJson(response, { Webhooks: [body] });
    }
    if (rows.filter((row) => row.Type === body.Type).length >= 5) {
      return sendJson(response, [{ ErrorCode: 400, Exception: 'Five of this type exist' }], 400);
    }
    const created = { ...body, ID: `A1B2C3D4-0000-4000-8000-00000000010${rows.length}` };
    rows.push(created);
    return sendJson(response, getAnswer(created));
  });
  return { rows, server, client: getClient(server) };
}

function writes(requests: readonly SeenRequest[]) {
  return requests.filter(({ method }) => method !== 'GET').map(({ method, body }) => ({ method, body }));
}

const wanted = (...types: string[]) => ({ types, url: URL_WANTED, bearerToken: TOKEN });

describe('ensureSubscriptions', () => {
  it('creates missing webhooks, then keeps them', async () => {
    const { client, server } = await dearWith([]);
    const types = ['Sale/OrderAuthorised', 'Sale/Voided'];
    expect(await ensureSubscriptions(client, wanted(...types))).toEqual([
      { type: types[0], id: 'a1b2c3d4-0000-4000-8000-000000000100', action: 'created' },
      { type: types[1], id: 'a1b2c3d4-0000-4000-8000-000000000101', action: 'created' },
    ]);
    const created = {
      IsActive: true,
      ExternalURL: URL_WANTED,
      ExternalAuthorizationType: 'bearerauth',
      ExternalBearerToken: TOKEN,
      ExternalHeaders: [],
    };
    expect(writes(server.requests)).toEqual([
      { method: 'POST', body: { Type: types[0], ...created } },
      { method: 'POST', body: { Type: types[1], ...created } },
    ]);
    expect((await ensureSubscriptions(client, wanted(...types))).map(({ action }) => action)).toEqual([
      'kept',
      'kept',
    ]);
    expect(writes(server.requests)).toHaveLength(2);
  });

  it.each<[string, Partial<Row>]>([
    ['switched off', { IsActive: false }],
    ['on another host', { ExternalURL: 'https://old.example/webhooks/dear' }],
    ['without a token', { ExternalAuthorizationType: 'noauth' }],
  ])(
    'replaces its own that is %s, whole: with the token, and with the headers someone added',
    async (_, overrides) => {
      const headers = [{ Key: 'X-Team', Value: 'north' }];
      const { client, server } = await dearWith([toRow({ ...overrides, ExternalHeaders: headers })]);
      const id = 'a1b2c3d4-0000-4000-8000-000000000001';
      expect(await ensureSubscriptions(client, wanted(WANTED.type))).toEqual([
        { type: WANTED.type, id, action: 'replaced' },
      ]);
      expect(writes(server.requests)).toEqual([
        {
          method: 'PUT',
          body: {
            ID: id,
            Type: WANTED.type,
            IsActive: true,
            ExternalURL: URL_WANTED,
            ExternalAuthorizationType: 'bearerauth',
            ExternalBearerToken: TOKEN,
            ExternalHeaders: headers,
          },
        },
      ]);
    },
  );

  it('leaves webhooks to other addresses alone', async () => {
    const others = [
      toRow({ ExternalURL: 'https://shop.example/hooks' }),
      toRow({ ExternalURL: 'not a url', IsActive: false }),
      toRow({ Type: 'Sale/Voided', IsActive: false }),
    ];
    const { client, server, rows } = await dearWith([...others]);
    expect(await ensureSubscriptions(client, wanted(WANTED.type))).toMatchObject([{ action: 'created' }]);
    expect(rows.slice(0, 3)).toEqual(others);
    expect(writes(server.requests)).toHaveLength(1);
  });

  it('keeps a correct webhook although an older one of ours is inactive', async () => {
    const { client, server } = await dearWith([toRow({ ID: 'OLD', IsActive: false }), toRow()]);
    expect(await ensureSubscriptions(client, wanted(WANTED.type))).toMatchObject([{ action: 'kept' }]);
    expect(writes(server.requests)).toHaveLength(0);
  });

  it('names DEAR’s limit when there are five webhooks of a type already', async () => {
    const other = toRow({ ExternalURL: 'https://shop.example/hooks' });
    const { client } = await dearWith([other, other, other, other, other]);
    const error = await ensureSubscriptions(client, wanted(WANTED.type)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Rejected);
    expect(error).toMatchObject({
      message: 'DEAR refused: create webhook for Sale/OrderAuthorised (HTTP 400)',
      details: { upstreamMessage: 'Five of this type exist' },
    });
    expect(JSON.stringify(error)).not.toContain(TOKEN);
  });
});

describe('createSubscription', () => {
  it.each<[string, (row: Row) => unknown]>([
    ['a list', (row) => ({ Webhooks: [row] })],
    ['the bare webhook', (row) => row],
    ['the bare id', ({ ID }) => ({ ID })],
  ])('reads the id from %s', async (_, getAnswer) => {
    const { client } = await dearWith([], getAnswer);
    expect(await createSubscription(client, WANTED)).toBe('a1b2c3d4-0000-4000-8000-000000000100');
  });

  it('is ambiguous after a success without an id', async () => {
    const { client } = await dearWith([], () => ({ Webhooks: [] }));
    await expect(createSubscription(client, WANTED)).rejects.toBeInstanceOf(AmbiguousWrite);
  });
});

describe('listSubscriptions', () => {
  it('returns none where DEAR’s list is null, and refuses an answer without a list', async () => {
    const { client } = await answering({ Webhooks: null });
    expect(await listSubscriptions(client)).toEqual([]);
    const { client: other } = await answering({});
    await expect(listSubscriptions(other)).rejects.toBeInstanceOf(UnexpectedAnswer);
  });

  it('returns the fields that identify our webhooks, without their secrets', async () => {
    const secrets = {
      ExternalUserName: 'ola',
      ExternalPassword: 'pass-9',
      ExternalAuthorizationType: 'BasicAuth',
    };
    const { client } = await dearWith([toRow(secrets)]);
    expect(await listSubscriptions(client)).toEqual([
      {
        id: 'a1b2c3d4-0000-4000-8000-000000000001',
        type: WANTED.type,
        isActive: true,
        url: URL_WANTED,
        hasBearer: false,
        headers: [],
      },
    ]);
  });
});

describe('replaceSubscription', () => {
  it('sets a new token on a correct webhook, as after a rotation', async () => {
    const { client, server } = await dearWith([toRow()]);
    const [existing] = await listSubscriptions(client);
    await replaceSubscription(client, existing!, { ...WANTED, bearerToken: 'tok-new' });
    expect(writes(server.requests)).toMatchObject([
      { method: 'PUT', body: { ExternalBearerToken: 'tok-new' } },
    ]);
  });
});
