import * as z from 'zod';
import { resolveIntrinsics, UnresolvableError } from './intrinsics.ts';
import { localNames, templateSchema } from './template-names.ts';

const withOutputs = templateSchema.extend({
  Outputs: z.record(z.string(), z.looseObject({ Value: z.unknown() })).default({}),
});

/** The property of API Gateway's that its addresses are made from. */
const API_ENDPOINT = 'ApiEndpoint';

/**
 * What a deployment of the template would print, with this machine's names. An output about something that is not run here,
 * such as an alarm, is left out.
 * @param at `sqsUrl` without a slash at the end; `apiUrl` is where webhooks are received
 */
export function outputsOf(
  template: unknown,
  stackName: string,
  at: { readonly sqsUrl: string; readonly apiUrl: string },
): Record<string, string> {
  const parsed = withOutputs.parse(template);
  const local = localNames(parsed, stackName, at.sqsUrl);
  const names = {
    ...local,
    attribute: (logicalId: string, attribute: string) =>
      attribute === API_ENDPOINT ? at.apiUrl : local.attribute(logicalId, attribute),
  };
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
