import type * as z from 'zod';
import { resolveIntrinsics } from './intrinsics.ts';
import * as schemas from './stack.ts';
import {
  type EventSourceMappingDefinition,
  type FunctionDefinition,
  pickSchemaFields,
  type QueueDefinition,
  type RouteDefinition,
  type ScheduleDefinition,
  type Stack,
} from './stack.ts';
import {
  functionArn,
  type LocalAddresses,
  type LocalNames,
  localNames,
  type Template,
  templateSchema,
} from './template-names.ts';

/** A template that AWS would refuse, or that asks for something the local system does not do. */
class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/**
 * Reads the parts of a synthesised template that run locally; everything else (alarms, log groups …) is left alone.
 * @param template parsed JSON
 * @throws {TemplateError | UnresolvableError} naming the resource and what is wrong with it
 */
export function readStack(template: unknown, stackName: string, addresses: LocalAddresses): Stack {
  const parsed = templateSchema.parse(template);
  const names = localNames(parsed, stackName, addresses);
  const read = <T>(types: readonly string[], schema: z.ZodType<T>) =>
    getResources(parsed, names, types, schema);
  const named = <T extends object>(types: readonly string[], schema: z.ZodType<T>) =>
    read(types, schema).map(({ id, properties }) => ({ name: names.physicalName(id), ...properties }));

  const functions = read(['AWS::Lambda::Function'], schemas.functionProperties)
    .filter(({ id }) => !servesDeployments(parsed.Resources[id]?.Properties.Code))
    .map(({ id, properties }) => ({ name: names.physicalName(id), ...properties }));
  const queues = read(['AWS::SQS::Queue'], schemas.queueProperties).map(({ id, properties }) =>
    toQueue(id, properties, names),
  );
  const integrations = new Map(
    read(['AWS::ApiGatewayV2::Integration'], schemas.integrationProperties).map((entry) => [
      entry.id,
      entry.properties,
    ]),
  );
  return {
    name: stackName,
    functions,
    queues,
    tables: named(['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'], schemas.tableProperties),
    buckets: named(['AWS::S3::Bucket'], schemas.bucketProperties),
    eventSourceMappings: read(['AWS::Lambda::EventSourceMapping'], schemas.mappingProperties)
      .filter(({ properties }) => properties.enabled)
      .map(({ id, properties }) => toMapping(id, properties, queues, functions)),
    routes: read(['AWS::ApiGatewayV2::Route'], schemas.routeProperties).map(({ id, properties }) =>
      toRoute(id, properties, integrations, functions),
    ),
    schedules: read(['AWS::Scheduler::Schedule'], schemas.scheduleProperties)
      .filter(({ properties }) => properties.enabled)
      .map(({ id, properties }) => toSchedule(id, properties, queues)),
    secrets: named(['AWS::SecretsManager::Secret'], schemas.secretProperties),
  };
}

/** Such a function is written in the template itself, and this machine has no deployments. */
function servesDeployments(code: unknown): boolean {
  return typeof code === 'object' && code !== null && 'ZipFile' in code;
}

function getResources<T>(
  template: Template,
  names: LocalNames,
  types: readonly string[],
  schema: z.ZodType<T>,
): Array<{ id: string; properties: T }> {
  return Object.entries(template.Resources)
    .filter(([, resource]) => types.includes(resource.Type))
    .map(([id, resource]) => {
      const wanted = pickSchemaFields(resource.Properties, schema);
      const resolved = resolveIntrinsics(wanted, namesFor(resource.Type, names), {
        resource: id,
        property: 'Properties',
      });
      const result = schema.safeParse(resolved);
      if (result.success) return { id, properties: result.data };
      const mistakes = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
      throw new TemplateError(`${id} (${resource.Type}) cannot be used: ${mistakes.join('; ')}`);
    });
}

