import * as z from 'zod';
import { faultScope } from '../kit/fault-queue.ts';

/** An answer by which Extensiv refuses a call. Rules throw it, so a refused write changes nothing. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  /** null: the answer has no body. */
  readonly body: object | null;

  constructor(status: number, body: object | null) {
    super(JSON.stringify(body));
    this.status = status;
    this.body = body;
  }
}

const MODELS = 'WMS.V2.Generic.Models';

type ValidationCode = 'Required' | 'DoesNotExist' | 'Duplicate' | 'Incompatible' | 'ValueNotSupported';

/** @param name the field, in Pascal case */
export function invalidField(name: string, ErrorCode: ValidationCode, Hint: string): Refusal {
  return new Refusal(400, {
    $type: `${MODELS}.Exceptions.ModelValidationException, ${MODELS}`,
    ModelType: 'Order',
    Properties: [{ Name: name, Value: null }],
    ErrorCode,
    Hint,
  });
}

export function invalidQuery(parameter: string, Hint: string): Refusal {
  return new Refusal(400, {
    $type: `${MODELS}.Exceptions.QueryParameterException, ${MODELS}`,
    Parameters: [parameter],
    ErrorCode: 'NotParsable',
    Hint,
  });
}

/** The state of an order forbids the operation. */
export function refusedOperation(ActionName: string, ErrorCode: string, Hint: string): Refusal {
  return new Refusal(403, {
    $type: `${MODELS}.Exceptions.OperationException, ${MODELS}`,
    ActionNameType: 'Operation',
    ActionName,
    ErrorCode,
    Hint,
  });
}

export function missingRole(role: string): Refusal {
  const $type = `${MODELS}.Exceptions.AuthorizationException, ${MODELS}`;
  return new Refusal(403, { $type, ErrorCode: 'Unauthorized', Hint: `Role ${role} is required.` });
}

export function notFound(): Refusal {
  return new Refusal(404, null);
}

/** @throws {Refusal} naming the first field that is wrong */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body, { reportInput: true });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const name = issue?.path.map(String).map(toPascalCase).join('.') || 'Order';
  const isMissing = issue?.code === 'invalid_type' && issue.input === undefined;
  throw invalidField(name, isMissing ? 'Required' : 'ValueNotSupported', issue?.message ?? 'is wrong');
}

function toPascalCase(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

export const faultRequest = z.discriminatedUnion('kind', [
  z.strictObject({ ...faultScope, kind: z.literal('latency'), ms: z.number().nonnegative() }),
  /** Answered so, and the call is not carried out. */
  z.strictObject({
    ...faultScope,
    kind: z.literal('answer'),
    status: z.int().min(200).max(599).default(400),
    body: z.string().default(''),
    retryAfter: z.int().nonnegative().optional(),
  }),
  /** The connection is closed, before the call is carried out or after it was saved. */
  z.strictObject({ ...faultScope, kind: z.enum(['timeout-before', 'timeout-after']) }),
  /** The order changes after it was read, before this call: its tag is stale. */
  z.strictObject({ ...faultScope, kind: z.literal('stale') }),
]);
export type Fault = z.infer<typeof faultRequest>;
