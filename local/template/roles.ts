import * as z from 'zod';
import { resolveIntrinsics } from './intrinsics.ts';
import { type LocalAddresses, localNames, templateSchema, tryResolve } from './template-names.ts';

/** One statement of a role's policy, with the names of this machine. */
export interface Statement {
  readonly actions: readonly string[];
  /** ARNs, in which `*` and `?` stand for any text and any character. */
  readonly resources: readonly string[];
  /** Operator → key → accepted values. */
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

const listOf = <Item extends z.ZodType>(item: Item) =>
  z.union([item, z.array(item)]).transform((one) => [one].flat() as Array<z.infer<Item>>);
const statement = z.object({
  Effect: z.literal('Allow', { error: 'the local system knows roles that allow only' }),
  Action: listOf(z.string()),
  Resource: z.unknown().transform((one) => [one].flat()),
  Condition: z.record(z.string(), z.record(z.string(), listOf(z.string()))).default({}),
});
const roleProperties = z.object({
  Policies: z.array(z.object({ PolicyDocument: z.object({ Statement: z.array(statement) }) })).default([]),
});

/**
 * What each role of a template allows, by the role's name. Resources that do not run on this machine, such as log groups, are left
 * out, and so are managed policies, which allow the use of a key only.
 */
export function readRoles(
  template: unknown,
  stackName: string,
  addresses: LocalAddresses,
): ReadonlyMap<string, readonly Statement[]> {
  const parsed = templateSchema.parse(template);
  const names = localNames(parsed, stackName, addresses);
  const roles = Object.entries(parsed.Resources).filter(([, { Type }]) => Type === 'AWS::IAM::Role');
  return new Map(
    roles.map(([id, { Properties }]) => {
      const position = { resource: id, property: 'Policies' };
      const statements = roleProperties
        .parse(Properties)
        .Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
        .map(({ Action: actions, Resource, Condition: conditions }) => ({
          actions,
          conditions,
          resources: Resource.flatMap(
            (one) => tryResolve(() => resolveIntrinsics(one, names, position)) ?? [],
          ).map(String),
        }));
      return [names.physicalName(id), statements] as const;
    }),
  );
}
