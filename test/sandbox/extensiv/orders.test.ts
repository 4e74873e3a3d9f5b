import { describe, expect, it } from 'vitest';
import { orderBody, startSandbox } from './sandbox-harness.ts';

describe('a token', () => {
  it.each(['user_login', 'user_login_id'])(
    'is given to the right user under %s alone',
    async (loginField) => {
      const { askToken, setTo } = await startSandbox();
      await setTo({ loginField });
      const other = loginField === 'user_login' ? 'user_login_id' : 'user_login';
      expect(await askToken({ [loginField]: '7' })).toMatchObject({
        status: 200,
        body: { expires_in: 3_600, refresh_token: null },
      });
      expect((await askToken({ [loginField]: '8' })).status).toBe(400);
      expect((await askToken({ [other]: '7' })).status).toBe(400);
    },
  );

  it('ends after its lifetime, in the middle of its use', async () => {
    const { call, timeline } = await startSandbox();
    await timeline.advance(3_599_000);
    expect((await call('GET', '/orders')).status).toBe(200);
    await timeline.advance(1_000);
    expect((await call('GET', '/orders')).status).toBe(401);
  });

  it('lacks the roles that the credentials lack', async () => {
    const { call, create, setTo } = await startSandbox();
    await setTo({ roles: ['OrderView'] });
    expect((await call('GET', '/orders')).status).toBe(200);
    expect((await create('SO-1-1')).status).toBe(403);
  });
});

describe('a change of an order', () => {
  it.each(['PUT', 'canceler', 'item'])('by %s needs the tag that was read last', async (step) => {
    const { call, create } = await startSandbox();
    const made = await create('SO-1-1', {});
    const created = await call('GET', `/orders/${toId(made)}?detail=All`, undefined, HAL);
    const [line] = (created.body as unknown as Embedded)._embedded[ITEMS] ?? [];
    const change = (tag?: string) => {
      const headers: Record<string, string> = tag === undefined ? {} : { 'if-match': tag };
      const path = `/orders/${toId(made)}`;
      if (step === 'PUT') return call('PUT', path, orderBody('SO-1-1'), headers);
      if (step === 'item')
        return call('DELETE', `${path}/items/${line?.readOnly.orderItemId}`, undefined, headers);
      return call('POST', `${path}/canceler`, { reason: 'Not wanted' }, headers);
    };
    const tag = created.headers.get('etag') ?? '';
    expect((await change()).status).toBe(428);
    await call('POST', `/sandbox/orders/${toId(made)}/hold`, { isHeld: true });
    expect((await change(tag)).status).toBe(412);
    const now = await call('GET', `/orders/${toId(made)}`);
    expect((await change(now.headers.get('etag') ?? '')).status).toBeLessThan(300);
  });

  it('is refused once it is confirmed', async () => {
    const { call, create } = await startSandbox();
    const id = toId(await create('SO-1-1'));
    await call('POST', `/sandbox/orders/${id}/ship`, {});
    const tag = (await call('GET', `/orders/${id}`)).headers.get('etag') ?? '';
    const answer = await call('POST', `/orders/${id}/canceler`, { reason: 'x' }, { 'if-match': tag });
    expect(answer).toMatchObject({ status: 403, body: { ErrorCode: 'OrderConfirmed' } });
  });
});

