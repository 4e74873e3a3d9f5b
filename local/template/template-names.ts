import * as z from 'zod';
import { type Names, NO_VALUE, resolveIntrinsics, UnresolvableError } from './intrinsics.ts';

/** The account and region of the local system. */
export const REGION = 'us-east-1';
export const ACCOUNT_ID = '000000000000';

export const templateSchema = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
  Parameters: z.record(z.string(), z.looseObject({ Default: z.unknown().optional() })).default({}),
});
export type Template = z.infer<typeof templateSchema>;

/** The values of the template's names on this machine. */
export interface LocalNames extends Names {
  /** The resource's own name beside its logical id. */
  physicalName(logicalId: string): string;
}

/** The addresses of the template's services on this machine, without a trailing slash. */
export interface LocalAddresses {
  readonly sqsUrl: string;
  /** Of the HTTP API. */
  readonly apiUrl: string;
}

interface Identity {
  readonly reference: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** For each resource type its name property and the values of `Ref` and `Fn::GetAtt`. */
const RESOURCE_TYPES: Readonly<
  Record<string, { nameProperty: string; identify: (name: string, addresses: LocalAddresses) => Identity }>
> = {
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    identify: (name, { sqsUrl }) => ({
      reference: queueUrl(sqsUrl, name),
      attributes: { Arn: queueArn(name), QueueName: name, QueueUrl: queueUrl(sqsUrl, name) },
    }),
  },
  'AWS::DynamoDB::Table': { nameProperty: 'TableName', identify: table },
  'AWS::DynamoDB::GlobalTable': { nameProperty: 'TableName', identify: table },
  'AWS::Lambda::Function': {
    nameProperty: 'FunctionName',
    identify: (name) => ({ reference: name, attributes: { Arn: functionArn(name) } }),
  },
  'AWS::SecretsManager::Secret': {
    nameProperty: 'Name',
    identify: (name) => ({ reference: secretArn(name), attributes: { Id: secretArn(name) } }),
  },
  'AWS::ApiGatewayV2::Api': {
    nameProperty: 'Name',
    identify: (name, { apiUrl }) => ({ reference: name, attributes: { ApiEndpoint: apiUrl } }),
  },
  'AWS::S3::Bucket': {
    nameProperty: 'BucketName',
    identify: (name) => ({ reference: name, attributes: { Arn: `arn:aws:s3:::${name}` } }),
  },
  'AWS::IAM::Role': {
    nameProperty: 'RoleName',
    identify: (name) => ({ reference: name, attributes: { Arn: `${ROLE}${name}` } }),
  },
  'AWS::SNS::Topic': {
    nameProperty: 'TopicName',
    identify: (name) => ({ reference: arn('sns', name), attributes: { TopicArn: arn('sns', name) } }),
  },
};

const ROLE = `arn:aws:iam::${ACCOUNT_ID}:role/`;

/** The name in a role's ARN. */
export function roleName(roleArn: string): string {
  return roleArn.replace(ROLE, '');
}

export function queueArn(name: string): string {
  return arn('sqs', name);
}

export function tableArn(name: string): string {
  return arn('dynamodb', `table/${name}`);
}

export function functionArn(name: string): string {
  return arn('lambda', `function:${name}`);
}

/** Secrets Manager ends every secret's ARN with a dash and six random characters. */
export function secretArn(name: string): string {
  return `${arn('secretsmanager', `secret:${name}`)}-local0`;
}

/** On the engine's host, because the SDK sends a queue's requests to the host of its URL. */
function queueUrl(sqsUrl: string, name: string): string {
  return `${sqsUrl}/${ACCOUNT_ID}/${name}`;
}

export function localNames(template: Template, stackName: string, addresses: LocalAddresses): LocalNames {
  const names: LocalNames = {
    reference: (name) => pseudoParameter(name, stackName) ?? parameter(name) ?? identity(name)?.reference,
    attribute: (logicalId, attribute) => identity(logicalId)?.attributes[attribute],
    physicalName,
  };

  function parameter(name: string): unknown {
    return template.Parameters[name]?.Default;
  }

  function physicalName(logicalId: string): string {
    const resource = template.Resources[logicalId];
    const property = RESOURCE_TYPES[resource?.Type ?? '']?.nameProperty ?? '';
    const name = resource?.Properties[property];
    if (name === undefined) return generatedName(logicalId, resource);
    return String(resolveIntrinsics(name, names, { resource: logicalId, property }));
  }

  function generatedName(logicalId: string, resource: Template['Resources'][string] | undefined): string {
    const name = `${stackName}-${logicalId}`;
    // A bucket's name has no upper-case letters.
    if (resource?.Type === 'AWS::S3::Bucket') return name.toLowerCase();
    return resource?.Properties.FifoQueue === true ? `${name}.fifo` : name;
  }

  /** `Ref` of a version or an alias is the function's ARN with one part more. */
  function versionedFunction(logicalId: string): Identity | undefined {
    const { Type = '', Properties } = template.Resources[logicalId] ?? {};
    if (Type !== 'AWS::Lambda::Alias' && Type !== 'AWS::Lambda::Version') return undefined;
    const position = { resource: logicalId, property: 'FunctionName' };
    const name = String(resolveIntrinsics(Properties?.FunctionName, names, position));
    const reference = `${functionArn(name)}:${Type === 'AWS::Lambda::Alias' ? String(Properties?.Name) : '1'}`;
    return { reference, attributes: { AliasArn: reference, FunctionArn: reference } };
  }

  function identity(logicalId: string): Identity | undefined {
    const versioned = versionedFunction(logicalId);
    if (versioned !== undefined) return versioned;
    const kind = RESOURCE_TYPES[template.Resources[logicalId]?.Type ?? ''];
    return kind?.identify(physicalName(logicalId), addresses);
  }

  return names;
}

function pseudoParameter(name: string, stackName: string): unknown {
  const values: Readonly<Record<string, unknown>> = {
    'AWS::AccountId': ACCOUNT_ID,
    'AWS::NoValue': NO_VALUE,
    'AWS::Partition': 'aws',
    'AWS::Region': REGION,
    'AWS::StackId': arn('cloudformation', `stack/${stackName}/local`),
    'AWS::StackName': stackName,
    'AWS::URLSuffix': 'amazonaws.com',
  };
  return values[name];
}

function table(name: string): Identity {
  return { reference: name, attributes: { Arn: tableArn(name) } };
}

function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT_ID}:${resource}`;
}

const withOutputs = templateSchema.extend({
  Outputs: z.record(z.string(), z.looseObject({ Value: z.unknown() })).default({}),
});

/**
 * The template's outputs with this machine's names, without outputs of resources that do not run here, such as log groups.
 */
export function readOutputs(
  template: unknown,
  stackName: string,
  addresses: LocalAddresses,
): Record<string, string> {
  const parsed = withOutputs.parse(template);
  const names = localNames(parsed, stackName, addresses);
  const entries = Object.entries(parsed.Outputs).flatMap(([name, { Value }]) => {
    const value = tryResolve(() => resolveIntrinsics(Value, names, { resource: 'Outputs', property: name }));
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** undefined where it refers to something that does not exist on this machine. */
export function tryResolve(resolve: () => unknown): unknown {
  try {
    return resolve();
  } catch (error) {
    if (error instanceof UnresolvableError) return undefined;
    throw error;
  }
}
