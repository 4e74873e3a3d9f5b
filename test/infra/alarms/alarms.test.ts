import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConsoleLinks, describeAlarm } from '../../../lib/infra/alarms/alarm.ts';
import { alarmCatalogue } from '../../../lib/infra/alarms/bridge-alarms.ts';
import { ENVIRONMENTS } from '../../../lib/runtime/environment.ts';
import {
  createWorkspace,
  SETTINGS,
  type SynthesisedBridge,
  synthesiseBridge,
} from '../synthesised-bridge.ts';
import { REGION, toText } from './in-the-cloud.ts';

const workspace = createWorkspace();
let bridge: SynthesisedBridge;
beforeAll(async () => {
  bridge = await synthesiseBridge(workspace);
});
afterAll(workspace.remove);

/** With every job switched on. */
const CATALOGUE = alarmCatalogue(SETTINGS);
const FUNCTIONS = Object.keys(ENVIRONMENTS);
const getAlarm = (id: string) => {
  const logicalId = bridge.toId('AWS::CloudWatch::Alarm', 'AlarmName', `acme-test-${id}`);
  return bridge.ofType('AWS::CloudWatch::Alarm')[logicalId]!.Properties;
};

describe('the catalogue', () => {
  it('is what is deployed, no alarm more and none less', () => {
    const deployed = Object.values(bridge.ofType('AWS::CloudWatch::Alarm')).map(
      ({ Properties }) => Properties.AlarmName,
    );
    expect(deployed.sort()).toEqual(CATALOGUE.map(({ id }) => `acme-test-${id}`).sort());
  });

  it('watches every function, every queue and every dead-letter queue', () => {
    const ids = CATALOGUE.map(({ id }) => id);
    const queues = ['sale-events', 'fulfillment', 'confirmations', 'jobs'];
    expect(ids).toEqual(
      expect.arrayContaining([
        ...FUNCTIONS.flatMap((name) => [`errors-${name}`, `throttles-${name}`, `slow-${name}`]),
        ...queues.map((name) => `queue-age-${name}`),
        ...[...queues, 'schedules'].map((name) => `dead-letters-${name}`),
      ]),
    );
  });

  it('pages only for what affects a customer now', () => {
    const pages = CATALOGUE.filter(({ severity }) => severity === 'page').map(({ id }) => id);
    expect(pages).toEqual([
      'unsubmitted-sale-late',
      'unconfirmed-shipment-late',
      'cancellation-refused',
      'heartbeat-probe',
      'heartbeat-collect-shipments',
      'webhooks-failing',
      'dear-credentials-refused',
      'provider-credentials-refused',
      'secret-unreadable',
      'dead-letters-sale-events',
      'dead-letters-fulfillment',
      'queue-age-sale-events',
    ]);
  });
});

