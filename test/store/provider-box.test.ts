import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../lib/domain/clock.ts';
import type { OutboxEntry, ProviderBox } from '../../lib/domain/ports/provider-box.ts';
import { PAGE_POSITIONS, retryConflicts } from '../../lib/store/outbox.ts';
import { createProviderBox } from '../../lib/store/provider-box.ts';
import { DynamoDbTable, type Table, VersionConflict } from '../../lib/store/table.ts';
import { InMemoryTable } from '../fakes/in-memory-table.ts';
import { seeded } from '../simulation/backlog.ts';
import { openTestTable, type TestTable } from './test-table.ts';

const START = Date.UTC(2026, 1, 3, 9);
const iso = (at: number) => new Date(at).toISOString();
const body = (text: string) => () => ({ body: text, isCancelled: false, isHeld: false });
const references = (entries: readonly OutboxEntry[]) => entries.map(({ reference }) => reference);

let opened: TestTable;
beforeAll(async () => {
  opened = await openTestTable();
});
afterAll(() => opened.close());

let count = 0;
describe.each([
  ['in memory', (): Table => new InMemoryTable()],
  ['in DynamoDB', (): Table => new DynamoDbTable(opened.client, opened.name)],
])('the box of a provider %s', (_, openTable) => {
  let now = START;
  let box: ProviderBox;
  let other: ProviderBox;
  beforeEach(() => {
    now = START;
    count += 1;
    const table = openTable();
    [box, other] = ['one', 'other'].map((id) =>
      createProviderBox(`${id}-${count}`, table, () => now, 90),
    ) as [ProviderBox, ProviderBox];
  });

  const fetch = (from: number, until: number, page = 1, isWithheld = (_entry: OutboxEntry) => false) =>
    box.outbox.fetch({ from: iso(from), until: iso(until), precisionMs: 1, page, isWithheld });
  const fetchAll = async (from: number, until: number) => {
    const first = await fetch(from, until);
    const entries = [...first.entries];
    for (let page = 2; page <= first.pages; page += 1) {
      entries.push(...(await fetch(from, until, page)).entries);
    }
    return references(entries);
  };

  describe('as an outbox', () => {
    it('gives the orders of a window in the order of their changes', async () => {
      for (const reference of ['C', 'A', 'B']) {
        await box.outbox.change(reference, body('x'));
        now += MINUTE_MS;
      }
      expect(await fetchAll(START, now)).toEqual(['C', 'A', 'B']);
      expect(await fetchAll(START + MINUTE_MS, START + MINUTE_MS)).toEqual(['A']);
      expect(await fetchAll(START + 1, START + MINUTE_MS - 1)).toEqual([]);
      expect(
        (
          await other.outbox.fetch({
            from: iso(START),
            until: iso(now),
            precisionMs: 1,
            page: 1,
            isWithheld: () => false,
          })
        ).pages,
      ).toBe(0);
    });

    it('finds the beginning and the end of any window among many changes', async () => {
      for (let index = 0; index < 60; index += 1) {
        await box.outbox.change(`S-${index}`, body('x'));
        now += MINUTE_MS;
      }
      now += HOUR_MS;
      for (const [from, until] of [
        [0, 59],
        [0, 0],
        [59, 59],
        [17, 31],
        [30, 29],
      ] as const) {
        const expected = Array.from({ length: until - from + 1 }, (_, index) => `S-${from + index}`);
        expect(await fetchAll(START + from * MINUTE_MS, START + until * MINUTE_MS)).toEqual(expected);
      }
    });

    it('gives each order once, at its latest change, with its latest content', async () => {
      await box.outbox.change('A', body('old'));
      await box.outbox.change('B', body('b'));
      await box.outbox.change('A', body('new'));
      const { entries } = await fetch(START, now);
      expect(entries.map(({ reference, body: text }) => [reference, text])).toEqual([
        ['B', 'b'],
        ['A', 'new'],
      ]);
    });

    it('skips no order where others change between two pages', async () => {
      const total = 2 * PAGE_POSITIONS + 20;
      for (let index = 0; index < total; index += 1) await box.outbox.change(`S-${index}`, body('x'));
      const until = START;
      const first = await fetch(START, until);
      expect(first.pages).toBe(3);
      now += 30_000;
      await box.outbox.change('S-0', body('changed'));
      await box.outbox.change('S-75', body('changed'));
      const second = await fetch(START, until, 2);
      const third = await fetch(START, until, 3);
      expect([second.pages, third.pages]).toEqual([3, 3]);
      const served = references([first, second, third].flatMap(({ entries }) => entries));
      expect(new Set(served).size).toBe(total - 1);
      now += MINUTE_MS;
      expect((await fetchAll(until, now)).slice(-2)).toEqual(['S-0', 'S-75']);
    });

    it('gives a change no time before the end of the window that was just fetched, by a clock that is ahead', async () => {
      await box.outbox.change('A', body('x'));
      const until = START + 3 * MINUTE_MS;
      await fetch(START, until);
      now += 1_000;
      const changed = await box.outbox.change('B', body('x'));
      expect(changed?.changedAt).toBe(iso(until));
      expect(await fetchAll(until, until + MINUTE_MS)).toEqual(['B']);
    });

    it('delays no change for a window that ends in the far future', async () => {
      await box.outbox.change('A', body('x'));
      await fetch(START, START + 30 * DAY_MS);
      now += 1_000;
      expect((await box.outbox.change('B', body('x')))?.changedAt).toBe(iso(now));
    });

    it('notes the first fetch and the fetch of a version', async () => {
      await box.outbox.change('A', body('x'));
      expect(await box.outbox.read('A')).toMatchObject({ fetchedAt: '', versionFetchedAt: '' });
      await fetch(START, now);
      const fetched = iso(now);
      expect(await box.outbox.read('A')).toMatchObject({ fetchedAt: fetched, versionFetchedAt: fetched });
      now += HOUR_MS;
      await box.outbox.change('A', body('y'));
      expect(await box.outbox.read('A')).toMatchObject({ fetchedAt: fetched, versionFetchedAt: '' });
      expect(await box.outbox.lastFetchedAt()).toBe(fetched);
    });

    it('takes a window that ended more than a day ago, and a later page, for no sign of life', async () => {
      await box.outbox.change('A', body('x'));
      now += 2 * DAY_MS;
      expect(references((await fetch(START, START)).entries)).toEqual(['A']);
      expect(await box.outbox.lastFetchedAt()).toBeNull();
      await fetch(START, now);
      const fetched = iso(now);
      now += HOUR_MS;
      await fetch(START, now, 2);
      expect(await box.outbox.lastFetchedAt()).toBe(fetched);
      await fetch(START, now - HOUR_MS);
      expect(await box.outbox.lastFetchedAt()).toBe(iso(now));
    });

    it('has no page for a window whose only order has changed since', async () => {
      await box.outbox.change('A', body('old'));
      now += MINUTE_MS;
      await box.outbox.change('A', body('new'));
      expect(await fetch(START, START)).toEqual({ pages: 0, entries: [] });
    });

    it('has no page for a window of an hour ago, in an empty box and behind the last change', async () => {
      expect(await fetch(START - HOUR_MS, START - HOUR_MS + MINUTE_MS)).toEqual({ pages: 0, entries: [] });
      await box.outbox.change('A', body('x'));
      now += HOUR_MS;
      expect(await fetch(START + 1, START + MINUTE_MS)).toEqual({ pages: 0, entries: [] });
    });

    it('neither gives nor notes a withheld entry', async () => {
      await box.outbox.change('A', body('x'));
      await box.outbox.change('B', body('x'));
      const { entries } = await fetch(START, now, 1, ({ reference }) => reference === 'A');
      expect(references(entries)).toEqual(['B']);
      expect(await box.outbox.read('A')).toMatchObject({ fetchedAt: '' });
    });

    it('writes nothing where there is nothing to change', async () => {
      await box.outbox.change('A', body('x'));
      now += HOUR_MS;
      const same = await box.outbox.change('A', () => null);
      expect(same).toMatchObject({ changedAt: iso(START) });
      expect(await box.outbox.change('B', () => null)).toBeNull();
    });

    it('keeps the first report of a parcel through later versions', async () => {
      await box.outbox.change('A', body('x'));
      await box.outbox.noteLeft('A');
      now += HOUR_MS;
      await box.outbox.noteLeft('A');
      expect(await box.outbox.change('A', body('y'))).toMatchObject({ leftAt: iso(START) });
      expect(await box.outbox.noteLeft('B')).toBeNull();
    });

    it('limits the bytes of a page', async () => {
      const large = 'x'.repeat(1_000_000);
      for (const reference of ['A', 'B', 'C', 'D', 'E', 'F']) await box.outbox.change(reference, body(large));
      const { pages, entries } = await fetch(START, now);
      expect(pages).toBe(2);
      expect(references(entries)).toEqual(['A', 'B', 'C', 'D']);
      expect(references((await fetch(START, now, 2)).entries)).toEqual(['E', 'F']);
    });

    it('forgets an order so many days after its last change, and accepts its reference again', async () => {
      await box.outbox.change('A', body('x'));
      now += 90 * DAY_MS;
      expect(await box.outbox.read('A')).toBeNull();
      expect(await fetchAll(START, now)).toEqual([]);
      await box.outbox.change('A', body('y'));
      expect(await box.outbox.read('A')).toMatchObject({ body: 'y', fetchedAt: '' });
    });
  });

  describe('as an inbox', () => {
    const ids = async (cursor: string | null = null) => {
      const pages = await Array.fromAsync(box.inbox.after(cursor));
      return pages.flatMap(({ payloads }) => payloads.map(({ id }) => id));
    };

    it('gives payloads in order of arrival, each once', async () => {
      expect(await box.inbox.keep('b', '1')).toBe(true);
      expect(await box.inbox.keep('a', '2')).toBe(true);
      expect(await box.inbox.keep('b', '1')).toBe(false);
      expect(await ids()).toEqual(['b', 'a']);
    });

    it('continues after a cursor, also when all earlier payloads have expired', async () => {
      for (let index = 0; index < 30; index += 1) await box.inbox.keep(`old-${index}`, 'x');
      const pages = await Array.fromAsync(box.inbox.after(null));
      expect(pages.map(({ payloads }) => payloads.length)).toEqual([25, 5]);
      const cursor = pages.at(-1)?.cursor ?? '';
      expect(await ids(cursor)).toEqual([]);
      now += 100 * DAY_MS;
      await box.inbox.keep('new', 'x');
      expect(await ids(cursor)).toEqual(['new']);
      expect(await ids()).toEqual(['new']);
    });

    it('keeps 40 payloads that arrive at the same moment', async () => {
      const sent = Array.from({ length: 40 }, (_, index) => `p-${10 + index}`);
      await Promise.all(sent.map((id) => box.inbox.keep(id, id)));
      expect((await ids()).sort()).toEqual(sent);
    });

    it('keeps the bytes of a payload', async () => {
      const text = `<a>\u0000é${'x'.repeat(700_000)}</a>`;
      await box.inbox.keep('a', text);
      const [page] = await Array.fromAsync(box.inbox.after(null));
      expect(page?.payloads[0]?.body).toBe(text);
    });

    it('lists problems until they are settled', async () => {
      await box.inbox.addProblem('1Z1', 'No such order.');
      now += HOUR_MS;
      await box.inbox.addProblem('1Z1', 'Still no such order.');
      await box.inbox.addProblem('1Z2', 'No XML.');
      expect(await box.inbox.problems()).toEqual([
        { id: '1Z2', since: iso(now), problem: 'No XML.' },
        { id: '1Z1', since: iso(START), problem: 'Still no such order.' },
      ]);
      await box.inbox.settleProblem('1Z1');
      await box.inbox.settleProblem('unknown');
      expect((await box.inbox.problems()).map(({ id }) => id)).toEqual(['1Z2']);
      now += HOUR_MS;
      await box.inbox.addProblem('1Z1', 'No such order again.');
      expect(await box.inbox.problems()).toMatchObject([{ id: '1Z1', since: iso(now) }, { id: '1Z2' }]);
    });
  });
});

