import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib/core';
import * as z from 'zod';
import { type FunctionName, listFunctions } from '../runtime/environment.ts';
import type { Settings } from '../settings/schema.ts';
import { HANDLER } from './bridge-function.ts';
import { BridgeStack } from './bridge-stack.ts';
import { toStackName } from './stack-name.ts';

export interface SynthesiseOptions {
  readonly settings: Settings;
  readonly name?: string;
  readonly stage?: string;
  /** Where the cloud assembly goes. */
  readonly outdir: string;
  /** Holds one folder per function, as `bundleFunctions` leaves it. */
  readonly functionsDirectory: string;
  /** Also check the stack against the rules of cdk-nag and CloudFormation; about two seconds. @default false */
  readonly nag?: boolean;
}

/** The part of a CloudFormation template that all callers read; each parses the resources that it uses. */
const templateSchema = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
  Outputs: z.record(z.string(), z.looseObject({ Value: z.unknown() })).default({}),
});
export type Template = z.infer<typeof templateSchema>;

export interface SynthesisedStack {
  readonly stackName: string;
  readonly template: Template;
  readonly functions: Readonly<Record<FunctionName, SynthesisedFunction>>;
}

export interface SynthesisedFunction {
  /** Holds `index.mjs` and `settings.json`. */
  readonly directory: string;
  /** As in the template: `index.handler`. */
  readonly handler: string;
}

/**
 * The stack that `cdk deploy` would deploy, made in this process, under the same feature flags.
 * @throws {ConfigurationError} for a name that AWS would refuse
 * @throws {Error} with the findings, where `nag` is set and there are any
 */
export async function synthesise(options: SynthesiseOptions): Promise<SynthesisedStack> {
  const { settings, outdir, functionsDirectory, nag = false } = options;
  const stackName = toStackName(options.name, options.stage);
  const app = new App({
    outdir,
    context: await featureFlags(),
    analyticsReporting: false,
    treeMetadata: false,
    stackTraces: false,
    builtinCloudFormationValidation: nag,
  });
  const stack = new BridgeStack(app, { stackName, settings, functionsDirectory });
  if (nag) await addChecks(app);
  const template = templateSchema.parse(app.synth().getStackArtifact(stack.artifactId).template);
  return { stackName, template, functions: functionsIn(functionsDirectory, settings) };
}

/** Fails the synthesis on every finding of AWS's solutions and serverless rules that is not acknowledged with a reason. */
export async function addChecks(app: App): Promise<void> {
  // Only here: it takes longer to load than the stack takes to build, and `npm start` does without.
  const { AwsSolutionsChecks, ServerlessChecks } = await import('cdk-nag');
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
}

const cdkJson = z.looseObject({ context: z.record(z.string(), z.unknown()) });

/** `cdk` passes these to the app by itself. */
async function featureFlags(): Promise<Record<string, unknown>> {
  const file = new URL('../../cdk.json', import.meta.url);
  return cdkJson.parse(JSON.parse(await readFile(file, 'utf8'))).context;
}

function functionsIn(directory: string, settings: Settings): Record<FunctionName, SynthesisedFunction> {
  const names = listFunctions(settings);
  return Object.fromEntries(
    names.map((name) => [name, { directory: join(directory, name), handler: HANDLER }]),
  ) as Record<FunctionName, SynthesisedFunction>;
}
