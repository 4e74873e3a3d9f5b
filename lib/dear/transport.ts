import { type CallRecord, UpstreamClient, type UpstreamOptions } from '../upstream/client.ts';
import { type DearCall, toAttempt } from './call.ts';
import { classifyAnswer } from './classify-answer.ts';

export type { CallRecord };

export interface DearSettings {
  /** `https://inventory.dearsystems.com/ExternalApi/v2/`; with or without the last slash. */
  readonly baseUrl: string;
  readonly accountId: string;
  readonly applicationKey: string;
}

export type TransportOptions = UpstreamOptions;

/** What calls DEAR: a `DearClient`, for the parts of the API that are not about one sale. */
export interface Caller {
  readonly transport: Pick<DearTransport, 'send'>;
}

/** Sends calls to DEAR. */
export class DearTransport {
  readonly #client: UpstreamClient;

  constructor(settings: DearSettings, options: TransportOptions = {}) {
    const credentials = {
      'api-auth-accountid': settings.accountId,
      'api-auth-applicationkey': settings.applicationKey,
    };
    this.#client = new UpstreamClient(settings.baseUrl, credentials, options);
  }

  /**
   * Resolves with the parsed JSON of a success (null where there is no content), which is still to be checked. A refusal by
   * rate is thrown at once.
   * @throws {Throttled | Unavailable | AmbiguousWrite | Rejected | OperatorActionNeeded | UnexpectedAnswer}
   */
  async send(call: DearCall): Promise<unknown> {
    const { method, body } = call;
    const query = call.query === undefined ? '' : `?${new URLSearchParams(call.query)}`;
    const request = { method, path: `/${call.path}${query}`, body, attempt: toAttempt(call) };
    return this.#client.send(request, (answer) => {
      const classified = classifyAnswer(answer, call);
      if (classified.done) return classified.body;
      throw classified.error;
    });
  }

  /** Lets calls that were sent end, then closes every connection; one that waits for its slot is not sent. Closing twice does no harm. */
  close(): Promise<void> {
    return this.#client.close();
  }
}
