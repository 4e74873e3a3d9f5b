import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { isoTime } from '../lib/domain/clock.ts';
import { webhookSecret } from '../lib/runtime/secrets.ts';
import type { Bridge } from './bridge.ts';
import { type Operator, recordAct } from './record-act.ts';
import { Refused } from './user-errors.ts';
import { sendTokenToDear } from './webhooks.ts';

/** Functions cache a secret for five minutes; after six every function knows a new token. */
export const TOKEN_KNOWN_AFTER_MS = 6 * 60_000;
/** DEAR repeats a refused delivery for 76 minutes, perhaps with the token of the first attempt. */
export const OLD_TOKEN_UNUSED_AFTER_MS = 80 * 60_000;

/** The webhook secret with the state of a token rotation. The functions read only the two tokens. */
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
 * Two tokens that were stored by hand count as a rotation that began with the secret's last change. Without that, the next
 * rotation would forget the token that DEAR may still use.
 * @param changedAt ISO UTC; '' where it is unknown
 */
export function withRotation(secret: RotatingSecret, changedAt: string): RotatingSecret {
  if (secret.previous === '' || secret.rotation !== undefined) return secret;
  return { ...secret, rotation: { storedAt: changedAt, givenAt: '' } };
}

/** The only step that is allowed next. */
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
    const why = 'every function has to know the new token before DEAR uses it';
    return after(rotation.storedAt, TOKEN_KNOWN_AFTER_MS, now, why) ?? { kind: 'give' };
  }
  const why = 'DEAR may still repeat deliveries with the old token';
  return after(rotation.givenAt, OLD_TOKEN_UNUSED_AFTER_MS, now, why) ?? { kind: 'forget' };
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

/** As long as the one that a deployment makes. */
const TOKEN_BYTES = 36;

/** The next step of the rotation of DEAR's webhook token. */
export async function planRotation(bridge: Bridge): Promise<RotationStep> {
  return nextRotationStep(await readRotating(bridge), bridge.now());
}

/**
 * Takes the next step of a rotation: store a new token, give it to DEAR, forget the old one. Both tokens are valid in between,
 * so a rotation that stops halfway loses no webhook.
 * @returns the step that was taken, or the wait that has to pass first
 */
export async function rotateToken(bridge: Bridge, by: Operator): Promise<RotationStep> {
  const secret = await readRotating(bridge);
  const step = nextRotationStep(secret, bridge.now());
  if (step.kind === 'wait') return step;
  const about = bridge.secretNames.webhook;
  await bridge.secrets.write(about, await afterStep(step.kind, secret, bridge, by));
  await recordAct(bridge, by, `rotation of the webhook token: ${step.kind}`, about);
  return step;
}

async function afterStep(
  kind: 'store' | 'give' | 'forget',
  secret: RotatingSecret,
  bridge: Bridge,
  by: Operator,
): Promise<RotatingSecret> {
  const at = isoTime(bridge.now());
  if (kind === 'store') return withNewToken(secret, randomBytes(TOKEN_BYTES).toString('base64url'), at);
  if (kind === 'forget') return withoutOldToken(secret);
  await sendTokenToDear(bridge, by);
  return withTokenGiven(secret, at);
}

async function readRotating({ secrets, secretNames }: Bridge): Promise<RotatingSecret> {
  const secret = rotatingSecret.safeParse(await secrets.read(secretNames.webhook));
  if (secret.success) return withRotation(secret.data, await secrets.changedAt(secretNames.webhook));
  throw new Refused(
    `The secret ${secretNames.webhook} is not { "current": "…", "previous": "…" }`,
    'Correct it by hand first',
  );
}
