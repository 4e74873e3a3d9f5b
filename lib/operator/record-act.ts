import { randomUUID } from 'node:crypto';
import { isoTime } from '../domain/clock.ts';
import type { AuditWording } from '../store/audit.ts';
import type { Bridge } from './bridge.ts';

/** Somebody at the bridge's controls. */
export interface Operator {
  /** The name that is written down with whatever they do. */
  readonly name: string;
}

/** Notes what an operator has done, for whoever asks later. Called after it was done: a note of what failed would mislead. What broke off halfway is noted as far as it came. */
export async function recordAct(
  { audit, now }: Pick<Bridge, 'audit' | 'now'>,
  by: Operator,
  what: string,
  about: string,
  wording: AuditWording = 'ours',
): Promise<void> {
  await audit.add({ at: isoTime(now()), by: by.name, what, about, id: randomUUID() }, wording);
}
