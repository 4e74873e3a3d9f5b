import * as z from 'zod';
import { webhookSecret } from '../runtime/secrets.ts';

/** Functions keep a secret for five minutes; within six every one of them knows a new token. */
export const UNTIL_KNOWN_MS = 6 * 60_000;
/** DEAR repeats a refused delivery for 76 minutes, perhaps with the token that it began with. */
export const UNTIL_SPENT_MS = 80 * 60_000;

/** The webhook secret with where a rotation of its token stands. The functions read the two tokens and nothing else. */
export const rotatingSecret = webhookSecret.extend({
  rotation: z
    .object({
      /** When the new token was stored, ISO UTC. */
      storedAt: z.string(),
      /** When DEAR was given it; '' until then. */
      givenAt: z.string(),
    })
    .optional(),
});
export type RotatingSecret = z.infer<typeof rotatingSecret>;

/**
 * Two tokens that somebody put there by hand are a rotation too, begun when the secret was last changed. Taken for none, its
 * first step would forget the token that DEAR may still have.
 * @param changedAt ISO UTC; '' where nobody knows
 */
export function withRotation(secret: RotatingSecret, changedAt: string): RotatingSecret {
  if (secret.previous === '' || secret.rotation !== undefined) return secret;
  return { ...secret, rotation: { storedAt: changedAt, givenAt: '' } };
}

/** The one thing that may be done next. */
export type RotationStep =
  /** Store a new token beside the old one: both are valid from now on. */
  | { readonly kind: 'store' }
  /** Give DEAR the new token: every function knows it. */
  | { readonly kind: 'give' }
  /** Forget the old one. */
  | { readonly kind: 'forget' }
  | { readonly kind: 'wait'; readonly forMs: number; readonly why: string };

/** @param now ms since the epoch */
export function nextRotationStep({ previous, rotation }: RotatingSecret, now: number): RotationStep {
  if (previous === '' || rotation === undefined) return { kind: 'store' };
  if (rotation.givenAt === '') {
    const why = 'every function is to know the new token before DEAR uses it';
    return after(rotation.storedAt, UNTIL_KNOWN_MS, now, why) ?? { kind: 'give' };
  }
  const why = 'DEAR may still repeat deliveries with the old token';
  return after(rotation.givenAt, UNTIL_SPENT_MS, now, why) ?? { kind: 'forget' };
}

function after(moment: string, ms: number, now: number, why: string): RotationStep | null {
  const forMs = Date.parse(moment) + ms - now;
  return forMs > 0 ? { kind: 'wait', forMs, why } : null;
}

/** @param token a new one; @param at ISO UTC */
export function withNewToken({ current }: RotatingSecret, token: string, at: string): RotatingSecret {
  return { current: token, previous: current, rotation: { storedAt: at, givenAt: '' } };
}

export function withTokenGiven(secret: RotatingSecret, at: string): RotatingSecret {
  return { ...secret, rotation: { storedAt: secret.rotation?.storedAt ?? at, givenAt: at } };
}

export function withoutOldToken({ current }: RotatingSecret): RotatingSecret {
  return { current, previous: '' };
}
