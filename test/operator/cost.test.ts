import { describe, expect, it, vi } from 'vitest';
import { settingsSchema } from '../../lib/settings/schema.ts';
import { estimateCost, getCost, MEASURED, readFacts, sumAll } from '../../operator/cost-estimate.ts';
import { operations } from '../bench/operations.ts';
import { type } from './cli/session.ts';

const FACTS = { memoryGigabytes: 0.25, polledQueues: 4, secrets: 4, alarmMetrics: 0, dashboards: 0, keys: 0 };
const HOUR = 3_600;

describe('the cost estimate', () => {
  it('uses operations that differ from the counted ones by at most a tenth', async () => {
    const counted = await operations();
    const pairs = [
      [MEASURED.writeUnits, counted['write units']],
      [MEASURED.readUnits, counted['read units']],
      [MEASURED.queueRequests, counted['queue requests']],
      [MEASURED.dearCalls, counted['DEAR calls']],
    ];
    for (const [stored = 0, now = 0] of pairs) expect(Math.abs(stored - now)).toBeLessThanOrEqual(now / 10);
  });

  it('is at most 20 USD for a million webhook events', () => {
    expect(estimateCost(FACTS, [], 0).usdPerMillionEvents).toBeLessThanOrEqual(20);
  });

  it('grows with the orders from the standing costs', () => {
    const standing = estimateCost(FACTS, [HOUR], 0);
    expect(standing.usdPerMonth).toBeCloseTo(sumAll(standing.perMonth));
    const busy = estimateCost(FACTS, [HOUR], 1_000_000);
    expect(busy.usdPerMonth - standing.usdPerMonth).toBeCloseTo(sumAll(busy.perMillionOrders));
  });

  it('grows with the runs of jobs, alarms and dashboards', () => {
    const monthly = (periods: number[], facts = FACTS) => estimateCost(facts, periods, 0).usdPerMonth;
    expect(monthly([HOUR, HOUR])).toBeGreaterThan(monthly([HOUR]));
    expect(monthly([], { ...FACTS, alarmMetrics: 10 }) - monthly([])).toBeCloseTo(1);
    expect(monthly([], { ...FACTS, dashboards: 1 }) - monthly([])).toBeCloseTo(3);
  });

  it('reads its facts from the template', () => {
    const resource = (Type: string, Properties = {}) => ({ Type, Properties });
    const Resources = {
      small: resource('AWS::Lambda::Function', { MemorySize: 256 }),
      large: resource('AWS::Lambda::Function', { MemorySize: 512 }),
      mapping: resource('AWS::Lambda::EventSourceMapping'),
      alarm: resource('AWS::CloudWatch::Alarm', { MetricName: 'Errors' }),
      ratio: resource('AWS::CloudWatch::Alarm', {
        Metrics: [{ Expression: 'a / b' }, { Id: 'a', MetricStat: {} }, { Id: 'b', MetricStat: {} }],
      }),
      other: resource('AWS::IAM::Role'),
    };
    expect(readFacts({ Resources })).toEqual({
      memoryGigabytes: 0.5,
      polledQueues: 1,
      secrets: 0,
      alarmMetrics: 3,
      dashboards: 0,
      keys: 0,
    });
  });

  it('is made from the template of the settings', async () => {
    const settings = settingsSchema.parse({
      connections: [{ id: 'lantern', provider: 'shipstation-v2', location: 'Yard', warehouseId: 'se-1' }],
    });
    const synthesise = vi.fn(async () => ({ Resources: {} }));
    expect(await getCost(settings, 10, { synthesise })).toMatchObject({ ordersPerMonth: 10 });
    expect(synthesise).toHaveBeenCalledWith(settings);
  });

  it('is printed by bridge cost for the stack of the settings', async () => {
    const { code, out } = await type('cost --orders 2000 --json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ ordersPerMonth: 2000 });
    expect(JSON.parse(out).usdPerMonth).toBeGreaterThan(1);
  }, 90_000);
});
