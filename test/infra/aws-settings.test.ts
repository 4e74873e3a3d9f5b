import { App } from 'aws-cdk-lib/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BridgeStack } from '../../lib/infra/bridge-stack.ts';
import { synthesise, type Template } from '../../lib/infra/synthesise.ts';
import { parseSettings } from '../../lib/settings/define-config.ts';
import { readStack } from '../../local/template/template.ts';
import { createWorkspace, SETTINGS } from './synthesised-bridge.ts';

const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/1f0c';
const workspace = createWorkspace();
afterAll(workspace.remove);

type Aws = Parameters<typeof parseSettings>[0];
const settingsWith = (aws: Aws) => parseSettings({ ...SETTINGS, aws }, 'the test');

async function synthesiseWith(aws: Aws): Promise<Template> {
  const { functionsDirectory, outdir } = workspace;
  const settings = settingsWith(aws);
  return (await synthesise({ settings, name: 'acme', stage: 'test', outdir, functionsDirectory })).template;
}

const ofType = ({ Resources }: Template, type: string) =>
  Object.values(Resources).filter(({ Type }) => Type === type);

/** Where each resource that stores something names its key. */
const KEYS: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': 'SSESpecification.KMSMasterKeyId',
  'AWS::SQS::Queue': 'KmsMasterKeyId',
  'AWS::SecretsManager::Secret': 'KmsKeyId',
  'AWS::Logs::LogGroup': 'KmsKeyId',
  'AWS::S3::Bucket':
    'BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault.KMSMasterKeyID',
};
const at = (properties: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => Object(value)[key], properties);

function usedKeys(template: Template): Set<string> {
  const keys = Object.entries(KEYS).flatMap(([type, path]) => {
    const stores = ofType(template, type);
    expect(stores.length, type).toBeGreaterThan(0);
    return stores.map(({ Properties }) => JSON.stringify(at(Properties, path)) ?? 'none');
  });
  return new Set(keys);
}

describe('a key of the account', () => {
  let own: Template;
  beforeAll(async () => {
    own = await synthesiseWith({ customerKey: true, deployment: 'canary' });
  });

  it('encrypts all that is kept, and none of it without the setting', async () => {
    const [id] = Object.keys(own.Resources).filter((name) => name.startsWith('CustomerKey'));
    expect(usedKeys(own)).toEqual(new Set([JSON.stringify({ 'Fn::GetAtt': [id, 'Arn'] })]));
    expect(usedKeys(await synthesiseWith({}))).toEqual(new Set(['none']));
  });

  it('may be used by every function and by the schedules, through the stores alone', () => {
    const [id] = Object.keys(own.Resources).filter((name) =>
      own.Resources[name]?.Type.endsWith('ManagedPolicy'),
    );
    const roles = ofType(own, 'AWS::IAM::Role');
    const using = roles.filter(({ Properties }) => Properties.ManagedPolicyArns !== undefined);
    // Six functions and the schedules; what a deployment runs reads nothing that is kept.
    expect(using).toHaveLength(7);
    for (const { Properties } of using) expect(Properties.ManagedPolicyArns).toEqual([{ Ref: id }]);
    const through = (service: string) => ({
      'Fn::Join': ['', [`${service}.`, { Ref: 'AWS::Region' }, '.amazonaws.com']],
    });
    expect(own.Resources[id!]?.Properties.PolicyDocument).toMatchObject({
      Statement: [
        {
          Effect: 'Allow',
          Action: expect.arrayContaining(['kms:Decrypt', 'kms:GenerateDataKey']),
          Condition: {
            StringEquals: { 'kms:ViaService': ['dynamodb', 'sqs', 'secretsmanager', 's3'].map(through) },
          },
        },
      ],
    });
  });

  it('is rotated, outlives the stack, and is open to CloudWatch Logs for the groups of the stack', () => {
    const key = ofType(own, 'AWS::KMS::Key').find(({ Properties }) =>
      JSON.stringify(Properties).includes('What acme-test keeps'),
    );
    expect(key).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      Properties: { EnableKeyRotation: true },
    });
    const policy = JSON.stringify(key?.Properties.KeyPolicy);
    expect(policy).toContain('log-group:/aws/lambda/acme-test-*');
    expect(policy).toContain('log-group:/aws/vendedlogs/acme-test-*');
    expect(policy).toContain('log-group:/aws/lambda/CodeDeployHook_acme-test"');
  });

  it('of the merchant is used as it is, and no other is made', async () => {
    const template = await synthesiseWith({ customerKey: KEY });
    expect(usedKeys(template)).toEqual(new Set([JSON.stringify(KEY)]));
    // The one of the alarms.
    expect(ofType(template, 'AWS::KMS::Key')).toHaveLength(1);
    expect(JSON.stringify(ofType(template, 'AWS::IAM::ManagedPolicy'))).toContain(KEY);
  });
});

