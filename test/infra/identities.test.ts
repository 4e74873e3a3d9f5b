import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWorkspace, type SynthesisedBridge, synthesiseBridge } from './synthesised-bridge.ts';

const workspace = createWorkspace();
let bridge: SynthesisedBridge;
beforeAll(async () => {
  bridge = await synthesiseBridge(workspace);
});
afterAll(workspace.remove);

/** What holds state, or is named to people outside of the stack. */
const KEPT = {
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::ApiGatewayV2::Api': 'Name',
} as const;

it('what holds state keeps its logical id and its name, as an update would otherwise replace it and fail', () => {
  const identities = Object.entries(KEPT).flatMap(([type, nameProperty]) =>
    Object.entries(bridge.ofType(type)).map(
      ([logicalId, { Properties }]) => `${type} ${logicalId} ${String(Properties[nameProperty] ?? '')}`,
    ),
  );
  expect(identities.sort()).toMatchInlineSnapshot(`
    [
      "AWS::ApiGatewayV2::Api WebhookApi510A0CAB acme-test-webhooks",
      "AWS::DynamoDB::Table TableCD117FA1 acme-test",
      "AWS::S3::Bucket Reports65402A0A ",
      "AWS::SNS::Topic AlarmsNotificationsTopic2EFF2A3E acme-test-alarms",
      "AWS::SQS::Queue QueuesConfirmationsDeadLetterQueueA605B817 acme-test-confirmations-dead-letter.fifo",
      "AWS::SQS::Queue QueuesConfirmationsQueueF341BC54 acme-test-confirmations.fifo",
      "AWS::SQS::Queue QueuesFulfillmentDeadLetterQueue30EE8097 acme-test-fulfillment-dead-letter.fifo",
      "AWS::SQS::Queue QueuesFulfillmentQueue0E78F356 acme-test-fulfillment.fifo",
      "AWS::SQS::Queue QueuesJobsDeadLetterQueueD61D8CBC acme-test-jobs-dead-letter.fifo",
      "AWS::SQS::Queue QueuesJobsQueueED59FF02 acme-test-jobs.fifo",
      "AWS::SQS::Queue QueuesSaleEventsDeadLetterQueue279E3396 acme-test-sale-events-dead-letter.fifo",
      "AWS::SQS::Queue QueuesSaleEventsQueue2D02CE65 acme-test-sale-events.fifo",
      "AWS::SQS::Queue SchedulesDeadLetterQueue84E31400 acme-test-schedules-dead-letter",
      "AWS::SecretsManager::Secret SecretsConnectionharbour037DEA14 acme-test/connection/harbour",
      "AWS::SecretsManager::Secret SecretsConnectionhilltopEBC812FD acme-test/connection/hill-top",
      "AWS::SecretsManager::Secret SecretsDear3A634377 acme-test/dear",
      "AWS::SecretsManager::Secret SecretsWebhook8D5E2A64 acme-test/webhook",
    ]
  `);
});
