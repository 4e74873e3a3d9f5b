import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { synthesise } from '../../lib/infra/synthesise.ts';
import type { FunctionName } from '../../lib/runtime/environment.ts';
import { parseSettings } from '../../lib/settings/define-config.ts';
import { createWorkspace, type SynthesisedBridge, synthesiseBridge } from './synthesised-bridge.ts';

const workspace = createWorkspace();
let bridge: SynthesisedBridge;
beforeAll(async () => {
  bridge = await synthesiseBridge(workspace);
});
afterAll(workspace.remove);

interface Statement {
  readonly Condition?: unknown;
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
}
interface Policy {
  readonly PolicyName: string;
  readonly PolicyDocument: { readonly Statement: Statement[] };
}

const list = <Value>(value: Value | Value[]): Value[] => (Array.isArray(value) ? value : [value]);
const getRole = (name: FunctionName) => {
  const id = bridge.toId('AWS::Lambda::Function', 'FunctionName', `acme-test-${name}`);
  const role = bridge.ofType('AWS::Lambda::Function')[id]!.Properties.Role;
  return (role as { 'Fn::GetAtt': [string, string] })['Fn::GetAtt'][0];
};
const getStatements = (role: string) =>
  (bridge.ofType('AWS::IAM::Role')[role]!.Properties.Policies as Policy[]).flatMap(
    (policy) => policy.PolicyDocument.Statement,
  );

/** A resource of a statement by the name that a person knows it by. */
function getName(resource: unknown): string {
  if (resource === '*') return '*';
  const { 'Fn::Join': join } = resource as { 'Fn::Join'?: [string, [unknown, string]] };
  if (join !== undefined) return `${getName(join[1][0])}${join[1][1]}`;
  const { Ref, 'Fn::GetAtt': attribute } = resource as { Ref?: string; 'Fn::GetAtt'?: [string, string] };
  if (attribute !== undefined && attribute[1] !== 'Arn')
    throw new Error(`not an ARN: ${attribute.join('.')}`);
  const { Type, Properties: properties } = bridge.template.Resources[Ref ?? attribute![0]]!;
  if (Type === 'AWS::S3::Bucket') return 'reports';
  return String(
    properties.QueueName ?? properties.Name ?? properties.TableName ?? properties.LogGroupName,
  ).replace('acme-test', '~');
}

/** `action resource`, for every pair that the role is allowed. */
function getRights(role: string): string[] {
  const rights = getStatements(role).flatMap((statement) => {
    expect(statement.Effect).toBe('Allow');
    const resources = list(statement.Resource).map(getName);
    return list(statement.Action).flatMap((action) => resources.map((resource) => `${action} ${resource}`));
  });
  return rights.sort();
}

const observed = (name: FunctionName) => [
  `logs:CreateLogStream /aws/lambda/~-${name}`,
  `logs:PutLogEvents /aws/lambda/~-${name}`,
];
const fedBy = (queue: string) => [
  `sqs:ChangeMessageVisibility ~-${queue}.fifo`,
  `sqs:DeleteMessage ~-${queue}.fifo`,
  `sqs:GetQueueAttributes ~-${queue}.fifo`,
  `sqs:ReceiveMessage ~-${queue}.fifo`,
  `sqs:SendMessage ~-${queue}-dead-letter.fifo`,
];
const table = ['GetItem', 'PutItem', 'UpdateItem'].map((action) => `dynamodb:${action} ~`);
const connectionSecrets = ['harbour', 'hill-top'].map(
  (connection) => `secretsmanager:GetSecretValue ~/connection/${connection}`,
);

const RIGHTS: Record<FunctionName, string[]> = {
  'receive-webhook': [
    'sqs:SendMessage ~-sale-events.fifo',
    'sqs:SendMessage ~-jobs.fifo',
    'secretsmanager:GetSecretValue ~/webhook',
  ],
  'serve-provider': ['sqs:SendMessage ~-jobs.fifo'],
  'reconcile-sale': [
    ...fedBy('sale-events'),
    ...table,
    'secretsmanager:GetSecretValue ~/dear',
    'sqs:SendMessage ~-fulfillment.fifo',
    'sqs:SendMessage ~-confirmations.fifo',
  ],
  'dispatch-order': [
    ...fedBy('fulfillment'),
    ...table,
    ...connectionSecrets,
    's3:PutObject reports/labels/*',
    'sqs:SendMessage ~-confirmations.fifo',
  ],
  'confirm-shipment': [
    ...fedBy('confirmations'),
    ...table,
    's3:GetObject reports/labels/*',
    'secretsmanager:GetSecretValue ~/dear',
  ],
  'run-job': [
    ...fedBy('jobs'),
    ...table,
    'dynamodb:Query ~',
    'dynamodb:Query ~/index/shipped',
    'dynamodb:Query ~/index/waiting',
    ...['sale-events', 'fulfillment', 'confirmations', 'jobs'].map(
      (queue) => `sqs:GetQueueAttributes ~-${queue}-dead-letter.fifo`,
    ),
    'sqs:GetQueueAttributes ~-schedules-dead-letter',
    's3:PutObject reports/stock-drift/*',
    ...connectionSecrets,
    'secretsmanager:GetSecretValue ~/dear',
    'secretsmanager:GetSecretValue ~/webhook',
    'sqs:SendMessage ~-confirmations.fifo',
    'sqs:SendMessage ~-jobs.fifo',
    'sqs:SendMessage ~-sale-events.fifo',
  ],
};

