import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { type SynthesisedStack, synthesise } from '../../lib/infra/synthesise.ts';
import { ENVIRONMENTS } from '../../lib/runtime/environment.ts';
import { parseSettings } from '../../lib/settings/define-config.ts';

/** Two connections, one with a dash, and no setting left at its default that shows in the template. */
export const SETTINGS = parseSettings(
  {
    connections: [
      { id: 'harbour', provider: 'shipstation-v2', location: 'Harbour Shed', warehouseId: 'se-41' },
      { id: 'hill-top', provider: 'shipstation-v2', location: 'Høydedraget 東', warehouseId: 'se-42' },
    ],
    alarms: {
      emails: ['on-call@acme.test', 'owner@acme.test'],
      webhooks: ['https://alerts.acme.test/bridge'],
      runbookUrl: 'https://wiki.acme.test/bridge/runbook.md',
    },
    logRetentionDays: 14,
  },
  'the test',
);

export interface Workspace {
  readonly functionsDirectory: string;
  readonly outdir: string;
  remove(): void;
}

/** A folder for an assembly, and functions that are good enough to be synthesised. */
export function createWorkspace(): Workspace {
  const root = mkdtempSync(join(tmpdir(), 'bridge-infra-'));
  const functionsDirectory = join(root, 'functions');
  for (const name of [...Object.keys(ENVIRONMENTS), 'notify-chat']) {
    mkdirSync(join(functionsDirectory, name), { recursive: true });
    writeFileSync(join(functionsDirectory, name, 'index.mjs'), `export const handler = () => '${name}';\n`);
  }
  const remove = () => rmSync(root, { recursive: true });
  return { functionsDirectory, outdir: join(root, 'assembly'), remove };
}

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface SynthesisedBridge extends SynthesisedStack {
  readonly assertions: Template;
  /** By logical id. */
  ofType(type: string): Record<string, Resource>;
  /** Logical id of the one resource of the type that has the physical name. */
  toId(type: string, property: string, name: string): string;
}

export async function synthesiseBridge(workspace: Workspace, stage = 'test'): Promise<SynthesisedBridge> {
  const { functionsDirectory, outdir } = workspace;
  const stack = await synthesise({
    settings: SETTINGS,
    name: 'acme',
    stage,
    outdir: join(outdir, stage),
    functionsDirectory,
  });
  const assertions = Template.fromJSON(stack.template);
  const ofType = (type: string) => assertions.findResources(type) as Record<string, Resource>;
  const toId = (type: string, property: string, name: string) => {
    const ids = Object.entries(ofType(type)).filter(([, { Properties }]) => Properties[property] === name);
    if (ids.length !== 1) throw new Error(`${ids.length} resources ${type} have the ${property} ${name}`);
    return ids[0]![0];
  };
  return { ...stack, assertions, ofType, toId };
}