it('the outbox reads few items beside those of the page', async () => {
  let now = START;
  const table = new InMemoryTable();
  const counted = createProviderBox('counted', table, () => now, 90);
  for (let index = 0; index < 2_000; index += 1) {
    await counted.outbox.change(`S-${index}`, body('x'));
    now += 10;
  }
  const request = { from: iso(START), until: iso(now), precisionMs: 1, isWithheld: () => false };
  await counted.outbox.fetch({ ...request, page: 1 });
  const before = table.readUnits;
  const { entries } = await counted.outbox.fetch({ ...request, page: 20 });
  expect(entries).toHaveLength(PAGE_POSITIONS);
  expect(table.readUnits - before - entries.length).toBeLessThan(40);
});

it('the outbox notes a window once, and one that no change can come into any more not at all', async () => {
  let now = START;
  const table = new InMemoryTable();
  const { outbox } = createProviderBox('counted', table, () => now, 90);
  await outbox.change('A', body('x'));
  const countPuts = async (until: number) => {
    const before = table.puts;
    const window = { from: iso(START - HOUR_MS), until: iso(until), precisionMs: 1 };
    await outbox.fetch({ ...window, page: 1, isWithheld: () => false });
    return table.puts - before;
  };
  // The fetch, the note of its window, and the entry that was given.
  expect(await countPuts(now)).toBe(3);
  // The fetch alone, again and of an earlier window.
  expect(await countPuts(now)).toBe(1);
  expect(await countPuts(now - MINUTE_MS)).toBe(1);
  now += HOUR_MS;
  expect(await countPuts(now - 3 * MINUTE_MS)).toBe(1);
  // The fetch, and the note of a window that goes further.
  expect(await countPuts(now - MINUTE_MS)).toBe(2);
});

