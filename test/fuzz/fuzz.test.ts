import { expect, it } from 'vitest';
import { runFuzz } from './run-fuzz.ts';

it('500 spoilt requests are answered without a fault, without leaking, and are queued where they are accepted', async () => {
  const { problems, statuses, messages } = await runFuzz(500, 7);
  expect(problems).toEqual([]);
  // Both what is let in and what is turned away was asked for.
  expect(Object.keys(statuses)).toEqual(
    expect.arrayContaining(['200', '202', '400', '401', '403', '404', '413']),
  );
  expect(messages).toBeGreaterThan(100);
});