it('tags every resource that can have tags', async () => {
  const template = await synthesiseWith({ tags: { team: 'fulfillment' } });
  const types = [
    'Lambda::Function',
    'DynamoDB::Table',
    'SQS::Queue',
    'S3::Bucket',
    'Logs::LogGroup',
    'SecretsManager::Secret',
  ];
  for (const type of types) {
    for (const { Properties } of ofType(template, `AWS::${type}`)) {
      expect(Properties.Tags, type).toContainEqual({ Key: 'team', Value: 'fulfillment' });
    }
  }
});

it('traces functions only where the settings ask for it', async () => {
  const traced = await synthesiseWith({ tracing: 'on' });
  expect(ofType(traced, 'AWS::Lambda::Function')).toHaveLength(6);
  for (const { Properties } of ofType(traced, 'AWS::Lambda::Function')) {
    expect(Properties.TracingConfig).toEqual({ Mode: 'Active' });
  }
  expect(JSON.stringify(ofType(traced, 'AWS::IAM::Role'))).toContain('xray:PutTraceSegments');
});

it.each([
  [{ tags: { 'aws:team': 'x' } }, 'aws.tags'],
  [{ tags: Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`tag${at}`, ''])) }, 'has more than 50'],
  [{ tags: { team: 'a;b' } }, 'aws.tags.team'],
  [{ customerKey: 'alias/mine' }, 'aws.customerKey'],
  [{ reservedForWebhooks: -1 }, 'aws.reservedForWebhooks'],
])('refuses %j and names it', (aws, path) => {
  expect(() => settingsWith(aws)).toThrow(path);
});

it('reserves executions for webhooks only where the settings ask for it', async () => {
  const reserved = (template: Template) =>
    ofType(template, 'AWS::Lambda::Function')
      .map(({ Properties }) => [Properties.FunctionName, Properties.ReservedConcurrentExecutions])
      .filter(([, count]) => count !== undefined);
  expect(reserved(await synthesiseWith({ reservedForWebhooks: 10 }))).toEqual([
    ['acme-test-receive-webhook', 10],
  ]);
  expect(reserved(await synthesiseWith({}))).toEqual([]);
  const { functionsDirectory, outdir } = workspace;
  const settings = settingsWith({ reservedForWebhooks: 10 });
  const stack = new BridgeStack(new App({ outdir }), {
    stackName: 'acme-test',
    settings,
    functionsDirectory,
  });
  const said = stack.node.findAll().flatMap(({ node }) => node.metadata.map(({ data }) => String(data)));
  expect(said).toContainEqual(expect.stringContaining('AWS refuses it where fewer than 100 would be left'));
});

