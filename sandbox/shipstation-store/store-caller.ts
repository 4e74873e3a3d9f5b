import type { NoticeRow } from './state.ts';

/** The store's answer; null: none came in time. */
export interface StoreAnswer {
  readonly status: number | null;
  readonly body: string;
}

export interface StoreAccess {
  /** What the merchant entered as the URL to the custom XML page. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** Whether each call begins without credentials, as some HTTP clients do, and is repeated with them when asked. */
  readonly waitsToBeAsked?: boolean;
}

const TIMEOUT_MS = 30_000;

/** Calls a custom store as ShipStation does: one address, its action in the query, Basic credentials. */
export class StoreCaller {
  readonly #access: StoreAccess;

  constructor(access: StoreAccess) {
    this.#access = access;
  }

  /**
   * @param from ms since the epoch, in whole minutes
   * @param page the first call of an import leaves it out
   */
  async exportOrders(from: number, until: number, page: number): Promise<StoreAnswer> {
    const window = `start_date=${toStoreTime(from)}&end_date=${toStoreTime(until)}`;
    return await this.#call(`action=export&${window}${page === 1 ? '' : `&page=${page}`}`, { method: 'GET' });
  }

  async notify({ query, body }: Pick<NoticeRow, 'query' | 'body'>): Promise<StoreAnswer> {
    const parameters = new URLSearchParams(query).toString();
    const headers = { 'content-type': 'application/xml' };
    return await this.#call(`action=shipnotify&${parameters}`, { method: 'POST', headers, body });
  }

  async #call(query: string, request: RequestInit): Promise<StoreAnswer> {
    const { username, password, waitsToBeAsked = false } = this.#access;
    if (waitsToBeAsked) {
      const { status, asksFor, body } = await this.#send(query, request);
      if (status !== 401 || !/^Basic\b/i.test(asksFor)) return { status, body };
    }
    const credentials = Buffer.from(`${username}:${password}`).toString('base64');
    const headers = { ...request.headers, authorization: `Basic ${credentials}` };
    const { status, body } = await this.#send(query, { ...request, headers });
    return { status, body };
  }

  async #send(query: string, request: RequestInit): Promise<StoreAnswer & { readonly asksFor: string }> {
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const answer = await fetch(`${this.#access.url}?${query}`, { ...request, signal });
      const asksFor = answer.headers.get('www-authenticate') ?? '';
      return { status: answer.status, body: await answer.text(), asksFor };
    } catch {
      return { status: null, body: '', asksFor: '' };
    }
  }
}

/** `03%2f04%2f2026+07%3a00`: UTC, to the minute, encoded in lower case. */
function toStoreTime(at: number): string {
  const [year, month, day, hour, minute] = new Date(at).toISOString().split(/\D/);
  return `${month}%2f${day}%2f${year}+${hour}%3a${minute}`;
}
