import { describe, expect, it } from 'vitest';
import {
  OperatorActionNeeded,
  Throttled,
  Unavailable,
  UnexpectedAnswer,
} from '../../../lib/domain/errors.ts';
import { pass } from './collection-pass.ts';
import { type AccountClient, account, at, MINUTE, NOON } from './in-memory-account.ts';

const DETAILS = { system: 'shipstation', operation: 'read shipment' };
const OURS = { external_order_id: 'SO-7-1' };

/** Three labels; reading the shipment of the second one has the given result. */
function withOdd(shipment: () => Promise<null>, label = {}) {
  const it = account();
  it.add(-30);
  const odd = it.add(-20, label);
  it.add(-10);
  let answer: AccountClient['shipment'] = shipment;
  const client: AccountClient = {
    ...it.client,
    shipment: (id) => (id === odd ? answer(id) : it.client.shipment(id)),
  };
  const mend = () => {
    answer = it.client.shipment;
  };
  return { ...it, client, odd, mend };
}

const failing = (error: Error) => async () => {
  throw error;
};
const gone = async () => null;

describe('a parcel whose shipment cannot be read', () => {
  it.each([
    ['a gateway answers 404 for it', failing(new UnexpectedAnswer({ ...DETAILS, status: 404 }))],
    ['it answers 5xx for days', failing(new Unavailable({ ...DETAILS, status: 500 }))],
    ['it has an unknown form', failing(new UnexpectedAnswer(DETAILS))],
    ['ShipStation says that it is not there', gone],
  ])(
    'is set aside and reported once where %s; other parcels and the cursor are not affected',
    async (_, answer) => {
      const it = withOdd(answer);
      const first = await pass(it.client, null, NOON);
      expect(first.failure).toBeNull();
      expect(first.references).toEqual(['SO-se-1', 'SO-se-3']);
      expect(first.pages.flatMap(({ unreadable }) => unreadable)).toEqual([
        { id: `label:${it.odd}`, why: expect.any(String) },
      ]);
      const second = await pass(it.client, first.cursor, NOON + 15 * MINUTE);
      expect(second.pages.flatMap(({ unreadable }) => unreadable)).toEqual([]);
      it.mend();
      const third = await pass(it.client, second.cursor, NOON + 20 * MINUTE);
      expect(third.pages.flatMap(({ shipments }) => shipments)).toMatchObject([
        { reference: 'SO-se-2', contents: [{ sku: 'CUP' }] },
      ]);
      const fourth = await pass(it.client, third.cursor, NOON + 25 * MINUTE);
      expect(fourth.references).toEqual([]);
    },
  );

  it.each([
    ['the rate limit', new Throttled(DETAILS, 1_000)],
    ['credentials that are not accepted', new OperatorActionNeeded({ ...DETAILS, status: 401 })],
  ])('is not set aside because of %s, which is thrown', async (_, error) => {
    const { failure } = await pass(withOdd(failing(error)).client, null, NOON);
    expect(failure).toBe(error);
  });

  it('is not set aside where no parcel of several can be read, which is thrown', async () => {
    const it = account();
    for (let minutes = 0; minutes < 4; minutes += 1) it.add(minutes - 30);
    const error = new Unavailable({ ...DETAILS, status: 503 });
    const shipment = failing(error);
    // Two labels on a page: the third failure in a row is on the second page.
    const { failure, references } = await pass({ ...it.client, shipment }, null, NOON);
    expect([failure, references]).toEqual([null, []]);
    const wide = account();
    for (let minutes = 0; minutes < 3; minutes += 1) wide.add(minutes - 30);
    const { labels } = wide.client;
    const client = {
      ...wide.client,
      shipment,
      labels: (query: object) => labels({ ...query, page_size: 25, page: 1 }),
    };
    expect((await pass(client, null, NOON)).failure).toBe(error);
  });
});

