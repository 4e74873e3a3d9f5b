import * as z from 'zod';
import { roleName } from './template-names.ts';

/** The parts of the template that the local system creates and runs, with every name resolved. */
export interface Stack {
  readonly name: string;
  readonly functions: readonly FunctionDefinition[];
  readonly queues: readonly QueueDefinition[];
  readonly tables: readonly TableDefinition[];
  readonly buckets: readonly BucketDefinition[];
  readonly eventSourceMappings: readonly EventSourceMappingDefinition[];
  readonly routes: readonly RouteDefinition[];
  readonly schedules: readonly ScheduleDefinition[];
  readonly secrets: readonly SecretDefinition[];
}

export type FunctionDefinition = FunctionProperties & { readonly name: string };
export type SecretDefinition = SecretProperties & { readonly name: string };
export type TableDefinition = TableProperties & { readonly name: string };

/** Policies and lifecycle rules have no effect locally. */
interface BucketDefinition {
  readonly name: string;
}

export interface QueueDefinition {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  /** In SQS's form: every value is a string. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The ARN of the dead-letter queue, or null. */
  readonly deadLetterArn: string | null;
  readonly visibilityTimeoutSeconds: number;
}

export interface EventSourceMappingDefinition {
  readonly queue: QueueDefinition;
  readonly functionName: string;
  /** Of the function, in whose name the queue is polled. */
  readonly role: string;
  readonly batchSize: number;
  readonly batchingWindowSeconds: number;
  readonly reportsItemFailures: boolean;
  /** The limit of concurrent batches, or null. */
  readonly maximumConcurrency: number | null;
}

export interface RouteDefinition {
  /** `POST /webhooks/{connection}` or `$default`. */
  readonly routeKey: string;
  readonly functionName: string;
  readonly timeoutMs: number;
}

export interface ScheduleDefinition {
  readonly name: string;
  readonly expression: string;
  readonly timezone: string;
  readonly queue: QueueDefinition;
  readonly input: string;
  readonly role: string;
  /** Undefined where the target is not a FIFO queue. */
  readonly messageGroupId: string | undefined;
}

/**
 * The properties that are read of each resource type, from CloudFormation's spelling to ours. Others are not resolved: they
 * may refer to things that exist only in an account.
 */
const seconds = z.coerce.number().int().min(0);

export const functionProperties = z
  .object({
    Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()).default({}) }).prefault({}),
    Handler: z.string(),
    MemorySize: z.coerce.number().default(128),
    ReservedConcurrentExecutions: z.coerce.number().optional(),
    Role: z.string(),
    Timeout: seconds.default(3),
  })
  .transform((properties) => ({
    environment: properties.Environment.Variables,
    handler: properties.Handler,
    memoryMegabytes: properties.MemorySize,
    reservedConcurrency: properties.ReservedConcurrentExecutions ?? null,
    role: roleName(properties.Role),
    timeoutSeconds: properties.Timeout,
  }));
export type FunctionProperties = z.infer<typeof functionProperties>;

const flag = z.coerce.string().optional();

export const queueProperties = z.object({
  ContentBasedDeduplication: flag,
  DeduplicationScope: z.string().optional(),
  DelaySeconds: seconds.optional(),
  FifoQueue: flag,
  FifoThroughputLimit: z.string().optional(),
  MaximumMessageSize: z.coerce.number().optional(),
  MessageRetentionPeriod: seconds.optional(),
  ReceiveMessageWaitTimeSeconds: seconds.optional(),
  RedrivePolicy: z
    .object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number().int().min(1).max(1000) })
    .optional(),
  VisibilityTimeout: seconds.default(30),
});
export type QueueProperties = z.infer<typeof queueProperties>;

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const index = z.object({
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: z.object({
    ProjectionType: z.enum(['ALL', 'INCLUDE', 'KEYS_ONLY']),
    NonKeyAttributes: z.array(z.string()).optional(),
  }),
});

export const tableProperties = z
  .object({
    AttributeDefinitions: z.array(
      z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
    ),
    GlobalSecondaryIndexes: z.array(index).default([]),
    LocalSecondaryIndexes: z.array(index).default([]),
    KeySchema: keySchema,
  })
  .transform((properties) => ({
    attributes: properties.AttributeDefinitions,
    globalIndexes: properties.GlobalSecondaryIndexes,
    localIndexes: properties.LocalSecondaryIndexes,
    key: properties.KeySchema,
  }));
