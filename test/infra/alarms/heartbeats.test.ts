import { describe, expect, it } from 'vitest';
import { heartbeats } from '../../../lib/infra/alarms/heartbeats.ts';
import { JOBS } from '../../../lib/messaging/messages.ts';
import { parseSettings } from '../../../lib/settings/define-config.ts';

const connection = (id: string, more = {}) => ({
  id,
  provider: 'shipstation-v2',
  location: id,
  warehouseId: 'se-41',
  ...more,
});
const getHeartbeats = (settings: object) =>
  heartbeats(parseSettings({ connections: [connection('harbour')], ...settings }, 'the test'));
const getMinutes = (settings: object) =>
  Object.fromEntries(getHeartbeats(settings).map(({ id, atLeast }) => [id, atLeast / 60]));

describe('the heartbeat of a job', () => {
  it('is missed after three of its runs, and a look for shipments after two', () => {
    expect(getMinutes({})).toEqual({
      'heartbeat-sweep-sales': 45,
      'heartbeat-check-webhooks': 180,
      'heartbeat-probe': 15,
      'heartbeat-collect-shipments': 10,
      'heartbeat-check-orders': 180,
      'heartbeat-refresh-tracking': 36 * 60,
      'heartbeat-sync-inventory': 180,
      'heartbeat-refresh-catalogue': 72 * 60,
    });
  });

  it('follows the settings, and of several connections the one that is least in a hurry', () => {
    const connections = [
      connection('harbour', { inventory: { every: '30 minutes' }, catalogue: { every: '1 day' } }),
      connection('hill', { inventory: { every: '2 hours' }, catalogue: { every: 'off' } }),
    ];
    expect(getMinutes({ connections })).toMatchObject({
      'heartbeat-sync-inventory': 360,
      'heartbeat-refresh-catalogue': 72 * 60,
    });
  });

  it('is not asked for more often than it is measured', () => {
    const connections = [connection('harbour', { inventory: { every: '1 minute' } })];
    expect(getMinutes({ connections })).toMatchObject({ 'heartbeat-sync-inventory': 15 });
  });

  it('is not watched where the settings switch the job off everywhere', () => {
    const off = { inventory: { every: 'off' }, catalogue: { every: 'off' }, checkOrders: 'off' };
    const connections = [connection('harbour', off)];
    expect(Object.keys(getMinutes({ connections, dear: { webhooks: 'off' } })).sort()).toEqual([
      'heartbeat-collect-shipments',
      'heartbeat-probe',
      'heartbeat-refresh-tracking',
      'heartbeat-sweep-sales',
    ]);
  });

  it('is watched for every job there is', () => {
    const ids = getHeartbeats({}).map(({ id }) => id);
    expect(ids.sort()).toEqual(JOBS.map((job) => `heartbeat-${job}`).sort());
  });

  it('is missed, too, where it is not measured three times in a row', () => {
    for (const { id, missing, datapoints } of getHeartbeats({})) {
      const times = id === 'heartbeat-collect-shipments' ? 2 : 3;
      expect({ missing, datapoints }).toEqual({
        missing: 'breaching',
        datapoints: { breaching: times, of: times, minutes: 5 },
      });
    }
  });

  it('calls within 20 minutes of the last look for shipments, at the worst', () => {
    const look = getHeartbeats({}).find(({ id }) => id === 'heartbeat-collect-shipments');
    const { minutes = 0, breaching = 0 } = look?.datapoints ?? {};
    // The first measurement that finds it is at most one interval late.
    expect((look?.atLeast ?? 0) / 60 + minutes * breaching).toBeLessThanOrEqual(20);
  });

  it('says for how long, in words', () => {
    const summary = (id: string) => getHeartbeats({}).find((alarm) => alarm.id === id)?.summary;
    expect(summary('heartbeat-sweep-sales')).toMatch(/^sweep-sales has not completed for 45 minutes, /);
    expect(summary('heartbeat-refresh-tracking')).toMatch(/ for 36 hours, /);
  });
});