describe('a shipment that ShipStation reports as gone', () => {
  const passes = async (
    it: ReturnType<typeof withOdd>,
    minutes: readonly number[],
    from: string | null = null,
  ) => {
    let cursor = from;
    const told = [];
    for (const minute of minutes) {
      const run = await pass(it.client, cursor, NOON + minute * MINUTE);
      told.push(run.pages.flatMap(({ shipments }) => shipments).filter(({ id }) => id === `label:${it.odd}`));
      ({ cursor } = run);
    }
    return { cursor, told };
  };

  it('counts as gone after three reads and half an hour, and its parcel then holds the rest of the order', async () => {
    const it = withOdd(gone, OURS);
    const { told } = await passes(it, [0, 5, 15, 25, 35]);
    expect(told.map((shipments) => shipments.length)).toEqual([0, 0, 0, 0, 1]);
    expect(told.at(-1)).toMatchObject([{ reference: 'SO-7-1', contents: 'remaining' }]);
  });

  it('is still read again, and its goods replace the assumed ones', async () => {
    const it = withOdd(gone, OURS);
    const { cursor } = await passes(it, [0, 5, 15, 25, 35]);
    it.mend();
    const { told } = await passes(it, [100, 110, 180], cursor);
    expect(told).toMatchObject([[{ contents: [{ sku: 'CUP' }] }], [], []]);
  });

  it('does not count as gone after any number of a gateway’s 404s', async () => {
    const it = withOdd(failing(new UnexpectedAnswer({ ...DETAILS, status: 404 })), OURS);
    const { told } = await passes(it, [0, 5, 15, 25, 35, 60, 120, 240]);
    expect(told.flat()).toEqual([]);
  });

  it('is tried for a week, less often over time, and then reported as given up', async () => {
    const it = withOdd(failing(new UnexpectedAnswer(DETAILS)));
    const { cursor } = await passes(it, [0, 70]);
    const soon = it.shipmentsRead.length;
    await passes(it, [75, 80, 85], cursor);
    expect(it.shipmentsRead.length).toBe(soon);
    const last = await pass(it.client, cursor, NOON + 7 * 24 * 60 * MINUTE);
    expect(last.pages.flatMap(({ unreadable }) => unreadable)).toMatchObject([
      { id: `label:${it.odd}`, why: expect.stringContaining('given up') },
    ]);
    const after = await pass(it.client, last.cursor, NOON + 8 * 24 * 60 * MINUTE);
    expect(after.pages.flatMap(({ unreadable }) => unreadable)).toEqual([]);
  });
});

describe('a row without a readable form', () => {
  it('is set aside by its id and tried again, without stopping its page or the cursor', async () => {
    const it = account();
    it.add(-30);
    const odd = it.add(-20);
    let isOdd = true;
    const labels: AccountClient['labels'] = async (query) => {
      const page = await it.client.labels(query);
      const rows = page.rows.filter(({ label_id }) => !isOdd || label_id !== odd);
      const unreadable =
        rows.length < page.rows.length ? [{ id: odd, where: 'status: invalid_type, expected string' }] : [];
      return { ...page, rows, unreadable };
    };
    const client = { ...it.client, labels };
    const first = await pass(client, null, NOON);
    expect(first.references).toEqual(['SO-se-1']);
    expect(first.pages.flatMap(({ unreadable }) => unreadable)).toEqual([
      { id: `label:${odd}`, why: 'status: invalid_type, expected string' },
    ]);
    isOdd = false;
    const second = await pass(client, first.cursor, NOON + 30 * MINUTE);
    expect(second.references).toContain('SO-se-2');
  });

  it('does not stop the others where it has no time', async () => {
    const it = account();
    it.add(-30);
    it.add(-20, { created_at: null });
    const { failure, pages } = await pass(it.client, at(-60), NOON);
    expect(failure).toBeNull();
    expect(pages.at(-1)?.cursor).toContain(at(-10));
  });
});
