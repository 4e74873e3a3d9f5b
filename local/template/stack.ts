import type { FunctionProperties, SecretProperties, TableProperties } from './template-schemas.ts';

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
  /** Undefined where the target is not a FIFO queue. */
  readonly messageGroupId: string | undefined;
}
