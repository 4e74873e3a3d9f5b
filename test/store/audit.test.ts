import { describe, expect, it } from 'vitest';
import { AuditTrail } from '../../lib/store/audit.ts';
import { Pauses } from '../../lib/store/pauses.ts';
import { InMemoryTable } from '../fakes/in-memory-table.ts';

const entry = (at: string, id = 'a') => ({
  at,
  by: 'Ada',
  identity: 'local/ada',
  what: 'paused',
  about: 'lantern',
  id,
});

describe('the audit trail', () => {
  const moments = [
    '2025-11-30T23:59:59.999Z',
    '2025-12-01T00:00:00.000Z',
    '2025-12-31T12:00:00.000Z',
    '2026-02-03T09:00:00.000Z',
  ];

  it.each([
    ['2025-01-01T00:00:00.000Z', '2026-12-31T00:00:00.000Z', [3, 2, 1, 0]],
    ['2025-12-01T00:00:00.000Z', '2026-02-03T08:59:59.999Z', [2, 1]],
    ['2026-03-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z', []],
  ])('lists from %s to %s, newest first, across months', async (since, until, expected) => {
    const audit = new AuditTrail(new InMemoryTable(2));
    for (const at of moments) await audit.add(entry(at));
    const listed = await Array.fromAsync(audit.list(since, until));
    expect(listed.map(({ at }) => moments.indexOf(at))).toEqual(expected);
  });

  it('keeps acts of the same millisecond apart', async () => {
    const audit = new AuditTrail(new InMemoryTable());
    for (const id of ['a', 'b']) await audit.add(entry('2026-02-03T09:00:00.000Z', id));
    const listed = await Array.fromAsync(audit.list('2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'));
    expect(listed).toHaveLength(2);
  });

  it('is forgotten after 400 days', async () => {
    const table = new InMemoryTable();
    await new AuditTrail(table).add(entry('2026-02-03T09:00:00.000Z'));
    const item = await table.read({ pk: 'AUDIT#2026-02', sk: '2026-02-03T09:00:00.000Z#a' });
    expect(item?.expiresAt).toBe(Date.UTC(2026, 1, 3 + 400, 9) / 1000);
  });
});

describe('pauses', () => {
  it('are there from their beginning to their end, for one connection', async () => {
    const pauses = new Pauses(new InMemoryTable());
    const pause = { connection: 'lantern', by: 'Ada', since: '2026-02-03T09:00:00.000Z', why: '' };
    expect(await pauses.read('lantern')).toBeNull();
    await pauses.begin(pause);
    expect([await pauses.read('lantern'), await pauses.read('harbour')]).toEqual([pause, null]);
    await pauses.end('lantern');
    expect(await pauses.read('lantern')).toBeNull();
  });
});
