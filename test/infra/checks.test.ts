import { App, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { BridgeStack } from '../../lib/infra/bridge-stack.ts';
import { synthesise } from '../../lib/infra/synthesise.ts';
import { parseSettings } from '../../lib/settings/define-config.ts';
import type { Settings } from '../../lib/settings/schema.ts';
import { EXHAUSTIVE } from '../builders/exhaustive.ts';
import { createWorkspace, SETTINGS } from './synthesised-bridge.ts';

const workspace = createWorkspace();
afterEach(() => vi.restoreAllMocks());
afterAll(workspace.remove);

interface Finding {
  readonly rule: string;
  readonly path: string;
}

const FILES = {
  id: 'dock',
  provider: 'files' as const,
  location: 'Dock',
  server: 's3://acme-dock/out?region=eu-west-1',
};
/** Each setting and connection that brings resources or rights of its own. */
const WITH_ALL = {
  ...SETTINGS,
  connections: [...SETTINGS.connections, ...parseSettings({ connections: [FILES] }, 'the test').connections],
  alarms: { ...SETTINGS.alarms, chats: ['slack' as const], digest: '07:30' },
  aws: { ...SETTINGS.aws, customerKey: true, tracing: 'on' as const, deployment: 'canary' as const },
};

function createStack(settings: Settings = SETTINGS): BridgeStack {
  const { functionsDirectory, outdir } = workspace;
  const app = new App({ outdir });
  return new BridgeStack(app, { stackName: 'acme-test', settings, functionsDirectory });
}

function getFindings(stack: BridgeStack): Finding[] {
  const packs = [new AwsSolutionsChecks(stack), new ServerlessChecks(stack)];
  const violations = packs.flatMap((pack) => pack.validateScope(stack).violations);
  return violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath = '' }) => ({ rule: ruleName, path: constructPath })),
  );
}

function getAcknowledgements(stack: BridgeStack): Array<Finding & { readonly reason: string }> {
  return stack.node.findAll().flatMap((construct: IConstruct) =>
    construct.node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([id, reason]) => ({ rule: id.replace(/^annotation::/i, ''), path: construct.node.path, reason })),
  );
}

/** The stack as it would be judged without any acknowledgement. */
function rawFindings(settings: Settings): Finding[] {
  vi.spyOn(Validations.prototype, 'acknowledge').mockReturnValue();
  return getFindings(createStack(settings));
}

describe("AWS's solutions and serverless rules", () => {
  it('find nothing that is not acknowledged', () => {
    expect(getFindings(createStack())).toEqual([]);
    expect(getFindings(createStack(WITH_ALL))).toEqual([]);
  });

  it.each([
    ['a plain stack', SETTINGS],
    ['a stack with everything switched on', WITH_ALL],
  ])('find what is acknowledged of %s, so that no acknowledgement outlives its cause', (_, settings) => {
    const acknowledgements = getAcknowledgements(createStack(settings));
    const findings = rawFindings(settings);
    expect(findings.length).toBeGreaterThan(0);
    for (const { rule, path } of acknowledgements) {
      const caused = findings.filter((finding) => finding.rule === rule && finding.path.startsWith(path));
      expect(caused, `${rule} at ${path}`).toHaveLength(1);
    }
    expect(acknowledgements).toHaveLength(findings.length);
  });

  it('are acknowledged one finding at a time, each with a reason', () => {
    const acknowledgements = getAcknowledgements(createStack());
    expect([...new Set(acknowledgements.map(({ rule }) => rule))].sort()).toEqual([
      'AwsSolutions-APIG4',
      'AwsSolutions-IAM5[Resource::*]',
      expect.stringMatching(/^AwsSolutions-IAM5\[Resource::<Reports\w+\.Arn>\/labels\/\*\]$/),
      expect.stringMatching(/^AwsSolutions-IAM5\[Resource::<Reports\w+\.Arn>\/stock-drift\/\*\]$/),
      expect.stringMatching(/^AwsSolutions-IAM5\[Resource::arn:.*:stack\/acme-test\/\*\]$/),
      expect.stringMatching(/^AwsSolutions-IAM5\[Resource::arn:.*:secret:acme-test\/\*\]$/),
      'AwsSolutions-S1',
      'AwsSolutions-SMG4',
      'AwsSolutions-SQS3',
      'Serverless-LambdaDLQ',
      'Serverless-LambdaEventSourceMappingDestination',
      'Serverless-LambdaTracing',
      'Serverless-SNSRedrivePolicy',
      'Serverless-SQSRedrivePolicy',
    ]);
    for (const { rule, path, reason } of acknowledgements) {
      expect(reason.split(' ').length, `${rule} at ${path}`).toBeGreaterThan(10);
    }
  });

  // The first to load CloudFormation's own rules, which takes seconds.
  it('stop the synthesis at a finding without an acknowledgement', EXHAUSTIVE, async () => {
    vi.spyOn(Validations.prototype, 'acknowledge').mockReturnValue();
    const { functionsDirectory, outdir } = workspace;
    const synthesis = synthesise({ settings: SETTINGS, outdir, functionsDirectory, nag: true });
    await expect(synthesis).rejects.toThrow('AwsSolutions-APIG4');
  });

  it("let the stack pass, and CloudFormation's own rules do too", EXHAUSTIVE, async () => {
    const { functionsDirectory, outdir } = workspace;
    const { stackName } = await synthesise({ settings: WITH_ALL, outdir, functionsDirectory, nag: true });
    expect(stackName).toBe('dear-fulfillment-bridge-dev');
  });
});
