import { type AwsCall, allows } from '../../local/engines/access.ts';
import type { Statement } from '../../local/template/roles.ts';

/** One thing that a role is allowed. */
export interface Right {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
  /** The pattern of the items' keys that it is limited to; '' where it is not. */
  readonly key: string;
}

/** Every right of the roles, one for each action, resource and pattern of keys. */
export function listRights(roles: ReadonlyMap<string, readonly Statement[]>): Right[] {
  return [...roles].flatMap(([role, statements]) =>
    statements.flatMap((statement) =>
      statement.actions.flatMap((action) =>
        statement.resources.flatMap((resource) =>
          getKeys(statement).map((key) => ({ role, action, resource, key })),
        ),
      ),
    ),
  );
}

/** The rights that no call has used. A call that another right allows as well counts for both. */
export function findUnusedRights(
  rights: readonly Right[],
  calls: ReadonlyArray<AwsCall & { readonly role: string }>,
): Right[] {
  return rights.filter(({ role, action, resource, key }) => {
    const only = { actions: [action], resources: [resource], conditions: toConditions(key) };
    return !calls.some((call) => call.role === role && allows(only, call));
  });
}

const OF_ITEMS = 'ForAllValues:StringLike';
const KEYS = 'dynamodb:LeadingKeys';

function getKeys({ conditions }: Statement): readonly string[] {
  return conditions[OF_ITEMS]?.[KEYS] ?? [''];
}

function toConditions(key: string): Statement['conditions'] {
  return key === '' ? {} : { [OF_ITEMS]: { [KEYS]: [key] } };
}