it('the outbox gives a change that a service fetches past before it is written in the next window', async () => {
  const table = new InMemoryTable();
  const unreadable: unknown[] = [];
  const { outbox } = createProviderBox(
    'one',
    table,
    () => START,
    90,
    (row) => unreadable.push(row),
  );
  const fetch = (from: number, until: number) =>
    outbox.fetch({ from: iso(from), until: iso(until), precisionMs: 1, page: 1, isWithheld: () => false });
  const put = table.put.bind(table);
  const fetched: OutboxEntry[][] = [];
  table.put = async (key, item, condition) => {
    if (key.pk.startsWith('BOX#ENTRY') && fetched.length === 0) {
      fetched.push([]);
      fetched.push([...(await fetch(START, START + MINUTE_MS)).entries]);
    }
    await put(key, item, condition);
  };
  await outbox.change('A', body('x'));
  expect(fetched.flat()).toEqual([]);
  const next = await fetch(START + MINUTE_MS, START + 2 * MINUTE_MS);
  expect(references(next.entries)).toEqual(['A']);
  // A change without its entry is one that is being written.
  expect(unreadable).toEqual([]);
});

it('the outbox leaves a change that cannot be read out of its page, and reports it', async () => {
  const table = new InMemoryTable();
  const unreadable: unknown[] = [];
  const { outbox } = createProviderBox(
    'one',
    table,
    () => START,
    90,
    (row) => unreadable.push(row),
  );
  for (const reference of ['A', 'B', 'C', 'D', 'E']) await outbox.change(reference, body('x'));
  table.replaceAll(
    table
      .stored()
      .map((item) =>
        item.pk.startsWith('BOX#CHANGES') && item.reference === 'C' ? { ...item, at: 0 } : item,
      ),
  );
  const window = { from: iso(START), until: iso(START), precisionMs: 1, page: 1 };
  const { entries } = await outbox.fetch({ ...window, isWithheld: () => false });
  expect(references(entries)).toEqual(['A', 'B', 'D', 'E']);
  expect(unreadable).toHaveLength(1);
});

