import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openBridge } from '../../operator/open-bridge.ts';
import { InMemoryBridge } from '../fakes/in-memory-bridge.ts';
import { type } from '../operator/cli/session.ts';
import { readSourceFiles } from '../source/source-files.ts';
import { createWorkspace, SETTINGS, type SynthesisedBridge, synthesiseBridge } from './synthesised-bridge.ts';

const workspace = createWorkspace();
let bridge: SynthesisedBridge;
beforeAll(async () => {
  bridge = await synthesiseBridge(workspace);
});
afterAll(workspace.remove);

interface Statement {
  readonly Action: string | string[];
  readonly Condition?: object;
}

/** The actions that a policy allows. @param isWhole leaves out those of which it allows only a part of the items */
function listActions(policy: 'Reader' | 'Operator', isWhole = false): string[] {
  const [, resource] = Object.entries(bridge.ofType('AWS::IAM::ManagedPolicy')).find(([id]) =>
    id.startsWith(`Policies${policy}`),
  )!;
  const { Statement: statements } = resource.Properties.PolicyDocument as { Statement: Statement[] };
  const counted = isWhole ? statements.filter(({ Condition }) => Condition === undefined) : statements;
  return [...new Set(counted.flatMap(({ Action }) => Action))].sort();
}

const SERVICES: Readonly<Record<string, string>> = {
  'client-cloudformation': 'cloudformation',
  'client-cloudwatch-logs': 'logs',
  'client-dynamodb': 'dynamodb',
  'client-lambda': 'lambda',
  'client-secrets-manager': 'secretsmanager',
  'client-sns': 'sns',
  'client-sqs': 'sqs',
  'client-sts': 'sts',
  'lib-dynamodb': 'dynamodb',
};
const OF_DOCUMENTS: Readonly<Record<string, string>> = {
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  // The only statement is an insertion.
  ExecuteStatement: 'PartiQLInsert',
};
/** AWS tells each caller who they are, whatever their policies say. */
const NEEDS_NO_PERMISSION = 'sts:GetCallerIdentity';
const IMPORT = /^import \{([^}]*)\} from '@aws-sdk\/([\w-]+)'/gms;

/** Every action of AWS that `bridge --stack` has code for. */
function actionsInCode(): Set<string> {
  const files = new Map(readSourceFiles().map((file) => [file.path, file]));
  const reached = new Set<string>();
  const reach = (path: string): void => {
    const file = files.get(path);
    if (file === undefined || reached.has(path)) return;
    reached.add(path);
    for (const { from, typeOnly } of file.imports) if (!typeOnly) reach(from);
  };
  reach('operator/stack/open-stack.ts');
  const actions = [...reached].flatMap((path) =>
    [...files.get(path)!.text.matchAll(IMPORT)].flatMap(([, names = '', from = '']) =>
      [...names.matchAll(/(?:paginate(\w+)|\b(\w+)Command\b)/g)].map(([, paged, once = '']) => {
        const name = paged ?? once;
        return `${SERVICES[from]}:${OF_DOCUMENTS[name] ?? name}`;
      }),
    ),
  );
  return new Set(actions);
}

describe('the policy of operators', () => {
  it('allows exactly what the command line has code for', () => {
    const actions = [...actionsInCode()].filter((action) => action !== NEEDS_NO_PERMISSION);
    expect(actions.sort()).toEqual(listActions('Operator'));
  });
});

/** The SDK's clients of every service, which answer as an empty account would. */
const CLIENTS = [
  ['cloudformation', CloudFormationClient],
  ['logs', CloudWatchLogsClient],
  ['dynamodb', DynamoDBClient],
  ['dynamodb', DynamoDBDocumentClient],
  ['lambda', LambdaClient],
  ['secretsmanager', SecretsManagerClient],
  ['sns', SNSClient],
  ['sqs', SQSClient],
  ['sts', STSClient],
] as const;

interface Sender {
  send(command: object): Promise<object>;
}

describe('the policy of readers', () => {
  let called: Set<string>;
  beforeEach(() => {
    called = new Set();
    for (const [service, client] of CLIENTS) {
      vi.spyOn(client.prototype as Sender, 'send').mockImplementation(async (command: object) => {
        const name = command.constructor.name.replace(/Command$/, '');
        called.add(`${service}:${OF_DOCUMENTS[name] ?? name}`);
        return answer(command.constructor.name);
      });
    }
  });
  afterEach(() => vi.restoreAllMocks());

  const read = (line: string) =>
    type(`${line} --stack acme-prod --region eu-west-1`, {
      open: (target) => openBridge(target, () => Promise.reject(new Error('no local system'))),
    });

  it.each([
    'orders list',
    'orders list --waiting',
    'orders show SO-00001-1',
    'queues status',
    'queues peek fulfillment',
    'logs',
    'inventory drift',
    'provider status',
  ])('allows bridge %s', async (line) => {
    await read(line);
    expect(called).toContain('cloudformation:DescribeStacks');
    expect(called.size).toBeGreaterThan(2);
    const allowed = [...listActions('Reader', true), NEEDS_NO_PERMISSION];
    expect([...called].filter((action) => !allowed.includes(action))).toEqual([]);
  });

  it('gives no credentials, sends nothing, and writes nothing but who read personal data', () => {
    const denied =
      /GetSecretValue|PutSecretValue|SendMessage|DeleteMessage|UpdateItem|DeleteItem|PutItem|PartiQL/;
    expect(listActions('Reader', true).filter((action) => denied.test(action))).toEqual([]);
    expect(listActions('Reader').filter((action) => denied.test(action))).toEqual(['dynamodb:PartiQLInsert']);
  });
});

it('both policies stay within the 6,144 characters that AWS allows, with the longest names', () => {
  for (const { Properties } of Object.values(bridge.ofType('AWS::IAM::ManagedPolicy'))) {
    const text = JSON.stringify(Properties.PolicyDocument).replaceAll(
      /\{"(?:Ref|Fn::GetAtt)":[^}]*\}/g,
      `"arn:aws:logs:ap-southeast-2:123456789012:log-group:/aws/lambda/${'x'.repeat(40)}-confirm-shipment:*"`,
    );
    expect(text.length).toBeLessThan(6_144);
  }
});

function answer(command: string): object {
  const { outputs } = new InMemoryBridge().bridge;
  if (command === 'DescribeStacksCommand') {
    const Outputs = Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
    const logGroup = { OutputKey: 'RunJobLogGroupName', OutputValue: '/aws/lambda/acme-prod-run-job' };
    return { Stacks: [{ Outputs: [...Outputs, logGroup] }] };
  }
  if (command === 'GetTemplateCommand')
    return { TemplateBody: JSON.stringify({ Metadata: { Settings: SETTINGS } }) };
  if (command === 'GetCallerIdentityCommand') return { Arn: 'arn:aws:iam::111122223333:user/ada' };
  return { Items: [], Messages: [], Subscriptions: [], events: [], Attributes: {} };
}
