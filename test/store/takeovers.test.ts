import { describe, expect, it } from 'vitest';
import { RefusedInShadow } from '../../lib/domain/errors.ts';
import { VersionConflict } from '../../lib/store/table.ts';
import { connectionsNow, Takeovers, writeGuard } from '../../lib/store/takeovers.ts';
import { connection } from '../builders/connection.ts';
import { InMemoryTable } from '../fakes/in-memory-table.ts';

const CUTOVER = { connection: 'lantern', at: '2026-02-03T09:00:00.000Z', by: 'Ada', since: '2026-02-01' };
const shadow = connection({ mode: 'shadow', replaces: { numbers: ['{number}'] } });
const other = connection({ id: 'harbour', mode: 'shadow' });
const live = connection({ id: 'quay' });

describe('a cut-over', () => {
  it('begins once, and a second one gives the first', async () => {
    const takeovers = new Takeovers(new InMemoryTable());
    expect(await takeovers.readCutover('lantern')).toBeNull();
    expect(await takeovers.begin(CUTOVER)).toEqual(CUTOVER);
    expect(await takeovers.begin({ ...CUTOVER, by: 'Rufus', since: '2026-02-02' })).toEqual(CUTOVER);
    expect(await takeovers.readCutover('lantern')).toEqual(CUTOVER);
    expect(await takeovers.readCutover('harbour')).toBeNull();
  });

  it('that cannot be stored is not begun', async () => {
    const table = new InMemoryTable();
    table.put = () => Promise.reject(new Error('no table'));
    await expect(new Takeovers(table).begin(CUTOVER)).rejects.toThrow('no table');
  });

  it('that cannot be stored is an error also where one has begun', async () => {
    const table = new InMemoryTable();
    await new Takeovers(table).begin(CUTOVER);
    table.put = () => Promise.reject(new Error('no table'));
    await expect(new Takeovers(table).begin(CUTOVER)).rejects.toThrow('no table');
  });

  it('that another one came before is an error where neither is there', async () => {
    const table = new InMemoryTable();
    table.put = (key) => Promise.reject(new VersionConflict(key));
    await expect(new Takeovers(table).begin(CUTOVER)).rejects.toThrow(VersionConflict);
  });

  it('changes nothing of a connection that the settings have live since', async () => {
    const readCutover = () => Promise.reject(new Error('asked'));
    expect(await connectionsNow([live], { readCutover })).toEqual([live]);
  });

  it('makes its connection live, with what the settings say of the connector before', async () => {
    const takeovers = new Takeovers(new InMemoryTable());
    await takeovers.begin(CUTOVER);
    expect(await connectionsNow([shadow, other, live], takeovers)).toEqual([
      { ...shadow, mode: 'live' },
      other,
      live,
    ]);
  });

  it('of a connection without such settings looks for the usual numbers', async () => {
    const [now] = await connectionsNow([connection({ mode: 'shadow' })], {
      readCutover: async () => CUTOVER,
    });
    expect(now?.replaces?.numbers.length).toBeGreaterThan(0);
  });
});

describe('an adopted order', () => {
  it('is found by its connection and number, and by no other', async () => {
    const takeovers = new Takeovers(new InMemoryTable());
    await takeovers.saveAdopted('lantern', 'SO-00042', 'SO-00042-1');
    expect(await takeovers.findAdopted('lantern', 'SO-00042')).toBe('SO-00042-1');
    expect(await takeovers.findAdopted('lantern', 'SO-00043')).toBeNull();
    expect(await takeovers.findAdopted('harbour', 'SO-00042')).toBeNull();
  });
});

describe('a write', () => {
  const guard = (connections: Parameters<typeof writeGuard>[0], cutOver: readonly string[] = []) => {
    const readCutover = async (id: string) => (cutOver.includes(id) ? { ...CUTOVER, connection: id } : null);
    return writeGuard(connections, () => ({ readCutover }));
  };

  it.each<[string, ReturnType<typeof guard>, string | null]>([
    ['about a live connection passes beside one in shadow mode', guard([shadow, live]), 'quay'],
    ['about a connection that was cut over passes', guard([shadow, other], ['lantern']), 'lantern'],
    ['about no connection passes once all are live', guard([shadow, other], ['lantern', 'harbour']), null],
    ['about no connection passes where none was in shadow mode', guard([live]), null],
  ])('%s', async (_, mayWrite, about) => {
    await expect(mayWrite(about)).resolves.toBeUndefined();
  });

  it.each<[string, ReturnType<typeof guard>, string | null]>([
    ['about a connection in shadow mode', guard([live, shadow]), 'lantern'],
    ['about the one of two that was not cut over', guard([shadow, other], ['lantern']), 'harbour'],
    ['about no connection while one is in shadow mode', guard([live, shadow, other], ['lantern']), null],
  ])('%s is refused', async (_, mayWrite, about) => {
    await expect(mayWrite(about)).rejects.toThrow(RefusedInShadow);
  });

  it('asks the table for nothing where the settings have no connection in shadow mode', async () => {
    const mayWrite = writeGuard([live], () => {
      throw new Error('asked');
    });
    await expect(mayWrite(null)).resolves.toBeUndefined();
  });
});
