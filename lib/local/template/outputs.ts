import * as z from 'zod';
import { resolveIntrinsics, UnresolvableError } from './intrinsics.ts';
import { type LocalAddresses, localNames, templateSchema } from './template-names.ts';

const withOutputs = templateSchema.extend({
  Outputs: z.record(z.string(), z.looseObject({ Value: z.unknown() })).default({}),
});

/**
 * What a deployment of the template would print, with this machine's names. An output about something that is not run here,
 * such as a log group, is left out.
 */
export function outputsOf(
  template: unknown,
  stackName: string,
  addresses: LocalAddresses,
): Record<string, string> {
  const parsed = withOutputs.parse(template);
  const names = localNames(parsed, stackName, addresses);
  const entries = Object.entries(parsed.Outputs).flatMap(([name, { Value }]) => {
    const value = resolved(() => resolveIntrinsics(Value, names, { resource: 'Outputs', property: name }));
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(entries);
}

function resolved(resolve: () => unknown): unknown {
  try {
    return resolve();
  } catch (error) {
    if (error instanceof UnresolvableError) return undefined;
    throw error;
  }
}
