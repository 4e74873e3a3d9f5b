import * as z from 'zod';

const address = z.string().min(1);

/** The outputs of a deployed stack that are used here; the local system has the same. */
export const stackOutputs = z.looseObject({
  TableName: address,
  DearWebhookUrl: z.url(),
  DearSecretName: address,
  WebhookSecretName: address,
  SaleEventsQueueUrl: address,
  SaleEventsDeadLetterQueueUrl: address,
  FulfillmentQueueUrl: address,
  FulfillmentDeadLetterQueueUrl: address,
  ConfirmationsQueueUrl: address,
  ConfirmationsDeadLetterQueueUrl: address,
  JobsQueueUrl: address,
  JobsDeadLetterQueueUrl: address,
  SchedulesDeadLetterQueueUrl: address,
  SettingsHash: z.string(),
  /** The local system raises no alarms. */
  AlarmTopicArn: address.optional(),
});
export type StackOutputs = z.infer<typeof stackOutputs>;

export const QUEUE_NAMES = ['sale-events', 'fulfillment', 'confirmations', 'jobs', 'schedules'] as const;
/** `schedules` has parked messages only: runs that could not be queued as jobs. */
export type QueueName = (typeof QUEUE_NAMES)[number];

export function queueAddresses(
  outputs: StackOutputs,
): Record<QueueName, { url: string; deadLetterUrl: string }> {
  return {
    'sale-events': { url: outputs.SaleEventsQueueUrl, deadLetterUrl: outputs.SaleEventsDeadLetterQueueUrl },
    fulfillment: { url: outputs.FulfillmentQueueUrl, deadLetterUrl: outputs.FulfillmentDeadLetterQueueUrl },
    confirmations: {
      url: outputs.ConfirmationsQueueUrl,
      deadLetterUrl: outputs.ConfirmationsDeadLetterQueueUrl,
    },
    jobs: { url: outputs.JobsQueueUrl, deadLetterUrl: outputs.JobsDeadLetterQueueUrl },
    schedules: { url: outputs.JobsQueueUrl, deadLetterUrl: outputs.SchedulesDeadLetterQueueUrl },
  };
}

/** The function's name → its log group, as far as the outputs name them. */
export function logGroups(outputs: StackOutputs): Map<string, string> {
  const named = Object.entries(outputs).flatMap(([name, value]) => {
    const word = /^(\w+)LogGroupName$/.exec(name)?.[1];
    return word === undefined || word === 'WebhookAccess' || typeof value !== 'string'
      ? []
      : [[toKebabCase(word), value] as const];
  });
  return new Map(named);
}

/** `ReceiveWebhook` → `receive-webhook` */
function toKebabCase(word: string): string {
  return word.replaceAll(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}
