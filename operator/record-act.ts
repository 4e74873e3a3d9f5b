import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { isoTime } from '../lib/domain/clock.ts';
import type { AuditWording } from '../lib/store/audit.ts';
import type { Bridge } from './bridge.ts';

/** A person who looks after a bridge. */
export interface Operator {
  /** Recorded with every action: the name that they gave, and the end of their identity. */
  readonly name: string;
}

/**
 * @param caller of the bridge: `Bridge.caller`
 * @param as the name that they gave
 */
export function toOperator(caller: string, as?: string): Operator {
  const own = caller.split(/[/:]/).at(-1) ?? '';
  return { name: as === undefined || as === own ? own : `${as} (${own})` };
}

/**
 * Records an operator's action in the audit, after it was done, with the caller of the bridge, whatever name they gave. An
 * action that failed halfway is recorded as far as it came.
 */
export async function recordAct(
  { audit, now, caller }: Pick<Bridge, 'audit' | 'now' | 'caller'>,
  by: Operator,
  what: string,
  about: string,
  wording: AuditWording = 'ours',
): Promise<void> {
  const entry = { at: isoTime(now()), by: by.name, identity: caller, what, about, id: randomUUID() };
  await audit.add(entry, wording);
}

/** How entries of readings begin. */
export const READING = 'read personal data: ';

/**
 * Records that personal data was read, before it is shown: without the record it is not.
 * @param about the order, sale or connection
 */
export async function recordReading(
  bridge: Pick<Bridge, 'audit' | 'now' | 'caller'>,
  by: Operator,
  what: 'address' | 'label' | 'evidence' | 'export' | 'methods',
  about: string,
): Promise<void> {
  await recordAct(bridge, by, `${READING}${what}`, about);
}

/** Who calls a bridge on this machine. */
export function getLocalCaller(): string {
  return `local/${machineUser()}`;
}

/** The user of this machine. A container may run under a number that has no name. */
export function machineUser(read: () => { readonly username: string } = userInfo): string {
  try {
    return read().username;
  } catch {
    return 'a user without a name';
  }
}
