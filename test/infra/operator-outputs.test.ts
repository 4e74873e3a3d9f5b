import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseSettings } from '../../lib/settings/define-config.ts';
import { REGION, toText } from './alarms/in-the-cloud.ts';
import { createWorkspace, SETTINGS, type SynthesisedBridge, synthesiseBridge } from './synthesised-bridge.ts';

const workspace = createWorkspace();
let bridge: SynthesisedBridge;
beforeAll(async () => {
  bridge = await synthesiseBridge(workspace);
});
afterAll(workspace.remove);

const output = (name: string) => bridge.template.Outputs[name]?.Value;
const queue = (name: string) => ({
  Ref: bridge.toId('AWS::SQS::Queue', 'QueueName', `acme-test-${name}.fifo`),
});

it.each([
  ['DearWebhookUrl', '/webhooks/dear'],
  ['ProviderWebhookUrlHarbour', '/webhooks/providers/harbour'],
  ['ProviderWebhookUrlHillDashTop', '/webhooks/providers/hill-top'],
])('prints the address %s', (name, path) => {
  const api = Object.keys(bridge.ofType('AWS::ApiGatewayV2::Api'))[0];
  expect(output(name)).toEqual({ 'Fn::Join': ['', [{ 'Fn::GetAtt': [api, 'ApiEndpoint'] }, path]] });
});

it.each([
  ['DearSecretName', 'acme-test/dear'],
  ['WebhookSecretName', 'acme-test/webhook'],
  ['ConnectionSecretNameHarbour', 'acme-test/connection/harbour'],
  ['ConnectionSecretNameHillDashTop', 'acme-test/connection/hill-top'],
])('prints the name of the secret: %s', (name, secret) => {
  expect(output(name)).toBe(secret);
});

it.each([
  ['SaleEvents', 'sale-events'],
  ['Fulfillment', 'fulfillment'],
  ['Confirmations', 'confirmations'],
  ['Jobs', 'jobs'],
])('prints the addresses of the queue %s and its dead-letter queue', (name, physical) => {
  expect(output(`${name}QueueUrl`)).toEqual(queue(physical));
  expect(output(`${name}DeadLetterQueueUrl`)).toEqual(queue(`${physical}-dead-letter`));
});

it.each([
  ['ReceiveWebhook', '/aws/lambda/acme-test-receive-webhook'],
  ['ReconcileSale', '/aws/lambda/acme-test-reconcile-sale'],
  ['DispatchOrder', '/aws/lambda/acme-test-dispatch-order'],
  ['ConfirmShipment', '/aws/lambda/acme-test-confirm-shipment'],
  ['RunJob', '/aws/lambda/acme-test-run-job'],
  ['WebhookAccess', '/aws/vendedlogs/acme-test-webhooks'],
])('prints the log group of %s', (name, physical) => {
  const id = bridge.toId('AWS::Logs::LogGroup', 'LogGroupName', physical);
  expect(output(`${name}LogGroupName`)).toEqual({ Ref: id });
});

it('prints the name of the table', () => {
  expect(output('TableName')).toEqual({ Ref: Object.keys(bridge.ofType('AWS::DynamoDB::Table'))[0] });
});

it('prints the topic of the alarms, to look after its subscriptions', () => {
  expect(output('AlarmTopicArn')).toEqual({
    Ref: bridge.toId('AWS::SNS::Topic', 'TopicName', 'acme-test-alarms'),
  });
});

it('prints the address of the dashboard, in the region of the stack', () => {
  expect(toText(output('DashboardUrl'))).toBe(
    `https://${REGION}.console.aws.amazon.com/cloudwatch/home?region=${REGION}#dashboards/dashboard/acme-test`,
  );
});

it('has the settings in a form that CloudFormation returns unchanged, with a location in any script', () => {
  const { Metadata } = bridge.template as { Metadata?: { Settings?: string } };
  const returned = String(Metadata?.Settings).replaceAll(/[\u{80}-\u{10ffff}]/gu, '?');
  expect(parseSettings(JSON.parse(returned), 'the test')).toEqual(SETTINGS);
  expect(SETTINGS.connections[1]?.location).toMatch(/[^ -~]/);
});
