import { beforeEach, describe, expect, it } from 'vitest';
import { isoTime } from '../../lib/domain/clock.ts';
import {
  type AuditQuery,
  listAudit,
  readAuditAddress,
  toAuditQuery,
  WHOLE_AUDIT,
} from '../../operator/audit.ts';
import { recordAct, recordReading } from '../../operator/record-act.ts';
import { InMemoryBridge } from '../fakes/in-memory-bridge.ts';
import { type } from './cli/session.ts';

const HOUR_MS = 3_600_000;
let fake: InMemoryBridge;

const ask = async (query: Partial<AuditQuery>, limit = 100) => {
  const { entries, earlier } = await listAudit(fake.bridge, { ...WHOLE_AUDIT, ...query }, limit);
  return { whats: entries.map(({ what }) => what), earlier };
};

beforeEach(async () => {
  fake = new InMemoryBridge();
  const acts = [
    ['Mina', 'ship: Waiting to be sent.', 'SO-1-1'],
    ['Ada', 'paused', 'lantern'],
    ['Mina', 'release of 2 orders (Not paid)', 'B-1a2b'],
  ] as const;
  for (const [by, what, about] of acts) {
    for (const reference of ['SO-1-1', 'SO-2-1'])
      await recordReading(fake.bridge, { name: by }, 'address', reference);
    fake.now += HOUR_MS;
    await recordAct(fake.bridge, { name: by }, what, about);
  }
});

describe('the audit', () => {
  it('lists what was done, the latest first, and leaves out what was only read', async () => {
    expect(await ask({})).toEqual({
      whats: ['release of 2 orders (Not paid)', 'paused', 'ship: Waiting to be sent.'],
      earlier: '',
    });
  });

  it.each([
    [{ readings: 'only' }, 6],
    [{ readings: 'also' }, 9],
    [{ by: 'mina' }, 2],
    [{ what: 'RELEASE' }, 1],
    [{ about: 'so-1-1' }, 1],
    [{ about: 'so-1-1', readings: 'only', by: 'Mina' }, 2],
    [{ by: 'Zoe' }, 0],
  ] as const)('narrowed to %o has %i entries', async (query, count) => {
    expect((await ask(query)).whats).toHaveLength(count);
  });

  it('ends before a moment, which the page before names, and loses none of one millisecond', async () => {
    const seen: string[] = [];
    let until = '';
    do {
      const { whats, earlier } = await ask({ readings: 'also', until }, 1);
      seen.push(...whats);
      until = earlier;
    } while (until !== '');
    expect(seen).toEqual((await ask({ readings: 'also' })).whats);
  });

  it('reads days of an address as UTC, the last one included, and refuses what is no day', () => {
    const { since, until } = toAuditQuery(readAuditAddress({ since: '2026-02-03', until: '2026-02-03' }));
    expect([since, until]).toEqual(['2026-02-03T00:00:00.000Z', '2026-02-04T00:00:00.000Z']);
    expect(() => readAuditAddress({ since: '2026-11-31' })).toThrow();
  });

  it('is listed by the command line with the same filters', async () => {
    const now = () => fake.now + 1;
    const { out, err } = await type('audit list --by mina --limit 1', { bridge: fake.bridge, now });
    expect(out).toMatch(/Mina +release of 2 orders \(Not paid\) +B-1a2b/);
    expect(out).not.toContain('read personal data');
    expect(err).toContain(`--until ${isoTime(fake.now)}`);
    const { json } = await type('audit list --readings only --json', { bridge: fake.bridge, now });
    expect(json()).toMatchObject({ entries: { length: 6 }, earlier: '' });
  });
});
