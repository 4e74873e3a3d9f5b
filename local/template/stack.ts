import type { FunctionProperties, SecretProperties, TableProperties } from './template-schemas.ts';

/** What the local system creates and runs, as the template says it, with every name resolved. */
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

/** Who may reach it and how long it keeps what it holds is AWS's business. */
interface BucketDefinition {
  readonly name: string;
}

export interface QueueDefinition {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  /** As SQS takes them: every value a string. */
  readonly attributes: Readonly<Record<string, string>>;
  /** ARN of where messages go that were received too often; null where they stay. */
  readonly deadLetterArn: string | null;
  readonly visibilityTimeoutSeconds: number;
}

export interface EventSourceMappingDefinition {
  readonly queue: QueueDefinition;
  readonly functionName: string;
  readonly batchSize: number;
  readonly batchingWindowSeconds: number;
  readonly reportsItemFailures: boolean;
  /** Batches in work at once; null where the template sets no limit. */
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
  /** Undefined where the target is not a FIFO queue. */
  readonly messageGroupId: string | undefined;
}
