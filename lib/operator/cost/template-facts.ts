import * as z from 'zod';

const template = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
});

/** What of a synthesised stack costs money whether it is used or not, and what its use costs by the second. */
export interface TemplateFacts {
  /** The largest of any function. */
  readonly memoryGigabytes: number;
  /** Queues that Lambda polls. */
  readonly polledQueues: number;
  readonly secrets: number;
  /** What alarms look at: each metric of an alarm is charged for, and one that reckons with two has two. */
  readonly alarmMetrics: number;
  readonly dashboards: number;
  readonly keys: number;
}

/** @param synthesised parsed JSON */
export function readFacts(synthesised: unknown): TemplateFacts {
  const resources = Object.values(template.parse(synthesised).Resources);
  const count = (type: string) => resources.filter(({ Type }) => Type === type).length;
  const megabytes = resources
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties }) => Number(Properties.MemorySize ?? 128));
  return {
    memoryGigabytes: Math.max(0, ...megabytes) / 1024,
    polledQueues: count('AWS::Lambda::EventSourceMapping'),
    secrets: count('AWS::SecretsManager::Secret'),
    alarmMetrics: resources
      .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
      .reduce((sum, { Properties }) => sum + metricsOf(Properties.Metrics), 0),
    dashboards: count('AWS::CloudWatch::Dashboard'),
    keys: count('AWS::KMS::Key'),
  };
}

/** @param queries an alarm's `Metrics`: metrics and the expressions over them; absent where the alarm is of a single metric */
function metricsOf(queries: unknown): number {
  const metrics = z.array(z.looseObject({ MetricStat: z.unknown().optional() })).safeParse(queries);
  return metrics.success ? metrics.data.filter(({ MetricStat }) => MetricStat !== undefined).length : 1;
}
