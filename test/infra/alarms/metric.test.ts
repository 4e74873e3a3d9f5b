import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createWorkspace, type SynthesisedBridge, synthesiseBridge } from '../synthesised-bridge.ts';
import { toText } from './in-the-cloud.ts';
import { type NamedMetric, whyUnknown } from './known-metrics.ts';

const workspace = createWorkspace();
let bridge: SynthesisedBridge;
beforeAll(async () => {
  bridge = await synthesiseBridge(workspace);
});
afterAll(workspace.remove);

const metric = z.object({
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.unknown() })).default([]),
});
const single = metric.extend({
  Period: z.number(),
  Statistic: z.string().optional(),
  ExtendedStatistic: z.string().optional(),
});
const part = z.object({
  Expression: z.string().optional(),
  MetricStat: z.object({ Metric: metric, Period: z.number(), Stat: z.string() }).optional(),
});

interface Reading extends NamedMetric {
  readonly statistic: string;
  readonly seconds: number;
}

function getReading(of: z.infer<typeof metric>, seconds: number, statistic = ''): Reading {
  const dimensions = Object.fromEntries(of.Dimensions.map(({ Name, Value }) => [Name, toText(Value)]));
  return { namespace: of.Namespace, name: of.MetricName, dimensions, statistic, seconds };
}

const alarms = () => Object.values(bridge.ofType('AWS::CloudWatch::Alarm')).map((alarm) => alarm.Properties);
const getAlarm = (id: string) => alarms().find(({ AlarmName }) => AlarmName === `acme-test-${id}`)!;
const getParts = (alarm: Record<string, unknown>) => z.array(part).parse(alarm.Metrics ?? []);
const getExpression = (id: string) =>
  getParts(getAlarm(id)).find((each) => each.Expression !== undefined)?.Expression;

/** Every metric that the alarm reads. */
function getReadings(alarm: Record<string, unknown>): Reading[] {
  const parts = getParts(alarm).flatMap(({ MetricStat }) => MetricStat ?? []);
  if (parts.length > 0) return parts.map(({ Metric, Period, Stat }) => getReading(Metric, Period, Stat));
  const { Period, Statistic, ExtendedStatistic, ...of } = single.parse(alarm);
  return [getReading(of, Period, Statistic ?? ExtendedStatistic)];
}

describe('an alarm', () => {
  it('reads only metrics that are emitted', () => {
    const readings = alarms().flatMap(getReadings);
    expect(readings.length).toBeGreaterThanOrEqual(alarms().length);
    expect(readings.map((reading) => whyUnknown(reading, 'acme-test')).filter((why) => why !== '')).toEqual(
      [],
    );
  });

  it('adds up what several functions count, also where one of them counted nothing', () => {
    const readings = getReadings(getAlarm('dear-credentials-refused'));
    expect(readings.map(({ name, dimensions }) => ({ name, ...dimensions }))).toEqual(
      ['reconcile-sale', 'confirm-shipment', 'run-job'].map((service) => ({
        name: 'OperatorActionNeeded',
        service,
        system: 'DEAR',
      })),
    );
    expect(getExpression('dear-credentials-refused')).toBe(
      'SUM([ofOperatorActionNeeded_reconcile_sale,ofOperatorActionNeeded_confirm_shipment,ofOperatorActionNeeded_run_job])',
    );
  });

  it.each([
    ['provider-credentials-refused', 'provider', ['dispatch-order', 'run-job']],
    [
      'secret-unreadable',
      'Secrets Manager',
      ['reconcile-sale', 'dispatch-order', 'confirm-shipment', 'run-job'],
    ],
  ])('%s tells the system apart: %s', (id, system, services) => {
    const dimensions = getReadings(getAlarm(id)).map((reading) => reading.dimensions);
    expect(dimensions).toEqual(services.map((service) => ({ service, system })));
  });

  it('measures live work that waits for calls, and not the background', () => {
    const services = getReadings(getAlarm('rate-budget-saturated')).map(
      ({ dimensions }) => dimensions.service,
    );
    expect(services).toEqual(['reconcile-sale', 'dispatch-order', 'confirm-shipment']);
  });

  it.each([
    ['receive-webhook', 10],
    ['reconcile-sale', 30],
    ['run-job', 900],
  ])('measures how much of its time %s takes: %i s', (name, seconds) => {
    const [reading] = getReadings(getAlarm(`slow-${name}`));
    expect(reading).toMatchObject({ name: 'Duration', statistic: 'p99' });
    expect(getExpression(`slow-${name}`)).toBe(
      `100 * ofDuration_${name.replaceAll('-', '_')} / ${seconds * 1_000}`,
    );
  });

  it.each([
    ['unsubmitted-sale-late', 'Maximum', 300],
    ['heartbeat-probe', 'Maximum', 300],
    ['webhooks-failing', 'Sum', 1_800],
    ['webhooks-missed', 'Sum', 3_600],
    ['dead-letters-schedules', 'Maximum', 300],
    ['queue-age-fulfillment', 'Maximum', 300],
    ['errors-run-job', 'Sum', 300],
  ])('%s takes the %s of %i s', (id, statistic, seconds) => {
    expect(getReadings(getAlarm(id))).toMatchObject([{ statistic, seconds }]);
  });

  it.each(['sale-events', 'fulfillment', 'confirmations', 'jobs'])(
    'of the queue %s and of its dead letters measures that queue',
    (name) => {
      const queue = (physical: string) =>
        `<${bridge.toId('AWS::SQS::Queue', 'QueueName', `acme-test-${physical}`)}>`;
      const [age] = getReadings(getAlarm(`queue-age-${name}`));
      const [dead] = getReadings(getAlarm(`dead-letters-${name}`));
      expect(age?.dimensions).toEqual({ QueueName: queue(`${name}.fifo`) });
      expect(dead?.dimensions).toEqual({ QueueName: queue(`${name}-dead-letter.fifo`) });
    },
  );
});
