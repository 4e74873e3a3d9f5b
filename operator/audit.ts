import * as z from 'zod';
import { DAY_MS, isoTime } from '../lib/domain/clock.ts';
import type { AuditEntry } from '../lib/store/audit.ts';
import type { Bridge } from './bridge.ts';
import { READING } from './record-act.ts';

/** Which entries of the audit a person asks for. Texts are parts of words, in any case; '': any. */
export interface AuditQuery {
  /** The name that was given, or the identity. */
  readonly by: string;
  /** What was done. */
  readonly what: string;
  /** The order, sale, connection or queue. */
  readonly about: string;
  /** ISO UTC; '' for as far back as entries are kept. */
  readonly since: string;
  /** ISO UTC, exclusive; '' for now. */
  readonly until: string;
  /** Readings of personal data, which would hide what was done: `none`, with the rest, or alone. */
  readonly readings: 'none' | 'also' | 'only';
}

export const WHOLE_AUDIT: AuditQuery = {
  by: '',
  what: '',
  about: '',
  since: '',
  until: '',
  readings: 'none',
};

export interface AuditPage {
  /** The latest first. */
  readonly entries: ReadonlyArray<Omit<AuditEntry, 'id'>>;
  /** The earlier ones end before this moment (ISO UTC); '' where there are none. */
  readonly earlier: string;
}

/** As long as entries are kept. */
const AUDIT_DAYS = 400;
/** A page looks back over so many entries at most, a few seconds of reading. */
const MAX_LOOKED_AT = 20_000;

/** The latest entries that match. Those of one millisecond stay together. @param limit at least 1 */
export async function listAudit(
  { audit, now }: Pick<Bridge, 'audit' | 'now'>,
  query: AuditQuery,
  limit: number,
): Promise<AuditPage> {
  const since = query.since || isoTime(now() - AUDIT_DAYS * DAY_MS);
  const until = query.until === '' ? now() : Date.parse(query.until) - 1;
  const entries: AuditEntry[] = [];
  let looked = 0;
  let last = '';
  for await (const entry of audit.list(since, isoTime(until))) {
    const isEnough = entries.length >= limit || looked >= MAX_LOOKED_AT;
    if (isEnough && entry.at !== last) return { entries: entries.map(withoutId), earlier: last };
    looked += 1;
    last = entry.at;
    if (matches(entry, query)) entries.push(entry);
  }
  return { entries: entries.map(withoutId), earlier: '' };
}

function withoutId({ id: _, ...entry }: AuditEntry): Omit<AuditEntry, 'id'> {
  return entry;
}

function matches({ by, identity, what, about }: AuditEntry, query: AuditQuery): boolean {
  const isReading = what.startsWith(READING);
  if (query.readings !== 'also' && isReading !== (query.readings === 'only')) return false;
  const holds = (text: string, part: string) => text.toLowerCase().includes(part.trim().toLowerCase());
  return holds(`${by} ${identity}`, query.by) && holds(what, query.what) && holds(about, query.about);
}

const text = z.string().max(200).default('');
const day = z.iso.date().or(z.literal('')).default('');
const address = z.object({
  by: text,
  what: text,
  about: text,
  since: day,
  until: day,
  before: z.iso.datetime().or(z.literal('')).default(''),
  readings: z.enum(['none', 'also', 'only']).default('none'),
});
/** What the address of a page of the audit says. Days are UTC, and `until` is included; `before` is a moment of a link. */
export type AuditAddress = z.infer<typeof address>;

/** @throws {z.ZodError} a day that is none */
export function readAuditAddress(params: Readonly<Record<string, string>>): AuditAddress {
  return address.parse(params);
}

export function toAuditQuery({ since, until, before, ...query }: AuditAddress): AuditQuery {
  const end = until === '' ? '' : isoTime(Date.parse(until) + DAY_MS);
  return {
    ...query,
    since: since === '' ? '' : `${since}T00:00:00.000Z`,
    until: before !== '' && (end === '' || before < end) ? before : end,
  };
}
