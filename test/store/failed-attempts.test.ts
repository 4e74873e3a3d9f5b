import { expect, it } from 'vitest';
import { FailedAttempts } from '../../lib/store/failed-attempts.ts';
import { InMemoryTable } from '../fakes/in-memory-table.ts';

it('counts the failures of each message by itself, and forgets them when the queue has', async () => {
  const table = new InMemoryTable();
  const failures = new FailedAttempts(table, () => Date.UTC(2026, 1, 3));
  expect([await failures.add('m-1'), await failures.add('m-1'), await failures.add('m-2')]).toEqual([
    1, 2, 1,
  ]);
  const item = await table.read({ pk: 'FAILED#m-1', sk: 'ATTEMPTS' });
  expect(item).toMatchObject({ expiresAt: Date.UTC(2026, 1, 17) / 1000 });
});