describe('creating an order', () => {
  it('refuses a reference that the customer used, whatever became of the order, and lets another use it', async () => {
    const { create, call } = await startSandbox();
    const id = toId(await create('SO-1-1'));
    const again = { status: 400, body: { ErrorCode: 'Duplicate', Properties: [{ Name: 'ReferenceNum' }] } };
    expect(await create('so-1-1')).toMatchObject(again);
    await call('POST', `/sandbox/orders/${id}/cancel`);
    expect(await create('SO-1-1')).toMatchObject(again);
    expect((await create('SO-1-1', { customerIdentifier: { id: 13 } })).status).toBe(201);
  });

  it.each([
    [{ facilityIdentifier: { id: 9 } }, 'ValueNotSupported'],
    [{ customerIdentifier: { id: 9 } }, 'DoesNotExist'],
    [{ orderItems: [] }, 'ValueNotSupported'],
    [{ orderItems: [{ itemIdentifier: { sku: 'CUP' }, qty: 0 }] }, 'ValueNotSupported'],
    [{ shipTo: undefined }, 'Required'],
    [{ notesForWarehouse: 'misspelt' }, 'ValueNotSupported'],
  ])('refuses %j', async (fields, ErrorCode) => {
    const { create } = await startSandbox();
    expect(await create('SO-1-1', fields)).toMatchObject({ status: 400, body: { ErrorCode } });
  });

  it('takes names in either case', async () => {
    const { create } = await startSandbox();
    const fields = { orderItems: undefined, OrderItems: [{ ItemIdentifier: { Sku: 'CUP' }, Qty: 1 }] };
    expect((await create('SO-1-1', fields)).status).toBe(201);
  });
});

describe('a list', () => {
  it('is HAL where that is accepted, plain JSON otherwise, with other names', async () => {
    const { call, create } = await startSandbox();
    await create('SO-1-1');
    const hal = (await call('GET', '/orders', undefined, HAL)).body as unknown as Embedded;
    expect(hal._embedded['http://api.3plCentral.com/rels/orders/order']).toMatchObject([
      { referenceNum: 'SO-1-1' },
    ]);
    expect((await call('GET', '/orders')).body).toMatchObject({
      TotalResults: 1,
      ResourceList: [{ ReferenceNum: 'SO-1-1' }],
    });
  });

  it('embeds nothing where it is empty', async () => {
    const { call } = await startSandbox();
    const { body } = await call('GET', '/orders', undefined, HAL);
    expect(body).toMatchObject({ totalResults: 0 });
    expect(body).not.toHaveProperty('_embedded');
  });

  it('refuses more than its maximum in a page', async () => {
    const { call } = await startSandbox();
    expect((await call('GET', '/orders?pgsiz=1001')).status).toBe(400);
    expect((await call('GET', '/customers?pgsiz=101')).status).toBe(400);
  });

  it.each([
    ['ReferenceNum==SO-1-1', ['SO-1-1']],
    ['referencenum==so-1-1', ['SO-1-1']],
    ['ReferenceNum==SO-1*', ['SO-1-1', 'SO-1-2']],
    ['ReferenceNum==SO-2-1,ReferenceNum==SO-1-1;ReadOnly.IsClosed==false', ['SO-1-1', 'SO-2-1']],
    ['ReferenceNum=in=(SO-1-1,SO-2-1)', ['SO-1-1', 'SO-2-1']],
    ['(ReferenceNum==SO-1*);ReferenceNum!=SO-1-1', ['SO-1-2']],
    // A value that is encoded once more is its text, not the end of an expression.
    ['ReferenceNum==SO%3B3', ['SO;3']],
    ['ReadOnly.IsClosed==true', []],
  ])('selects by %s', async (rql, references) => {
    const { create, list } = await startSandbox();
    for (const reference of ['SO-1-1', 'SO-1-2', 'SO-2-1', 'SO;3']) await create(reference);
    const found = (await list(rql)).ResourceList.map(({ ReferenceNum }) => ReferenceNum);
    expect(found.sort()).toEqual(references);
  });

  it.each(['ReferenceNum=SO-1-1', 'ReferenceNum==SO;3', '(ReferenceNum==SO-1-1'])(
    'refuses the query %s',
    async (rql) => {
      const { list } = await startSandbox();
      expect(await list(rql)).toMatchObject({ ErrorCode: 'NotParsable' });
    },
  );
});

const HAL = { accept: 'application/hal+json' };
const ITEMS = 'http://api.3plCentral.com/rels/orders/item';

interface Embedded {
  _embedded: Record<string, ReadonlyArray<{ readOnly: { orderItemId: number } }>>;
}

/** Of an answer in plain JSON. */
function toId({ body }: { body: unknown }): number {
  return (body as { ReadOnly: { OrderId: number } }).ReadOnly.OrderId;
}
