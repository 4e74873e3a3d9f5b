import { randomUUID } from 'node:crypto';
import { Unavailable } from '../../domain/errors.ts';
import { parseJson } from '../../upstream/body.ts';
import { errorSchema, type OrderMessage, withoutNulls } from './contract.ts';
import { type SigningSecrets, sign } from './signature.ts';

export interface ConformanceOptions {
  readonly baseUrl: string;
  readonly signingSecret: string;
  readonly now: () => number;
  readonly fetch: typeof fetch;
}

/** In place of what was found, where the warehouse does not offer the part. */
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
    const json = withoutNulls(parseJson(await answer.text()));
    return { status: answer.status, json, code: errorSchema.safeParse(json).data?.error.code ?? '' };
  }
}
