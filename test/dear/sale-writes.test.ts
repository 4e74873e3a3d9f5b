import { describe, expect, it } from 'vitest';
import type { PackedGoods, ShippedBox } from '../../lib/domain/confirmation/packing.ts';
import { AmbiguousWrite, NotDone, Rejected } from '../../lib/domain/errors.ts';
import { dearFulfilment, PRODUCT_ID, SALE_ID, TASK_ID } from './samples.ts';
import { answering, essence, obeying } from './server.ts';

const PICK = {
  productId: PRODUCT_ID,
  sku: 'LAMP-OAK',
  name: 'Oak lamp',
  location: 'Dockside 3PL',
  quantity: 2,
  batch: '',
  expiry: '',
};
const PACK: PackedGoods = { ...PICK, box: 'B1', batch: 'L-09', expiry: '2027-01-31' };
const SHIP: ShippedBox = {
  box: 'B1',
  carrier: 'Posten',
  trackingNumbers: ['TRK1', 'TRK2'],
  shippedAt: '2026-05-12T22:40:00.000Z',
};

describe('a write of DearClient', () => {
  it('picks exactly the lines given', async () => {
    const { server, client } = await obeying();
    await client.authorisePick(TASK_ID, [PICK, { ...PICK, batch: 'L-09', expiry: '2027-01-31' }]);
    const line = {
      ProductID: PRODUCT_ID,
      SKU: 'LAMP-OAK',
      Name: 'Oak lamp',
      Location: 'Dockside 3PL',
      Quantity: 2,
    };
    expect(server.requests.map(essence)).toEqual([
      {
        method: 'POST',
        path: '/sale/fulfilment/pick',
        body: {
          TaskID: TASK_ID,
          Status: 'AUTHORISED',
          Lines: [
            { ...line, BatchSN: null, ExpiryDate: null },
            { ...line, BatchSN: 'L-09', ExpiryDate: '2027-01-31T00:00:00' },
          ],
        },
      },
    ]);
  });

  it('lets DEAR choose the stock in an automatic pick', async () => {
    const { server, client } = await obeying();
    await client.autoPick(TASK_ID);
    expect(server.requests.map(essence)).toEqual([
      {
        method: 'POST',
        path: '/sale/fulfilment/pick',
        body: { TaskID: TASK_ID, AutoPickMode: 'AUTOPICK' },
      },
    ]);
  });

  it('packs into the boxes given', async () => {
    const { server, client } = await obeying();
    await client.authorisePack(TASK_ID, [PACK]);
    expect(server.requests.map(essence)).toMatchObject([
      {
        method: 'POST',
        path: '/sale/fulfilment/pack',
        body: { TaskID: TASK_ID, Status: 'AUTHORISED', Lines: [{ Box: 'B1', Quantity: 2, BatchSN: 'L-09' }] },
      },
    ]);
  });

  it('replaces the draft of a pack', async () => {
    const { server, client } = await obeying();
    await client.authorisePack(TASK_ID, [PACK], 'SO-7301-1', true);
    expect(server.requests.map(essence)).toMatchObject([{ method: 'PUT', path: '/sale/fulfilment/pack' }]);
  });

  it('ships one line for each box, without the required-by date', async () => {
    const { server, client } = await obeying();
    const unknown = { ...SHIP, box: 'B2', carrier: ' ', trackingNumbers: [] };
    await client.authoriseShip(TASK_ID, [SHIP, unknown]);
    const line = { ShipmentDate: '2026-05-12T00:00:00', IsShipped: true };
    expect(server.requests.map(essence)).toEqual([
      {
        method: 'POST',
        path: '/sale/fulfilment/ship',
        body: {
          TaskID: TASK_ID,
          Status: 'AUTHORISED',
          Lines: [
            { ...line, Box: 'B1', Carrier: 'Posten', TrackingNumber: 'TRK1,TRK2' },
            { ...line, Box: 'B2', Carrier: 'Undefined', TrackingNumber: '' },
          ],
        },
      },
    ]);
  });

  it('drafts a shipment that differs from an authorised one only in its status', async () => {
    const { server, client } = await obeying();
    await client.authoriseShip(TASK_ID, [SHIP]);
    await client.draftShip(TASK_ID, [SHIP]);
    const [ship, draftShip] = server.requests.map(essence);
    expect(draftShip).toEqual({ ...ship, body: { ...(ship?.body as object), Status: 'DRAFT' } });
    expect(draftShip?.body).toMatchObject({ Lines: [{ Box: 'B1', IsShipped: true }] });
  });

  it('corrects tracking numbers by a PUT with the flag for it', async () => {
    const { server, client } = await obeying();
    await client.addTrackingNumbers(TASK_ID, [{ ...SHIP, trackingNumbers: ['TRK9', ' TRK9 ', ''] }]);
    expect(server.requests.map(essence)).toMatchObject([
      {
        method: 'PUT',
        path: '/sale/fulfilment/ship',
        body: { AddTrackingNumbers: true, Status: 'AUTHORISED', Lines: [{ TrackingNumber: 'TRK9' }] },
      },
    ]);
  });

  it('corrects tracking numbers without the flag where DEAR answers with success and still shows another number', async () => {
    const ignored = { TaskID: TASK_ID, Status: 'AUTHORISED', Lines: [{ TrackingNumber: 'TRK1' }] };
    const { server, client } = await answering(ignored);
    const correction = client.addTrackingNumbers(TASK_ID, [{ ...SHIP, trackingNumbers: ['TRK9'] }]);
    await expect(correction).rejects.toBeInstanceOf(NotDone);
    expect(server.requests.map(essence).map(({ method }) => method)).toEqual(['PUT', 'GET', 'PUT']);
    expect(server.requests[2]?.body).not.toHaveProperty('AddTrackingNumbers');
  });

  it('refuses tracking numbers above DEAR’s limit before any call', async () => {
    const { server, client } = await obeying();
    const fits = { ...SHIP, trackingNumbers: ['a'.repeat(127), 'b'.repeat(128)] };
    const tooLong = { ...SHIP, box: 'B2', trackingNumbers: ['a'.repeat(128), 'b'.repeat(128)] };
    for (const write of [
      client.authoriseShip.bind(client),
      client.draftShip.bind(client),
      client.addTrackingNumbers.bind(client),
    ]) {
      const error = await write(TASK_ID, [fits, tooLong], 'SO-7301-1').catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(Rejected);
      expect((error as Rejected).details).toMatchObject({
        reference: 'SO-7301-1',
        upstreamMessage: 'DEAR holds 256 characters of tracking numbers for a box; these boxes have more: B2',
      });
    }
    expect(server.requests).toHaveLength(0);
    await client.authoriseShip(TASK_ID, [fits]);
    expect(server.requests).toHaveLength(1);
  });

  it('names the order in a refusal', async () => {
    const { client } = await answering([{ ErrorCode: 400, Exception: 'Pick is authorised' }], 400);
    const error = await client.authorisePick(TASK_ID, [PICK], 'SO-7301-1').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Rejected);
    expect((error as Rejected).message).toBe('DEAR refused: authorise pick for SO-7301-1 (HTTP 400)');
    expect((error as Rejected).details.upstreamMessage).toBe('Pick is authorised');
  });
});

