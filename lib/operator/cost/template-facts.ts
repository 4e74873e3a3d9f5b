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
  readonly alarms: number;
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
    alarms: count('AWS::CloudWatch::Alarm') + count('AWS::CloudWatch::CompositeAlarm'),
    dashboards: count('AWS::CloudWatch::Dashboard'),
    keys: count('AWS::KMS::Key'),
  };
}
