import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  nextRotationStep,
  OLD_TOKEN_UNUSED_AFTER_MS,
  type RotatingSecret,
  TOKEN_KNOWN_AFTER_MS,
  withNewToken,
  withoutOldToken,
  withTokenGiven,
} from '../../operator/webhook-rotation.ts';

const NOW = Date.UTC(2026, 1, 3);
const iso = (ms: number) => new Date(ms).toISOString();
const settled: RotatingSecret = { current: 'token-number-one-1', previous: '' };

describe('a rotation of the webhook token', () => {
  it('waits between storing, giving and forgetting', () => {
    expect(nextRotationStep(settled, NOW)).toEqual({ kind: 'store' });
    const stored = withNewToken(settled, 'token-number-two-2', iso(NOW));
    expect(stored).toMatchObject({ current: 'token-number-two-2', previous: 'token-number-one-1' });
    expect(nextRotationStep(stored, NOW)).toMatchObject({ kind: 'wait', forMs: TOKEN_KNOWN_AFTER_MS });
    const known = NOW + TOKEN_KNOWN_AFTER_MS;
    expect(nextRotationStep(stored, known)).toEqual({ kind: 'give' });
    const given = withTokenGiven(stored, iso(known));
    expect(nextRotationStep(given, known)).toMatchObject({ kind: 'wait', forMs: OLD_TOKEN_UNUSED_AFTER_MS });
    expect(nextRotationStep(given, known + OLD_TOKEN_UNUSED_AFTER_MS)).toEqual({ kind: 'forget' });
    expect(withoutOldToken(given)).toEqual({ current: 'token-number-two-2', previous: '' });
  });

  it('keeps every token valid that DEAR may still send, whenever its steps are taken', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 2 * OLD_TOKEN_UNUSED_AFTER_MS }), { maxLength: 20 }),
        (pauses) => {
          let now = NOW;
          let secret = settled;
          let atDear = settled.current;
          let count = 0;
          for (const pause of pauses) {
            now += pause;
            const { kind } = nextRotationStep(secret, now);
            count += 1;
            if (kind === 'store') secret = withNewToken(secret, `token-number-${count}`, iso(now));
            if (kind === 'give') {
              atDear = secret.current;
              secret = withTokenGiven(secret, iso(now));
            }
            if (kind === 'forget') secret = withoutOldToken(secret);
            expect([secret.current, secret.previous]).toContain(atDear);
          }
        },
      ),
    );
  });
});