it('the inbox keeps a payload as a new one after a call that failed to put it among the arrivals', async () => {
  const table = new InMemoryTable();
  const { inbox } = createProviderBox('one', table, () => START, 90);
  const put = table.put.bind(table);
  table.put = async (key, item, condition) => {
    if (key.pk.startsWith('BOX#ARRIVALS')) throw new Error('no table');
    await put(key, item, condition);
  };
  await expect(inbox.keep('a', 'x')).rejects.toThrow('no table');
  table.put = put;
  expect(await inbox.keep('a', 'x')).toBe(true);
  expect(await inbox.keep('a', 'x')).toBe(false);
  const [page] = await Array.fromAsync(inbox.after(null));
  expect(page?.payloads.map(({ id }) => id)).toEqual(['a']);
});

it('the inbox continues after a cursor whose payloads DynamoDB has deleted', async () => {
  const open = (now: number) => createProviderBox('one', new InMemoryTable(), () => now, 90).inbox;
  const before = open(START);
  await before.keep('old', 'x');
  const [page] = await Array.fromAsync(before.after(null));
  const emptied = open(START + 100 * DAY_MS);
  await emptied.keep('new', 'x');
  const [next] = await Array.fromAsync(emptied.after(page!.cursor));
  expect(next?.payloads.map(({ id }) => id)).toEqual(['new']);
});