export type TableProperties = z.infer<typeof tableProperties>;

/** Only a bucket's name is used. */
export const bucketProperties = z.object({});

export const mappingProperties = z
  .object({
    BatchSize: z.coerce.number().int().min(1).max(10_000).default(10),
    Enabled: z.coerce.string().optional(),
    EventSourceArn: z.string(),
    FilterCriteria: z.undefined({ error: 'the local system does not filter events' }).optional(),
    FunctionName: z.string(),
    FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
    MaximumBatchingWindowInSeconds: seconds.max(300).default(0),
    ScalingConfig: z
      .object({ MaximumConcurrency: z.coerce.number().int().min(2).max(1000).optional() })
      .prefault({}),
  })
  .transform((properties) => ({
    queueArn: properties.EventSourceArn,
    function: properties.FunctionName,
    batchSize: properties.BatchSize,
    enabled: properties.Enabled !== 'false',
    batchingWindowSeconds: properties.MaximumBatchingWindowInSeconds,
    reportsItemFailures: properties.FunctionResponseTypes.length > 0,
    maximumConcurrency: properties.ScalingConfig.MaximumConcurrency ?? null,
  }));
export type MappingProperties = z.infer<typeof mappingProperties>;

export const routeProperties = z
  .object({ RouteKey: z.string(), Target: z.string() })
  .transform((properties) => ({ routeKey: properties.RouteKey, target: properties.Target }));
export type RouteProperties = z.infer<typeof routeProperties>;

export const integrationProperties = z
  .object({
    IntegrationUri: z.string(),
    PayloadFormatVersion: z.literal('2.0'),
    TimeoutInMillis: z.coerce.number().min(50).max(30_000).default(30_000),
  })
  .transform((properties) => ({
    function: properties.IntegrationUri,
    timeoutMs: properties.TimeoutInMillis,
  }));
export type IntegrationProperties = z.infer<typeof integrationProperties>;

export const scheduleProperties = z
  .object({
    ScheduleExpression: z.string(),
    ScheduleExpressionTimezone: z.string().default('UTC'),
    State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
    Target: z.object({
      Arn: z.string(),
      Input: z.string({ error: 'the local system needs an input to send' }),
      RoleArn: z.string(),
      SqsParameters: z.object({ MessageGroupId: z.string() }).optional(),
    }),
  })
  .transform((properties) => ({
    expression: properties.ScheduleExpression,
    timezone: properties.ScheduleExpressionTimezone,
    enabled: properties.State === 'ENABLED',
    target: {
      arn: properties.Target.Arn,
      input: properties.Target.Input,
      role: roleName(properties.Target.RoleArn),
      messageGroupId: properties.Target.SqsParameters?.MessageGroupId,
    },
  }));
export type ScheduleProperties = z.infer<typeof scheduleProperties>;

/** Secrets Manager's template for a generated secret: an object that gets one more member. */
const secretTemplate = z
  .string()
  .transform((text): unknown => JSON.parse(text))
  .pipe(z.record(z.string(), z.unknown()));

export const secretProperties = z
  .object({
    GenerateSecretString: z
      .object({
        GenerateStringKey: z.string().optional(),
        PasswordLength: z.coerce.number().int().min(1).max(4096).default(32),
        SecretStringTemplate: secretTemplate.optional(),
      })
      .optional(),
  })
  .transform(({ GenerateSecretString: generate }) => ({
    generate:
      generate === undefined
        ? null
        : {
            key: generate.GenerateStringKey ?? null,
            length: generate.PasswordLength,
            template: generate.SecretStringTemplate ?? {},
          },
  }));
export type SecretProperties = z.infer<typeof secretProperties>;

/** Only the fields of the schema, at any depth, so that unused fields need not be resolved. */
export function pickSchemaFields(value: unknown, schema: unknown): unknown {
  const inner = unwrapSchema(schema);
  if (!(inner instanceof z.ZodObject) || typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  if (entries.some(([name]) => name === 'Ref' || name.startsWith('Fn::'))) return value;
  const read = entries.filter(([name]) => name in inner.shape);
  return Object.fromEntries(read.map(([name, item]) => [name, pickSchemaFields(item, inner.shape[name])]));
}

function unwrapSchema(schema: unknown): unknown {
  if (schema instanceof z.ZodPipe) return unwrapSchema(schema.in);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return unwrapSchema(schema.unwrap());
  }
  return schema;
}
