import type * as z from 'zod';
import type { Attempt } from '../upstream/attempt.ts';
import { parseBody } from '../upstream/body.ts';
import { UpstreamClient, type UpstreamOptions } from '../upstream/client.ts';
import { readAnswer } from './read-answer.ts';

/** One call of DEAR's API, before it is sent. */
export interface DearCall {
  /** For a person: `authorise pick`. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below the base URL, without a leading slash: `sale/fulfilment/pick`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** The sale or order that an error names. Never personal data. */
  readonly reference: string;
}

export function toAttempt({ operation, method, reference }: DearCall): Attempt {
  return { system: 'DEAR', operation, reference, writes: method !== 'GET' };
}

export interface DearSettings {
  /** `https://inventory.dearsystems.com/ExternalApi/v2/`; with or without the last slash. */
  readonly baseUrl: string;
  readonly accountId: string;
  readonly applicationKey: string;
}

/** A `DearClient`, as far as the functions for single resources need it. */
export interface Caller {
  readonly transport: Pick<DearTransport, 'send'>;
}

/** Sends calls to DEAR. */
export class DearTransport {
  readonly #client: UpstreamClient;

  constructor(settings: DearSettings, options: UpstreamOptions = {}) {
    const credentials = {
      'api-auth-accountid': settings.accountId,
      'api-auth-applicationkey': settings.applicationKey,
    };
    this.#client = new UpstreamClient(settings.baseUrl, credentials, options);
  }

  /**
   * Resolves with the JSON of a success, null where there is no content. Without a schema the caller has to check it.
   * @throws {Throttled | Unavailable | AmbiguousWrite | Rejected | OperatorActionNeeded | UnexpectedAnswer}
   */
  send(call: DearCall): Promise<unknown>;
  send<Schema extends z.ZodType>(call: DearCall, schema: Schema): Promise<z.output<Schema>>;
  send(call: DearCall, schema?: z.ZodType): Promise<unknown> {
    const { method, body } = call;
    const attempt = toAttempt(call);
    const query = call.query === undefined ? '' : `?${new URLSearchParams(call.query)}`;
    return this.#client.send({ method, path: `/${call.path}${query}`, body, attempt }, (answer) => {
      const content = readAnswer(answer, attempt);
      return schema === undefined ? content : parseBody(schema, content, attempt);
    });
  }

  /** See `UpstreamClient.close`. */
  close(): Promise<void> {
    return this.#client.close();
  }
}
