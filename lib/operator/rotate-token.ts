import { randomBytes } from 'node:crypto';
import { isoTime } from '../domain/clock.ts';
import type { Bridge } from './bridge.ts';
import { type Operator, recordAct } from './record-act.ts';
import { Refused } from './refusals.ts';
import {
  nextRotationStep,
  type RotatingSecret,
  type RotationStep,
  rotatingSecret,
  withNewToken,
  withoutOldToken,
  withRotation,
  withTokenGiven,
} from './webhook-rotation.ts';
import { giveToken } from './webhooks.ts';

/** As long as the one that a deployment makes. */
const TOKEN_BYTES = 36;

/** Where the rotation of DEAR's webhook token stands. */
export async function planRotation(bridge: Bridge): Promise<RotationStep> {
  return nextRotationStep(await readRotating(bridge), bridge.now());
}

/**
 * Takes the next step of a rotation: store a new token, give it to DEAR, forget the old one. Both tokens are valid in
 * between, so that a rotation which is left halfway loses no webhook.
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
  await giveToken(bridge, by);
  return withTokenGiven(secret, at);
}

async function readRotating({ secrets, secretNames }: Bridge): Promise<RotatingSecret> {
  const secret = rotatingSecret.safeParse(await secrets.read(secretNames.webhook));
  if (secret.success) return withRotation(secret.data, await secrets.changedAt(secretNames.webhook));
  throw new Refused(
    `The secret ${secretNames.webhook} is not { "current": "…", "previous": "…" }. Correct it by hand first`,
  );
}