/** Resources that wait for each other, counting what their update policies name, which CDK's own check leaves out. */
function findCircle({ Resources }: Template): string[] {
  const done = new Set<string>();
  const visit = (id: string, path: readonly string[]): string[] => {
    if (path.includes(id)) return [...path.slice(path.indexOf(id)), id];
    if (done.has(id)) return [];
    const named = [
      ...JSON.stringify(Resources[id]).matchAll(/"(?:Ref":"|Fn::GetAtt":\["|DependsOn":\[?")(\w+)/g),
    ];
    for (const [, next = ''] of named) {
      const circle = next in Resources ? visit(next, [...path, id]) : [];
      if (circle.length > 0) return circle;
    }
    done.add(id);
    return [];
  };
  return (
    Object.keys(Resources)
      .map((id) => visit(id, []))
      .find((circle) => circle.length > 0) ?? []
  );
}

describe('deployment by canary', () => {
  let canary: Template;
  beforeAll(async () => {
    canary = await synthesiseWith({ deployment: 'canary' });
  });
  const idOf = (type: string, match: (properties: Record<string, unknown>) => boolean) =>
    Object.entries(canary.Resources).find(
      ([, { Type, Properties }]) => Type === type && match(Properties),
    )?.[0];

  it('sends every event to the alias of a function', () => {
    const aliases = Object.entries(canary.Resources).filter(([, { Type }]) => Type === 'AWS::Lambda::Alias');
    expect(aliases).toHaveLength(6);
    const targets = [
      ...ofType(canary, 'AWS::Lambda::EventSourceMapping').map(({ Properties }) => Properties.FunctionName),
      ...ofType(canary, 'AWS::ApiGatewayV2::Integration').map(({ Properties }) => Properties.IntegrationUri),
    ];
    const permitted = ofType(canary, 'AWS::Lambda::Permission').map(
      ({ Properties }) => Properties.FunctionName,
    );
    const ids = aliases.map(([id]) => id);
    expect(targets).toHaveLength(6);
    expect(permitted).toHaveLength(3);
    for (const target of [...targets, ...permitted]) {
      const named = ids.filter((id) => JSON.stringify(target).includes(`{"Ref":"${id}"}`));
      expect(named, JSON.stringify(target)).toHaveLength(1);
    }
  });

  it('has no resources that wait for each other, also not by the alias that is moved', () => {
    expect(findCircle(canary)).toEqual([]);
  });

  it('shifts a tenth, checks each version before, and goes back on alarms that exist', () => {
    const groups = ofType(canary, 'AWS::CodeDeploy::DeploymentGroup');
    expect(groups).toHaveLength(6);
    for (const { Properties } of groups) {
      expect(Properties).toMatchObject({
        DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent30Minutes',
        AutoRollbackConfiguration: {
          Enabled: true,
          Events: expect.arrayContaining(['DEPLOYMENT_STOP_ON_ALARM']),
        },
      });
      const { Alarms } = Properties.AlarmConfiguration as { Alarms: unknown[] };
      expect(Alarms).toHaveLength(8);
    }
    const check = idOf(
      'AWS::Lambda::Function',
      ({ FunctionName }) => FunctionName === 'CodeDeployHook_acme-test',
    );
    const policies = Object.values(canary.Resources).flatMap((resource) =>
      resource.Type === 'AWS::Lambda::Alias' ? [resource.UpdatePolicy] : [],
    );
    for (const policy of policies) {
      expect(policy).toMatchObject({
        CodeDeployLambdaAliasUpdate: { BeforeAllowTrafficHook: { Ref: check } },
      });
    }
    expect(JSON.stringify(canary.Resources[check!]?.Properties.Environment)).toContain('Records');
  });

  it('is all at once and watches no alarm where a fix is urgent', () => {
    const { functionsDirectory, outdir } = workspace;
    const app = new App({ outdir, context: { urgent: 'true' }, builtinCloudFormationValidation: false });
    const settings = settingsWith({ deployment: 'canary' });
    const stack = new BridgeStack(app, { stackName: 'acme-test', settings, functionsDirectory });
    const { template } = app.synth().getStackArtifact(stack.artifactId);
    for (const { Properties } of ofType(template, 'AWS::CodeDeploy::DeploymentGroup')) {
      expect(Properties.DeploymentConfigName).toBe('CodeDeployDefault.LambdaAllAtOnce');
      expect(Object(Properties.AlarmConfiguration).Alarms ?? []).toEqual([]);
    }
  });

  it('runs on this machine like the stack without them', () => {
    const { functions, routes, eventSourceMappings } = readStack(canary, 'acme-test', {
      sqsUrl: 'http://127.0.0.1',
      apiUrl: 'http://127.0.0.1',
    });
    expect([functions.length, routes.length, eventSourceMappings.length]).toEqual([6, 3, 4]);
  });
});

it('protects a stack from being deleted by mistake', () => {
  const app = new App({ outdir: workspace.outdir });
  const { functionsDirectory } = workspace;
  const stack = new BridgeStack(app, { stackName: 'acme-test', settings: SETTINGS, functionsDirectory });
  expect(stack.terminationProtection).toBe(true);
});
