import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { isoTime } from '../lib/domain/clock.ts';
import type { AuditWording } from '../lib/store/audit.ts';
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

/** Who is logged in to this machine. A container may run under a number that has no name. */
export function machineUser(read: () => { readonly username: string } = userInfo): string {
  try {
    return read().username;
  } catch {
    return 'a user without a name';
  }
}
