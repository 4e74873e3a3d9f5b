import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspace, type SynthesisedBridge, synthesiseBridge } from '../synthesised-bridge.ts';
import { toText } from './in-the-cloud.ts';

const workspace = createWorkspace();
let bridge: SynthesisedBridge;
beforeAll(async () => {
  bridge = await synthesiseBridge(workspace);
});
afterAll(workspace.remove);

const only = (type: string) => {
  const found = Object.entries(bridge.ofType(type));
  expect(found).toHaveLength(1);
  const [id, { Properties }] = found[0]!;
  return { id, Properties };
};
interface Statement {
  readonly Effect: string;
  readonly Principal: unknown;
  readonly Action: string | string[];
  readonly Condition?: { readonly ArnLike?: Record<string, unknown> };
}
const getStatements = (policy: unknown) => (policy as { Statement: Statement[] }).Statement;
const thisAccount = { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } };

describe('the topic of the alarms', () => {
  it('accepts the alarms of this stack alone, and only over TLS', () => {
    const { Properties } = only('AWS::SNS::TopicPolicy');
    const statements = getStatements(Properties.PolicyDocument);
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow');
    expect(allowed).toMatchObject([
      {
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Resource: { Ref: only('AWS::SNS::Topic').id },
        Condition: { StringEquals: thisAccount },
      },
    ]);
    expect(toText(allowed[0]?.Condition?.ArnLike?.['aws:SourceArn'])).toMatch(
      /^arn:<AWS::Partition>:cloudwatch:[\w-]+:\d{12}:alarm:acme-test-\*$/,
    );
    expect(statements.filter(({ Effect }) => Effect === 'Deny')).toMatchObject([
      {
        Action: 'sns:Publish',
        Principal: '*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ]);
  });

  it('is encrypted with a key that is renewed, and that CloudWatch may use for this account', () => {
    const key = only('AWS::KMS::Key');
    expect(only('AWS::SNS::Topic').Properties.KmsMasterKeyId).toEqual({ 'Fn::GetAtt': [key.id, 'Arn'] });
    expect(key.Properties.EnableKeyRotation).toBe(true);
    const forCloudWatch = getStatements(key.Properties.KeyPolicy).filter(({ Principal }) =>
      JSON.stringify(Principal).includes('cloudwatch'),
    );
    expect(forCloudWatch).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Resource: '*',
        Condition: { StringEquals: thisAccount },
      },
    ]);
  });

  it('leaves no key behind that costs a dollar a month', () => {
    expect(Object.values(bridge.ofType('AWS::KMS::Key'))[0]).toMatchObject({ DeletionPolicy: 'Delete' });
  });

  it('tells every address of the settings', () => {
    const topic = only('AWS::SNS::Topic').id;
    const told = Object.values(bridge.ofType('AWS::SNS::Subscription')).map(({ Properties }) => Properties);
    expect(told).toHaveLength(3);
    expect(told).toEqual(
      expect.arrayContaining([
        { TopicArn: { Ref: topic }, Protocol: 'email', Endpoint: 'on-call@acme.test' },
        { TopicArn: { Ref: topic }, Protocol: 'email', Endpoint: 'owner@acme.test' },
        { TopicArn: { Ref: topic }, Protocol: 'https', Endpoint: 'https://alerts.acme.test/bridge' },
      ]),
    );
  });
});
