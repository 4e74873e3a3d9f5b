import { randomUUID } from 'node:crypto';
import { Unavailable } from '../../domain/errors.ts';
import { parseJson } from '../../upstream/body.ts';
import { CONFORMANCE_RULES, type ConformanceRule } from './conformance-rules.ts';
import { errorSchema, type OrderMessage } from './contract.ts';
import { type SigningSecrets, sign } from './signature.ts';

/** What a warehouse keeps of one rule of the contract. */
export interface ConformanceResult {
  readonly part: ConformanceRule['part'];
  readonly rule: string;
  readonly outcome: 'kept' | 'broken' | 'not implemented';
  /** The last request that was sent: `POST /orders order.submitted CHECK-1f2e-1`. */
  readonly request: string;
  readonly expected: string;
  /** What came in its place; '' where the rule is kept. */
  readonly found: string;
}

export interface ConformanceOptions {
  readonly baseUrl: string;
  readonly signingSecret: string;
  readonly now: () => number;
  readonly fetch: typeof fetch;
}

/** A secret for trials, which is no secret. */
export const TRIAL_SECRET = 'whsec_dHJpYWwgc2VjcmV0IG9mIHRoZSBjb250cmFjdA==';

/**
 * Tries each rule of the contract, in their order, with orders of its own, whose references begin with `CHECK-`. It cancels them
 * where the warehouse can.
 * @throws {Unavailable} the warehouse gives no answer at all
 */
export async function* checkConformance(options: ConformanceOptions): AsyncGenerator<ConformanceResult> {
  const trial = new Trial(options);
  await trial.connect();
  for (const { part, rule, expected, check } of CONFORMANCE_RULES) {
    const found = await check(trial).catch((error: unknown) => `no answer: ${toReason(error)}`);
    const result = { part, rule, request: trial.lastRequest, expected };
    if (found === NOT_OFFERED) yield { ...result, outcome: 'not implemented', found: 'not_implemented' };
    else yield { ...result, outcome: found === '' ? 'kept' : 'broken', found };
  }
}

export const NOT_OFFERED = Symbol('not offered');

export interface TrialAnswer {
  readonly status: number;
  /** undefined where the body is no JSON. */
  readonly json: unknown;
  /** The machine code of an error; ''. */
  readonly code: string;
}

interface TrialCall {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  /** In place of the right signature. */
  readonly headers?: Readonly<Record<string, string>>;
}

const TIMEOUT_MS = 10_000;

/** The calls of one run, and the orders that it sends. */
export class Trial {
  readonly #options: ConformanceOptions;
  /** Of the orders of this run: `CHECK-1f2e3d4c`. */
  readonly prefix = `CHECK-${randomUUID().slice(0, 8)}`;
  lastRequest = '';

  constructor(options: ConformanceOptions) {
    this.#options = options;
  }

  get secrets(): SigningSecrets {
    return { signingSecret: this.#options.signingSecret, previousSigningSecret: '' };
  }

  get now(): number {
    return this.#options.now();
  }

  async connect(): Promise<void> {
    await this.get('/orders/CHECK-0').catch((cause: unknown) => {
      throw new Unavailable({ system: new URL(this.#options.baseUrl).host, operation: 'find order', cause });
    });
  }

  get(path: string): Promise<TrialAnswer> {
    return this.call({ method: 'GET', path });
  }

  /** Sends a message of the bridge. */
  async send(type: OrderMessage['type'], data: OrderMessage['data']): Promise<TrialAnswer> {
    const answer = await this.call({ path: '/orders', body: this.toBody(type, data) });
    this.lastRequest = `POST /orders ${type} ${data.reference}`;
    return answer;
  }

  toBody(type: string, data: object): string {
    return JSON.stringify({ type, timestamp: new Date(this.now).toISOString(), data });
  }

  async call({ method = 'POST', path, body = '', headers }: TrialCall): Promise<TrialAnswer> {
    this.lastRequest = `${method} ${path}`;
    const answer = await this.#options.fetch(`${this.#options.baseUrl.replace(/\/+$/, '')}${path}`, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        accept: 'application/json',
        ...(method === 'POST' && { 'content-type': 'application/json' }),
        ...(headers ?? sign(body, this.secrets, this.now)),
      },
      ...(method === 'POST' && { body }),
    });
    const json = parseJson(await answer.text());
    return { status: answer.status, json, code: errorSchema.safeParse(json).data?.error.code ?? '' };
  }
}

function toReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
