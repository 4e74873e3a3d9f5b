import * as z from 'zod';
import { KEPT_CHARACTERS } from '../../lib/domain/call/recorded-call.ts';
import type { Template } from '../../lib/infra/synthesise.ts';
import { getSchedules } from '../../lib/runtime/job-schedules.ts';
import type { Stack } from '../../local/template/stack.ts';
import { CALLS_MEASURED } from '../../operator/stack/cost-estimate.ts';
import { EXAMPLE_SETTINGS, exampleStack } from './example-stack.ts';
import { generatedFrom, page, table } from './markdown.ts';

/** `docs/limits.md`: times, sizes and counts of the stack, read from its template for one connection. */
export async function limitsPage(): Promise<string> {
  const { stack, template } = await exampleStack();
  const schedules = getSchedules(EXAMPLE_SETTINGS).map(({ name, expression }) => [name, `\`${expression}\``]);
  return page(
    '# Limits of the stack',
    generatedFrom('the synthesised stack'),
    'For one connection and default settings. Each further connection adds its own schedules, and as many concurrent batches of `run-job` as it has jobs.',
    '## Functions',
    table(['Function', 'Memory', 'Timeout', 'Batch size', 'Concurrent batches'], functionRows(stack)),
    `Together the workers need ${concurrency(stack)} concurrent executions, and webhooks one each.`,
    '## Queues',
    table(
      ['Queue', 'Message hidden while in work', 'Message kept', 'Receives until dead-letter'],
      queueRows(stack),
    ),
    'Each has a dead-letter queue with the same retention. Workers set when a failed message comes back, and a running job renews its two minutes itself. A container of run-job that dies before its job begins leaves the message hidden for the whole time, and what a webhook did not report is then found within 32 minutes instead of 17.',
    '## Schedules',
    table(['Job and connection', 'Schedule (UTC)'], schedules),
    '## Retention and throttling',
    table(['What', 'Limit'], retentionRows(template)),
  );
}

/** Names without the stack's own name and without `.fifo`. */
const shortName = (stack: Stack, name: string) => name.replace(`${stack.name}-`, '').replace('.fifo', '');

function functionRows(stack: Stack): string[][] {
  return stack.functions.map(({ name, memoryMegabytes, timeoutSeconds }) => {
    const mapping = stack.eventSourceMappings.find(({ functionName }) => functionName === name);
    return [
      shortName(stack, name),
      `${memoryMegabytes} MB`,
      duration(timeoutSeconds),
      String(mapping?.batchSize ?? ''),
      String(mapping?.maximumConcurrency ?? ''),
    ];
  });
}

const concurrency = ({ eventSourceMappings }: Stack) =>
  eventSourceMappings.reduce((sum, { maximumConcurrency }) => sum + (maximumConcurrency ?? 0), 0);

function queueRows(stack: Stack): string[][] {
  const fed = stack.queues.filter(({ deadLetterArn }) => deadLetterArn !== null);
  return fed.map(({ name, attributes, visibilityTimeoutSeconds }) => [
    shortName(stack, name),
    duration(visibilityTimeoutSeconds),
    duration(Number(attributes.MessageRetentionPeriod)),
    maxReceives(attributes.RedrivePolicy),
  ]);
}

function maxReceives(policy: string | undefined): string {
  const redrive: unknown = JSON.parse(policy ?? '{}');
  return String(z.object({ maxReceiveCount: z.number() }).parse(redrive).maxReceiveCount);
}

const throttle = z.object({ ThrottlingBurstLimit: z.number(), ThrottlingRateLimit: z.number() });
const stage = z.object({ RouteSettings: z.record(z.string(), throttle) });
const logGroup = z.object({ RetentionInDays: z.number() });
const bucket = z.object({
  LifecycleConfiguration: z.object({ Rules: z.array(z.object({ ExpirationInDays: z.number() })) }),
});

function retentionRows(template: Template): string[][] {
  const routes = getProperties(template, 'AWS::ApiGatewayV2::Stage', stage).RouteSettings;
  const [reports, labels] = getProperties(template, 'AWS::S3::Bucket', bucket).LifecycleConfiguration.Rules;
  return [
    ...Object.entries(routes).map(([route, { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst }]) => [
      `\`${route}\``,
      `${rate} a second, ${burst} at once; more are answered with 429`,
    ]),
    [
      'Logs',
      `${getProperties(template, 'AWS::Logs::LogGroup', logGroup).RetentionInDays} days (\`logRetentionDays\`)`,
    ],
    [
      'Requests and answers of the calls for an order',
      `${EXAMPLE_SETTINGS.callRetentionDays} days (\`callRetentionDays\`); ${KEPT_CHARACTERS} characters of each; ${CALLS_MEASURED.writeUnits} write units an order`,
    ],
    ['Stock reports in the bucket', `${reports?.ExpirationInDays} days`],
    ['PDF files of labels there', `${labels?.ExpirationInDays} days (\`personalDataDays\`)`],
  ];
}

/** Of the first resource of the type; those of one type agree in what is read here. */
function getProperties<T>({ Resources }: Template, type: string, schema: z.ZodType<T>): T {
  const resource = Object.values(Resources).find(({ Type }) => Type === type);
  return schema.parse(resource?.Properties);
}

const UNITS: ReadonlyArray<readonly [seconds: number, unit: string]> = [
  [86_400, 'days'],
  [60, 'min'],
  [1, 's'],
];

function duration(seconds: number): string {
  const [length, unit] = UNITS.find(([size]) => seconds >= 2 * size && seconds % size === 0) ?? [1, 's'];
  return `${seconds / length} ${unit}`;
}