/** A route's target names its integration by logical id, which is all the identity an integration has here. */
function namesFor(type: string, names: LocalNames): LocalNames {
  if (type !== 'AWS::ApiGatewayV2::Route') return names;
  return { ...names, reference: (name) => names.reference(name) ?? name };
}

function toQueue(id: string, properties: schemas.QueueProperties, names: LocalNames): QueueDefinition {
  const { RedrivePolicy: redrive, ...rest } = properties;
  const attributes = Object.entries(rest)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)]);
  const policy = redrive === undefined ? {} : { RedrivePolicy: JSON.stringify(redrive) };
  return {
    name: names.physicalName(id),
    url: String(names.reference(id)),
    arn: String(names.attribute(id, 'Arn')),
    attributes: { ...Object.fromEntries(attributes), ...policy },
    deadLetterArn: redrive?.deadLetterTargetArn ?? null,
    visibilityTimeoutSeconds: properties.VisibilityTimeout,
  };
}

/** The refusals are Lambda's own, so that what cannot be deployed does not run here either. */
function toMapping(
  id: string,
  properties: schemas.MappingProperties,
  queues: readonly QueueDefinition[],
  functions: readonly FunctionDefinition[],
): EventSourceMappingDefinition {
  const queue = queueAt(properties.queueArn, queues, id);
  const target = functionAt(properties.function, functions, id);
  const fifo = queue.attributes.FifoQueue === 'true';
  const refuse = (why: string) => new TemplateError(`${id} (AWS::Lambda::EventSourceMapping): ${why}`);
  if (target.timeoutSeconds > queue.visibilityTimeoutSeconds) {
    throw refuse(
      `the function's time-out of ${target.timeoutSeconds} s is longer than the ${queue.visibilityTimeoutSeconds} s for which ${queue.name} hides a message`,
    );
  }
  if (fifo && properties.batchSize > 10) throw refuse('a FIFO queue gives at most 10 messages a batch');
  if (fifo && properties.batchingWindowSeconds > 0) throw refuse('a FIFO queue has no batching window');
  const { batchSize, batchingWindowSeconds, reportsItemFailures, maximumConcurrency } = properties;
  return {
    queue,
    functionName: target.name,
    role: target.role,
    batchSize,
    batchingWindowSeconds,
    reportsItemFailures,
    maximumConcurrency,
  };
}

function toRoute(
  id: string,
  properties: schemas.RouteProperties,
  integrations: ReadonlyMap<string, schemas.IntegrationProperties>,
  functions: readonly FunctionDefinition[],
): RouteDefinition {
  const integration = integrations.get(properties.target.replace('integrations/', ''));
  if (integration === undefined) throw new TemplateError(`${id}: ${properties.target} is no integration`);
  const target = functionAt(integration.function, functions, id);
  return { routeKey: properties.routeKey, functionName: target.name, timeoutMs: integration.timeoutMs };
}

function toSchedule(
  id: string,
  { target, ...rest }: schemas.ScheduleProperties,
  queues: readonly QueueDefinition[],
): ScheduleDefinition {
  return {
    name: id,
    expression: rest.expression,
    timezone: rest.timezone,
    queue: queueAt(target.arn, queues, id),
    input: target.input,
    role: target.role,
    messageGroupId: target.messageGroupId,
  };
}

function queueAt(arn: string, queues: readonly QueueDefinition[], id: string): QueueDefinition {
  const queue = queues.find((candidate) => candidate.arn === arn);
  if (queue === undefined) throw new TemplateError(`${id}: ${arn} is not a queue of the template`);
  return queue;
}

/** @param target a name or an ARN; a version or an alias after it names the same function, as this machine runs one version */
function functionAt(
  target: string,
  functions: readonly FunctionDefinition[],
  id: string,
): FunctionDefinition {
  const [wanted] = target.replace(functionArn(''), '').split(':');
  const found = functions.find(({ name }) => name === wanted);
  if (found === undefined) throw new TemplateError(`${id}: ${target} is not a function of the template`);
  return found;
}
