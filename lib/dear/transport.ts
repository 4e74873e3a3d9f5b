import type * as z from 'zod';
import { parseBody } from '../upstream/body.ts';
import { UpstreamClient, type UpstreamOptions } from '../upstream/client.ts';
import { type DearCall, toAttempt } from './call.ts';
import { readAnswer } from './read-answer.ts';

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
