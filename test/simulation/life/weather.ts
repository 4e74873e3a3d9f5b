import type { Timeline } from 'dear-sandbox/kit';
import { type Gateway, NetworkError } from './network.ts';
import type { Random } from './random.ts';

const MINUTE = 60_000;
/** A write may take effect this long after its caller has given up. */
const LATEST_LANDING_MS = MINUTE;

type Trouble = 'lost-answer' | 'lost-request' | 'late-landing' | 'refused' | 'gateway' | 'html' | 'no-route';
const TROUBLES: readonly [Trouble, ...Trouble[]] = [
  'lost-answer',
  'lost-request',
  'late-landing',
  'refused',
  'gateway',
  'html',
  'no-route',
];

/** What happens between the bridge and one of its upstreams. */
export class Weather {
  readonly #random: Random;
  readonly #timeline: Timeline;
  readonly #share: number;
  readonly #mayLandLate: (request: Request) => boolean;
  readonly #outage: { readonly from: number; readonly until: number };
  #isOver = false;
  /** Bodies of the writes that have not landed yet. */
  readonly landing = new Set<string>();
  /** When each call left its caller: ms since the epoch. */
  readonly sentAt: number[] = [];
  /** Calls that the upstream itself refused because there were too many. */
  overLimit = 0;
  /** Bodies of the invoices that the upstream itself refused. */
  readonly refusedBills: string[] = [];
  /** How often each happened. */
  readonly seen = new Map<Trouble, number>();

  /**
   * @param forMs how long it may last
   * @param mayLandLate whether the request may be carried out after its caller has given up
   */
  constructor(
    random: Random,
    timeline: Timeline,
    forMs: number,
    mayLandLate: (request: Request) => boolean = ({ method }) => method !== 'GET',
  ) {
    this.#random = random;
    this.#mayLandLate = mayLandLate;
    this.#timeline = timeline;
    this.#share = random.pick([0, 0.02, 0.08, 0.2]);
    const from = timeline.now() + random.between(0, forMs);
    this.#outage = { from, until: random.chance(0.3) ? from + random.between(MINUTE, forMs / 2) : from };
  }

  /** From now on everything arrives. */
  clear(): void {
    this.#isOver = true;
  }

  readonly gateway: Gateway = async (request, pass) => {
    this.sentAt.push(this.#timeline.now());
    const bill = request.url.endsWith('/sale/invoice') ? request.clone() : null;
    return await this.#carry(request, async () => {
      const answer = await pass();
      if (bill !== null && answer.status === 400) this.refusedBills.push(await bill.text());
      if (answer.status === 429) this.overLimit += 1;
      return answer;
    });
  };

  async #carry(request: Request, pass: () => Promise<Response>): Promise<Response> {
    if (this.#isOver) return pass();
    const now = this.#timeline.now();
    if (now >= this.#outage.from && now < this.#outage.until) return this.#happen('gateway', request, pass);
    if (!this.#random.chance(this.#share)) return pass();
    return this.#happen(this.#random.pick(TROUBLES), request, pass);
  }

  async #happen(trouble: Trouble, request: Request, pass: () => Promise<Response>): Promise<Response> {
    this.seen.set(trouble, (this.seen.get(trouble) ?? 0) + 1);
    switch (trouble) {
      case 'lost-answer':
        await pass();
        throw new NetworkError(this.#random.pick(['UND_ERR_HEADERS_TIMEOUT', 'ECONNRESET']));
      case 'lost-request':
        throw new NetworkError('UND_ERR_HEADERS_TIMEOUT');
      case 'late-landing':
        if (this.#mayLandLate(request)) this.#landLater(await request.clone().text(), pass);
        throw new NetworkError('UND_ERR_HEADERS_TIMEOUT');
      case 'no-route':
        throw new NetworkError('ECONNREFUSED');
      case 'refused':
        return new Response('', {
          status: 429,
          headers: { 'retry-after': String(this.#random.between(1, 60)) },
        });
      case 'gateway':
        return page(this.#random.pick([502, 503, 504, 404]));
      case 'html':
        return page(200);
    }
  }

  #landLater(body: string, pass: () => Promise<Response>): void {
    this.landing.add(body);
    this.#timeline.after(this.#random.between(1, LATEST_LANDING_MS), async () => {
      this.landing.delete(body);
      await pass().catch(() => {});
    });
  }
}

/** As a load balancer or a captive portal answers. */
function page(status: number): Response {
  return new Response('<html><body><h1>Please try again</h1></body></html>', {
    status,
    headers: { 'content-type': 'text/html' },
  });
}