/** Lets other work run between any two accesses, in an order that the seed decides. */
function interleaved(table: Table, random: () => number): Table {
  const pause = async () => {
    // Now and then an access takes longer than all that the others do meanwhile.
    const turns = random() < 0.2 ? 500 : random() * 4;
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
  };
  const later = async <Result>(run: () => Promise<Result>): Promise<Result> => {
    await pause();
    return await run();
  };
  return {
    read: (key) => later(() => table.read(key)),
    put: (key, item, condition) => later(() => table.put(key, item, condition)),
    range: (partition, range) => later(() => table.range(partition, range)),
    list: (index, partition, range) => table.list(index, partition, range),
    items: (partition) => table.items(partition),
  };
}

describe('a write that others overtake', () => {
  const failing = (failures: number, error: Error) => {
    let runs = 0;
    const result = retryConflicts(async () => {
      runs += 1;
      if (runs <= failures) throw error;
      return runs;
    });
    return { result, runs: () => runs };
  };

  it('is tried again until it is not overtaken', async () => {
    await expect(failing(3, new VersionConflict({ pk: 'BOX', sk: 'ENTRY' })).result).resolves.toBe(4);
  });

  it('is tried again at once three times, then at a time of its own, and is given up after 60 times', async () => {
    let runs = 0;
    const runsBefore: number[] = [];
    const result = retryConflicts(
      () => {
        runs += 1;
        return runs > 100
          ? Promise.reject(new Error('without end'))
          : Promise.reject(new VersionConflict({ pk: 'BOX', sk: 'ENTRY' }));
      },
      async () => void runsBefore.push(runs),
    );
    await expect(result).rejects.toThrow(VersionConflict);
    expect([runs, runsBefore.length, runsBefore[0]]).toEqual([60, 56, 4]);
  });

  it('that fails otherwise is not tried again', async () => {
    const { result, runs } = failing(1, new Error('no table'));
    await expect(result).rejects.toThrow('no table');
    expect(runs()).toBe(1);
  });
});

it('the inbox leaves out problems that have expired', async () => {
  let now = START;
  const { inbox } = createProviderBox('one', new InMemoryTable(), () => now, 90);
  await inbox.addProblem('1Z1', 'No such order.');
  now += 90 * DAY_MS - 1_000;
  expect(await inbox.problems()).toHaveLength(1);
  now += 2_000;
  expect(await inbox.problems()).toEqual([]);
});

describe('orders that change while a service fetches window after window', () => {
  it('are each fetched in their last version, however the work interleaves', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const random = seeded(seed);
        let now = START;
        const table = interleaved(new InMemoryTable(), random);
        const box = createProviderBox('one', table, () => now, 90);
        const seen = new Map<string, string>();
        const fetchWindow = async (from: number, until: number) => {
          let pages = 1;
          for (let page = 1; page <= pages; page += 1) {
            const window = { from: iso(from), until: iso(until), precisionMs: MINUTE_MS };
            const request = { ...window, page, isWithheld: () => false };
            const answer = await box.outbox.fetch(request);
            pages = answer.pages;
            for (const { reference, body: text } of answer.entries) seen.set(reference, text);
          }
        };
        const wanted = new Map<string, string>();
        const changeOrder = async (step: number) => {
          const reference = `S-${Math.floor(random() * 3)}`;
          const text = `${step}`;
          await box.outbox.change(reference, body(text));
          wanted.set(reference, text);
        };
        // Each window begins where the last one ended, to the minute. An order changes just before, and is slow to be stored.
        for (let step = 1; step <= 6; step += 1) {
          const until = START + step * MINUTE_MS;
          now = until - 1;
          const changing = changeOrder(step);
          for (let turn = random() * 40; turn > 0; turn -= 1) await Promise.resolve();
          now = until + Math.floor(random() * 59_000);
          await Promise.all([changing, fetchWindow(until - MINUTE_MS, until)]);
        }
        now = START + 8 * MINUTE_MS;
        await fetchWindow(START + 6 * MINUTE_MS, now);
        expect(seen).toEqual(wanted);
      }),
      { numRuns: 150 },
    );
  });
});
