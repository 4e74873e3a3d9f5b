import { describe, expect, it, vi } from 'vitest';
import { getSchedules } from '../../lib/runtime/job-schedules.ts';
import { settingsSchema } from '../../lib/settings/schema.ts';
import { probe } from '../../lib/workflows/probe.ts';
import {
  countMetrics,
  estimateCost,
  getCost,
  MEASURED,
  readFacts,
  sumAll,
} from '../../operator/stack/cost-estimate.ts';
import { operations } from '../bench/operations.ts';
import { InMemoryBridge } from '../fakes/in-memory-bridge.ts';
import { type } from './cli/session.ts';

const HOUR = 3_600;
const FACTS = {
  keepsCalls: true,
  memoryGigabytes: 0.25,
  polledQueues: 4,
  secrets: 4,
  alarmMetrics: 0,
  dashboards: 0,
  keys: 0,
  isTraced: false,
};
const hourly = (count = 1) =>
  Array.from(
    { length: count },
    () => ({ everySeconds: HOUR, request: { job: 'probe', connection: '' } }) as const,
  );

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

  it('is at most 22 USD for a million webhook events, and 1.50 more where calls are kept', () => {
    const own = estimateCost({ ...FACTS, keepsCalls: false }, [], 0).usdPerMillionEvents;
    expect(own).toBeLessThanOrEqual(22);
    expect(estimateCost(FACTS, [], 0).usdPerMillionEvents - own).toBeLessThanOrEqual(1.5);
  });

  it('grows with the orders from the standing costs', () => {
    const standing = estimateCost(FACTS, hourly(), 0);
    expect(standing.usdPerMonth).toBeCloseTo(sumAll(standing.perMonth));
    const busy = estimateCost(FACTS, hourly(), 1_000_000);
    expect(busy.usdPerMonth - standing.usdPerMonth).toBeCloseTo(sumAll(busy.perMillionOrders));
  });

  it('grows with the runs of jobs, alarms and dashboards', () => {
    const monthly = (runs: number, facts = FACTS) => estimateCost(facts, hourly(runs), 0).usdPerMonth;
    expect(monthly(2)).toBeGreaterThan(monthly(1));
    expect(monthly(0, { ...FACTS, alarmMetrics: 10 }) - monthly(0)).toBeCloseTo(1);
    expect(monthly(0, { ...FACTS, dashboards: 1 }) - monthly(0)).toBeCloseTo(3);
  });

  it('reads its facts from the template', () => {
    const resource = (Type: string, Properties = {}) => ({ Type, Properties });
    const Resources = {
      small: resource('AWS::Lambda::Function', { MemorySize: 256 }),
      large: resource('AWS::Lambda::Function', { MemorySize: 512, TracingConfig: { Mode: 'Active' } }),
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
      isTraced: true,
    });
  });

  it('has eight traces of an order where functions are traced, at 5 USD a million, and none where they are not', () => {
    const traces = (isTraced: boolean) =>
      estimateCost({ ...FACTS, isTraced }, [], 0).perMillionOrders.find(({ what }) => what === 'traces');
    expect(traces(true)?.usd).toBeCloseTo(40);
    expect(traces(false)).toBeUndefined();
  });

  it('counts the metrics that the probe gives for these settings, and those of orders and jobs', async () => {
    const connections = ['lantern', 'anvil'].map((id) => ({
      id,
      provider: 'shipstation-v2' as const,
      location: id,
      warehouseId: 'se-1',
    }));
    const { bridge } = new InMemoryBridge({ connections });
    const schedules = getSchedules(bridge.settings);
    const given = new Set<string>();
    await probe({
      ...bridge,
      connections: [],
      expectedJobs: schedules.map(({ request }) => request),
      countDeadLetters: async () => 0,
      figures: { noteWaiting: async () => {} },
      dearBookedUntil: async () => 0,
      holdHours: 1,
      stockTakeHours: 1,
      unshippedDays: 1,
      gauge: (metric, _, dimensions) => given.add(JSON.stringify([metric, dimensions])),
    });
    const [jobs, workers, receiver] = [2, 4, 1];
    expect(countMetrics(schedules)).toBe(given.size + jobs + workers + receiver);
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
  });
});
