import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { synthesise } from '../../../lib/infra/synthesise.ts';
import { createWorkspace, SETTINGS, type Workspace } from '../synthesised-bridge.ts';

let workspace: Workspace;
let template: Template;
beforeAll(async () => {
  workspace = createWorkspace();
  const { functionsDirectory, outdir } = workspace;
  const settings = {
    ...SETTINGS,
    alarms: { ...SETTINGS.alarms, chats: ['slack' as const], digest: '07:30' },
  };
  const made = await synthesise({ settings, name: 'acme', stage: 'test', outdir, functionsDirectory });
  template = Template.fromJSON(made.template);
});
afterAll(() => workspace.remove());

describe('a stack that tells a chat', () => {
  it('may read the addresses and the figures of days, and nothing else', () => {
    const roles = Object.values(template.findResources('AWS::IAM::Role'));
    const role = roles.find(
      (one) => JSON.stringify(one).includes('FIGURES#*') && !JSON.stringify(one).includes('PutItem'),
    );
    const statements: Array<{ Action: string | string[] }> =
      role?.Properties.Policies[0].PolicyDocument.Statement;
    expect(statements.flatMap(({ Action }) => Action).sort()).toEqual([
      'dynamodb:GetItem',
      'dynamodb:Query',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'secretsmanager:GetSecretValue',
    ]);
    template.hasResourceProperties('AWS::SecretsManager::Secret', { Name: 'acme-test/chat' });
  });

  it('has no address in its template or its function', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'acme-test-notify-chat',
      Environment: { Variables: { CHAT_SECRET_ID: 'acme-test/chat', STACK_NAME: 'acme-test' } },
    });
    expect(JSON.stringify(template.toJSON())).not.toContain('hooks.slack.com');
  });

  it('is told of alarms by the topic, and of the digest by a rule', () => {
    template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'lambda' });
    template.hasResourceProperties('AWS::Events::Rule', {
      Name: 'acme-test-digest',
      ScheduleExpression: 'cron(30 7 * * ? *)',
    });
  });
});