describe('the runbook', () => {
  const text = readFileSync('docs/runbook.md', 'utf8');
  /** A section of an alarm has its id, a word of lower-case letters and dashes, as heading. */
  const sections = new Map(
    text
      .split(/^### /m)
      .slice(1)
      .map((section) => [section.slice(0, section.indexOf('\n')), section.split(/^## /m)[0]!] as const)
      .filter(([heading]) => /^[a-z]+(-[a-z]+)+$/.test(heading)),
  );

  it('has a section for each alarm, in the order of the catalogue, and for nothing that is no alarm', () => {
    expect([...sections.keys()]).toEqual(CATALOGUE.map(({ id }) => id));
  });

  it.each(CATALOGUE.map(({ id }) => id))(
    'says of %s where to look and what to do, as its description has the rest',
    (id) => {
      const parts = [...sections.get(id)!.matchAll(/^\*\*(\w+)\.\*\* (\S.+)$/gm)];
      expect(parts.map(([, name]) => name)).toEqual(['Look', 'Act']);
    },
  );

  it('says what all of it costs', () => {
    const alarms = Object.values(bridge.ofType('AWS::CloudWatch::Alarm'));
    const metrics = alarms.flatMap(({ Properties }) =>
      ((Properties.Metrics ?? [{ MetricStat: {} }]) as object[]).filter((metric) => 'MetricStat' in metric),
    );
    expect(text).toContain(`${alarms.length} alarms over ${metrics.length} metrics`);
    expect(text).toContain(`$${(metrics.length * 0.1).toFixed(2)} a month`);
  });
});

describe.each(CATALOGUE)('the alarm $id', (definition) => {
  const { id, severity, summary, impact, atLeast, datapoints, missing, logs, queue } = definition;

  it('tells the topic when it fires and when it is over', () => {
    const topic = { Ref: bridge.toId('AWS::SNS::Topic', 'TopicName', 'acme-test-alarms') };
    expect(getAlarm(id)).toMatchObject({ AlarmActions: [topic], OKActions: [topic] });
    expect(getAlarm(id).ActionsEnabled).toBeUndefined();
  });

  it('fires as the catalogue says', () => {
    expect(getAlarm(id)).toMatchObject({
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: atLeast,
      DatapointsToAlarm: datapoints.breaching,
      EvaluationPeriods: datapoints.of,
      TreatMissingData: missing,
    });
  });

  it('says how bad it is, what it means, who is hurt, and where to look', () => {
    const lines = toText(getAlarm(id).AlarmDescription).split('\n');
    const console = `https://${REGION}.console.aws.amazon.com`;
    const sqs = `https%3A%2F%2Fsqs.${REGION}.amazonaws.com%2F123456789012%2Facme-test-${queue}`;
    expect(lines).toEqual([
      `${severity.toUpperCase()}: ${summary}`,
      `Impact: ${impact}`,
      expect.stringMatching(/^Command: bridge .* --stack acme-test$/),
      `Runbook: https://wiki.acme.test/bridge/runbook.md#${id}`,
      ...(queue === undefined ? [] : [`Queue: ${console}/sqs/v3/home?region=${REGION}#/queues/${sqs}`]),
      `Logs: ${console}/cloudwatch/home?region=${REGION}#logsV2:log-groups/log-group/$252Faws$252Flambda$252Facme-test-${logs}`,
    ]);
  });

  it('names a queue and a log that exist', () => {
    if (queue !== undefined) bridge.toId('AWS::SQS::Queue', 'QueueName', `acme-test-${queue}`);
    bridge.toId('AWS::Logs::LogGroup', 'LogGroupName', `/aws/lambda/acme-test-${logs}`);
  });

  it("stays within CloudWatch's 1,024 characters with the longest names", () => {
    const links = new ConsoleLinks({
      region: REGION,
      account: '123456789012',
      stackName: 'a'.repeat(40),
    });
    const longest = describeAlarm(definition, links, `https://${'a'.repeat(242)}`);
    expect(longest.length).toBeLessThanOrEqual(1_024);
  });
});

describe('the alarms of a function', () => {
  const queues = {
    'reconcile-sale': 'sale-events',
    'dispatch-order': 'fulfillment',
    'confirm-shipment': 'confirmations',
    'run-job': 'jobs',
  };

  it.each(Object.entries(queues))('of %s see a message that always crashes it', (name, queue) => {
    const id = bridge.toId('AWS::SQS::Queue', 'QueueName', `acme-test-${queue}.fifo`);
    const comesBackAfter = bridge.ofType('AWS::SQS::Queue')[id]!.Properties.VisibilityTimeout as number;
    const { EvaluationPeriods, Metrics, Period } = getAlarm(`errors-${name}`);
    expect(Metrics).toBeUndefined();
    expect(Number(EvaluationPeriods) * Number(Period)).toBeGreaterThan(2 * comesBackAfter);
  });

  it('do not take a job for slow that goes on until its last 90 seconds and is continued', () => {
    const id = bridge.toId('AWS::Lambda::Function', 'FunctionName', 'acme-test-run-job');
    const timeout = bridge.ofType('AWS::Lambda::Function')[id]!.Properties.Timeout as number;
    expect(getAlarm('slow-run-job').Threshold).toBeGreaterThan((100 * (timeout - 90)) / timeout);
  });
});

it('a description names the runbook by its path where it is published nowhere', () => {
  const [alarm] = CATALOGUE;
  const links = new ConsoleLinks({ region: REGION, account: '123456789012', stackName: 'acme-test' });
  expect(describeAlarm(alarm!, links, '')).toContain(`\nRunbook: docs/runbook.md#${alarm!.id}\n`);
});
