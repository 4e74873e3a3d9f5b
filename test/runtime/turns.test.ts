import { describe, expect, it } from 'vitest';
import { Deferred } from '../../lib/domain/errors.ts';
import { createTurns } from '../../lib/runtime/turns.ts';

describe('work that was begun at the same time', () => {
  const hasTime = () => true;

  it('is done one after the other, and knows whether it waited', async () => {
    const inTurn = createTurns();
    const steps: string[] = [];
    const work = (name: string) => async (hasWaited: boolean) => {
      steps.push(`${name} begins${hasWaited ? ' late' : ''}`);
      await new Promise((resolve) => setImmediate(resolve));
      steps.push(`${name} ends`);
    };
    await Promise.all(['a', 'b', 'c'].map((name) => inTurn(hasTime, work(name))));
    expect(steps).toEqual(['a begins', 'a ends', 'b begins late', 'b ends', 'c begins late', 'c ends']);
    await inTurn(hasTime, work('d'));
    expect(steps.at(-2)).toBe('d begins');
  });

  it('goes on after work that failed', async () => {
    const inTurn = createTurns();
    const failed = inTurn(hasTime, () => Promise.reject(new Error('broken')));
    const next = inTurn(hasTime, async () => 'done');
    await expect(failed).rejects.toThrow('broken');
    expect(await next).toBe('done');
  });

  it('is put off once no time is left, without being begun', async () => {
    const inTurn = createTurns();
    let left = 1;
    const take = () =>
      inTurn(
        () => left > 0,
        async () => {
          left -= 1;
        },
      );
    const results = await Promise.allSettled([take(), take()]);
    expect(results).toMatchObject([{ status: 'fulfilled' }, { reason: expect.any(Deferred) }]);
  });
});
