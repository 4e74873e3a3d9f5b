import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { isoTime } from '../lib/domain/clock.ts';
import type { AuditWording } from '../lib/store/audit.ts';
import type { Bridge } from './bridge.ts';

/** A person who looks after a bridge. */
export interface Operator {
  /** Recorded with every action. */
  readonly name: string;
}

/** Records an operator's action in the audit, after it was done. An action that failed halfway is recorded as far as it came. */
export async function recordAct(
  { audit, now }: Pick<Bridge, 'audit' | 'now'>,
  by: Operator,
  what: string,
  about: string,
  wording: AuditWording = 'ours',
): Promise<void> {
  await audit.add({ at: isoTime(now()), by: by.name, what, about, id: randomUUID() }, wording);
}

/** The user of this machine. A container may run under a number that has no name. */
export function machineUser(read: () => { readonly username: string } = userInfo): string {
  try {
    return read().username;
  } catch {
    return 'a user without a name';
  }
}
