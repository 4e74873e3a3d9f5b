import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FULL_SERVICE, startFilesSandbox } from 'dear-sandbox/files';
import { manualTimeline } from 'dear-sandbox/kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_LIMIT } from '../../../lib/domain/rate-budget.ts';
import { filesDefinition } from '../../../lib/providers/files/definition.ts';
import { sampleOrder } from '../../contract/sample-order.ts';
import { inMemoryBox } from '../../fakes/in-memory-box.ts';

const PASSWORD = 'a password of the warehouse';

describe('a warehouse of files', () => {
  const timeline = manualTimeline();
  let sandbox: Awaited<ReturnType<typeof startFilesSandbox>>;
  beforeEach(async () => {
    sandbox = await startFilesSandbox({ port: 0, password: PASSWORD, timeline });
  });
  afterEach(async () => {
    await sandbox.close();
  });

  const getAccess = (changes: object = {}, password = PASSWORD) => ({
    connection: { id: 'dock', server: sandbox.server, ...FULL_SERVICE, ...changes },
    secret: { password },
    now: timeline.now,
  });
  const trusted = () => ({ hostKey: sandbox.hostKey });

  it('shows its host key before a password is sent, as the answer to its question', async () => {
    const setUp = await filesDefinition.setUp();
    const { found, choices } = await setUp.verify(getAccess({}, 'a wrong password'));
    expect(found).toBe(`its server shows the host key ${sandbox.hostKey}`);
    expect(choices.hostKey?.map(({ value }) => value)).toEqual([sandbox.hostKey]);
    expect((await setUp.verify(getAccess(trusted()))).found).toBe('it has the folder orders');
    await expect(setUp.verify(getAccess(trusted(), 'a wrong password'))).rejects.toMatchObject({
      kind: 'operator',
    });
  });

  it('is checked for folders, files that it does not take, and files that cannot be read', async () => {
    const setUp = await filesDefinition.setUp();
    const check = async (changes: object = {}) =>
      (await setUp.check(getAccess({ ...trusted(), ...changes })))
        .filter(({ ok }) => !ok)
        .map(({ name, found }) => `${name}: ${found}`);
    expect(await check()).toEqual([]);
    const shipments = { ...FULL_SERVICE.shipments, folder: 'out' };
    expect(await check({ shipments })).toEqual(['folder out of dock: there is no such folder']);
    writeFileSync(join(sandbox.directory, 'orders/NEW-SO-1-1-1.old'), 'left');
    expect(await check({ orders: { folder: 'orders' } })).toEqual([]);
    await timeline.advance(Date.now() - timeline.now() + 3 * 24 * 3_600_000);
    expect(await check()).toEqual(['folder orders of dock: 1 order files lie there, the oldest for 3 d']);
  });

  it('reports each parcel once whose file is late, slow and delivered twice', async () => {
    const control = async (method: string, path: string, body: object) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${sandbox.url}/sandbox${path}`, {
        method,
        headers,
        body: JSON.stringify(body),
      });
      expect(answer.ok).toBe(true);
    };
    const shipments = { ...FULL_SERVICE.shipments, complete: 'unchanged' };
    const { connection, secret } = getAccess({
      ...trusted(),
      shipments,
      location: 'Dock',
      provider: 'files',
    });
    const box = inMemoryBox('dock', timeline.now);
    const provider = await filesDefinition.open(
      {
        ...connection,
        location: 'Dock',
        provider: 'files',
        mode: 'live',
        replaces: null,
        returns: 'log',
        returnsBegin: 'scan',
      },
      secret,
      { now: timeline.now, getBudget: () => NO_LIMIT, getBox: () => box, mayWrite: async () => {} },
    );
    await provider.submit(sampleOrder());
    await control('PATCH', '/settings', { deliversTwice: true, slowMs: 30_000, lateMs: 60_000 });
    await control('POST', '/orders/SO-20417-1/ship', {});
    const ids: string[] = [];
    let cursor: string | null = null;
    for (let pass = 0; pass < 10; pass += 1) {
      for await (const page of provider.shipmentsSince(cursor)) {
        ids.push(...page.shipments.map(({ id }) => id));
        expect(page.unreadable).toEqual([]);
        cursor = page.cursor;
      }
      await timeline.advance(40_000);
    }
    expect(new Set(ids).size).toBe(1);
    await provider.close();
  });
});
