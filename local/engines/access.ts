import type { Statement } from '../template/roles.ts';

/** What the local system's own clients and operators sign with: everything is allowed. */
export const OWNER = 'local';

/** One call of an AWS service, in the words of IAM. */
export interface AwsCall {
  /** `sqs:SendMessage` */
  readonly action: string;
  /** The resource's ARN. */
  readonly resource: string;
  /** Keys of conditions, such as `dynamodb:LeadingKeys`, with the values of this call. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

/** A call of a function or a schedule, with the role that it was made in. */
export interface JudgedCall extends AwsCall {
  readonly role: string;
  readonly isAllowed: boolean;
}

/** Decides for the engines as IAM does for AWS: a role may do what a statement of its policy allows, and nothing else. */
export class AccessControl {
  readonly #onCall: (call: JudgedCall) => void;
  #roles: ReadonlyMap<string, readonly Statement[]> = new Map();

  /** @param onCall receives every call that a role makes */
  constructor(onCall: (call: JudgedCall) => void = () => {}) {
    this.#onCall = onCall;
  }

  /** Until it is called, roles are refused everything. */
  enforce(roles: ReadonlyMap<string, readonly Statement[]>): void {
    this.#roles = roles;
  }

  /**
   * @param authorization the header of a signed request: the role is named by its access key
   * @param readCalls is called for roles only
   * @returns a sentence for the refusal, or null
   */
  findRefusal(authorization: string | undefined, readCalls: () => readonly AwsCall[]): string | null {
    const role = /\bCredential=([^/,\s]+)\//.exec(authorization ?? '')?.[1] ?? '';
    if (role === OWNER) return null;
    const statements = this.#roles.get(role) ?? [];
    const judged = readCalls().map((call) => ({
      ...call,
      role,
      isAllowed: statements.some((statement) => allows(statement, call)),
    }));
    for (const call of judged) this.#onCall(call);
    const refused = judged.find(({ isAllowed }) => !isAllowed);
    if (refused === undefined) return null;
    return `${role} is not authorized to perform: ${refused.action} on resource: ${refused.resource}`;
  }
}

/** Whether the statement alone allows the call. @throws {Error} for an operator that is not known here */
export function allows({ actions, resources, conditions }: Statement, call: AwsCall): boolean {
  return (
    actions.some((action) => isLike(call.action, action)) &&
    resources.some((resource) => isLike(call.resource, resource)) &&
    Object.entries(conditions).every(([operator, keys]) =>
      Object.entries(keys).every(([key, accepted]) => holds(operator, call.context[key] ?? [], accepted)),
    )
  );
}

/** As in IAM: of no values everything is true for all, and nothing is like anything. */
function holds(operator: string, values: readonly string[], accepted: readonly string[]): boolean {
  const isAccepted = (value: string) => accepted.some((pattern) => isLike(value, pattern));
  if (operator === 'ForAllValues:StringLike') return values.every(isAccepted);
  if (operator === 'ForAllValues:StringNotLike') return !values.some(isAccepted);
  if (operator === 'StringLike') return values.some(isAccepted);
  throw new Error(`The local system does not know the condition ${operator}`);
}

const patterns = new Map<string, RegExp>();

function isLike(text: string, pattern: string): boolean {
  let known = patterns.get(pattern);
  if (known === undefined) {
    const source = pattern
      .replaceAll(/[\\^$.|+()[\]{}]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    known = new RegExp(`^${source}$`, 's');
    patterns.set(pattern, known);
  }
  return known.test(text);
}
