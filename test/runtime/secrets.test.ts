import { describe, expect, it } from 'vitest';
import { builtFromSecret, matchesToken } from '../../lib/runtime/secrets.ts';

describe('the webhook token', () => {
  const tokens = { current: 'current-token-0123', previous: 'previous-token-0123' };

  it.each([
    ['current-token-0123', true],
    ['previous-token-0123', true],
    ['current-token-0124', false],
    ['current', false],
    ['current-token-0123-and-more', false],
    ['', false],
  ])('%j is accepted: %j', (presented, expected) => {
    expect(matchesToken(presented, tokens)).toBe(expected);
  });

  it('that is empty is never accepted, though no previous one is set', () => {
    expect(matchesToken('', { current: 'current-token-0123', previous: '' })).toBe(false);
  });
});

describe('what is built from a secret', () => {
  it('is kept until the secret is replaced', async () => {
    let secret = { key: 'one' };
    let builds = 0;
    const get = builtFromSecret(
      async () => ({ ...secret }),
      ({ key }) => `${key} ${++builds}`,
    );
    expect([await get(), await get()]).toEqual(['one 1', 'one 1']);
    secret = { key: 'two' };
    expect(await get()).toBe('two 2');
  });
});