describe('permissions', () => {
  it.each(Object.entries(RIGHTS))('%s may do its work and nothing else', (name, rights) => {
    const functionName = name as FunctionName;
    expect(getRights(getRole(functionName))).toEqual([...rights, ...observed(functionName)].sort());
  });

  it('may change a part of an item only where that item is a budget, or holds the counts of a day', () => {
    const updates = Object.keys(bridge.ofType('AWS::IAM::Role'))
      .flatMap(getStatements)
      .filter(({ Action }) => list(Action).includes('dynamodb:UpdateItem'));
    expect(updates).toHaveLength(4);
    for (const { Action } of updates) expect(Action).toBe('dynamodb:UpdateItem');
    const of = (...keys: string[]) => ({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } });
    const counting = of('BUDGET#*', 'FIGURES#*');
    const conditions = updates.map(({ Condition }) => Condition);
    expect(conditions).toHaveLength(4);
    expect(conditions).toEqual(expect.arrayContaining([of('BUDGET#*'), counting]));
    expect(conditions.filter((one) => JSON.stringify(one) === JSON.stringify(counting))).toHaveLength(3);
  });

  it('may put no item of the audit', () => {
    const puts = Object.keys(bridge.ofType('AWS::IAM::Role'))
      .flatMap(getStatements)
      .filter(({ Action }) => list(Action).includes('dynamodb:PutItem'));
    const keys = puts.map(({ Condition }) => JSON.stringify(Condition));
    expect(new Set(keys)).toEqual(
      new Set(['{"ForAllValues:StringNotLike":{"dynamodb:LeadingKeys":["AUDIT#*"]}}']),
    );
  });

  it('lists items of the table itself only where they are of SKUs that went out in fractions', () => {
    const queries = Object.keys(bridge.ofType('AWS::IAM::Role'))
      .flatMap(getStatements)
      .filter((statement) => list(statement.Action).includes('dynamodb:Query'))
      .filter(({ Resource }) => list(Resource).some((resource) => getName(resource) === '~'));
    const keys = queries.map(({ Condition }) => JSON.stringify(Condition)).sort();
    expect(keys).toEqual(['{"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["FRACTIONS#*"]}}']);
  });

  it('gives each function a role of its own', () => {
    const roles = Object.keys(RIGHTS).map((name) => getRole(name as FunctionName));
    expect(new Set(roles).size).toBe(roles.length);
  });

  it('gives the schedules a role that may only put a run on the jobs queue, or aside', () => {
    const functionRoles = Object.keys(RIGHTS).map((name) => getRole(name as FunctionName));
    const others = Object.keys(bridge.ofType('AWS::IAM::Role')).filter((id) => !functionRoles.includes(id));
    expect(others.map(getRights)).toEqual([
      ['sqs:SendMessage ~-jobs.fifo', 'sqs:SendMessage ~-schedules-dead-letter'],
    ]);
  });

  it('attaches no managed policy to a role, and has no policy beside the roles but those for people', () => {
    for (const role of Object.values(bridge.ofType('AWS::IAM::Role'))) {
      expect(role.Properties.ManagedPolicyArns).toBeUndefined();
    }
    expect(bridge.ofType('AWS::IAM::Policy')).toEqual({});
    expect(Object.keys(bridge.ofType('AWS::IAM::ManagedPolicy'))).toEqual([
      expect.stringMatching(/^PoliciesReader/),
      expect.stringMatching(/^PoliciesOperator/),
    ]);
  });

  it('has no wildcard in an action, and in a resource only for the keys of files', () => {
    for (const role of Object.keys(bridge.ofType('AWS::IAM::Role'))) {
      for (const { Action, Resource } of getStatements(role)) {
        const actions = list(Action);
        expect(JSON.stringify(actions)).not.toContain('*');
        const isForFiles = actions.every((action) => action.startsWith('s3:'));
        if (!isForFiles) expect(JSON.stringify(Resource)).not.toContain('*');
      }
    }
  });
});

describe('a connection that exchanges files in a bucket', () => {
  it('lets the two functions that open it use the bucket below its prefix, and no other function', async () => {
    const { functionsDirectory, outdir } = workspace;
    const settings = parseSettings(
      {
        connections: [
          { id: 'dock', provider: 'files', location: 'Dock', server: 's3://acme-dock/out?region=eu-west-1' },
        ],
      },
      'the test',
    );
    const { template } = await synthesise({ settings, outdir, functionsDirectory });
    const rights = Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) =>
      Type !== 'AWS::IAM::Role'
        ? []
        : ((Properties.Policies ?? []) as Policy[])
            .flatMap((policy) => policy.PolicyDocument.Statement)
            .filter(({ Resource }) => JSON.stringify(Resource).includes('acme-dock'))
            .map(({ Action, Resource, Condition }) => {
              const [, name] = /^Functions(\w+)Role/.exec(id) ?? [];
              return [name, list(Action), JSON.stringify(Resource).match(/acme-dock[^"]*/)?.[0], Condition];
            }),
    );
    const granted = (name: string) => [
      [name, ['s3:ListBucket'], 'acme-dock', { StringLike: { 's3:prefix': 'out/*' } }],
      [name, ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'], 'acme-dock/out/*', undefined],
    ];
    expect(rights).toEqual([...granted('DispatchOrder'), ...granted('RunJob')]);
  });
});