const SECOND_TASK_ID = '5e7d2c19-0000-4000-8000-000000000002';

describe('createFulfilment', () => {
  it('returns all of the sale’s fulfilments', async () => {
    const second = { TaskID: SECOND_TASK_ID, FulfillmentNumber: 2, Pick: { Status: 'DRAFT', Lines: [] } };
    const { server, client } = await answering({ SaleID: SALE_ID, Fulfilments: [dearFulfilment(), second] });
    const fulfilments = await client.createFulfilment(SALE_ID);
    expect(fulfilments.map(({ taskId, number, pick }) => [taskId, number, pick.status])).toEqual([
      [TASK_ID, 1, 'AUTHORISED'],
      [SECOND_TASK_ID, 2, 'DRAFT'],
    ]);
    expect(server.requests.map(essence)).toEqual([
      { method: 'POST', path: '/sale/fulfilment', body: { SaleID: SALE_ID } },
    ]);
  });

  it('is ambiguous after an unreadable success, as the fulfilment exists', async () => {
    const { client } = await answering({ Fulfilments: [{ Number: 1 }] });
    await expect(client.createFulfilment(SALE_ID)).rejects.toBeInstanceOf(AmbiguousWrite);
  });
});

describe('an answer of 200', () => {
  const line = { Quantity: 2, TrackingNumber: 'TRK1,TRK2' };
  const done = { TaskID: TASK_ID, Status: 'AUTHORISED', Lines: [line] };
  const IGNORED: ReadonlyArray<readonly [string, unknown]> = [
    ['the stage as it was', { ...done, Status: 'DRAFT' }],
    ['the stage not begun', { ...done, Status: 'NOT AVAILABLE', Lines: [] }],
    ['Success: false', { ...done, Success: false }],
    ['no status', { TaskID: TASK_ID }],
    ['an empty list', []],
    ['null', null],
    ['an empty object', {}],
    ['a text', 'OK'],
    ['true', true],
  ];
  type Client = Awaited<ReturnType<typeof answering>>['client'];
  const WRITES: Readonly<Record<string, (client: Client) => Promise<unknown>>> = {
    'authorise pick': (client) => client.authorisePick(TASK_ID, [PICK]),
    'pick automatically': (client) => client.autoPick(TASK_ID),
    'authorise pack': (client) => client.authorisePack(TASK_ID, [PACK]),
    'authorise ship': (client) => client.authoriseShip(TASK_ID, [SHIP]),
    'add tracking numbers': (client) => client.addTrackingNumbers(TASK_ID, [SHIP]),
  };

  it.each(Object.keys(WRITES).flatMap((write) => IGNORED.map(([name, body]) => ({ write, name, body }))))(
    'that shows $name is not taken for done: $write',
    async ({ write, body }) => {
      const { client } = await answering(body);
      await expect(WRITES[write]!(client)).rejects.toBeInstanceOf(NotDone);
    },
  );

  it.each(Object.keys(WRITES))(
    'completes the write where it shows the stage authorised: %s',
    async (write) => {
      const { client } = await answering(done);
      await expect(WRITES[write]!(client)).resolves.toBeUndefined();
    },
  );

  it.each([{ ...done, Status: 'DRAFT', Lines: [] }, { ...done, Status: 'AUTHORISED' }, null])(
    'that shows %j is no drafted shipment',
    async (body) => {
      const { client } = await answering(body);
      await expect(client.draftShip(TASK_ID, [SHIP])).rejects.toBeInstanceOf(NotDone);
    },
  );

  it('does not complete a correction where it lacks one of the tracking numbers', async () => {
    const { client } = await answering({ ...done, Lines: [{ TrackingNumber: 'TRK1' }] });
    await expect(client.addTrackingNumbers(TASK_ID, [SHIP])).rejects.toBeInstanceOf(NotDone);
  });

  it('is a refusal where it lists errors', async () => {
    const { client } = await answering({ ...done, Errors: ['Stock is locked'] });
    await expect(client.authorisePick(TASK_ID, [PICK])).rejects.toBeInstanceOf(Rejected);
  });
});
