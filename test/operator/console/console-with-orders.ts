import type { RecordedCall } from '../../../lib/domain/call/recorded-call.ts';
import type { DriftReport } from '../../../lib/domain/inventory/drift-report.ts';
import { act } from '../../../lib/domain/order/actions.ts';
import { type Action, allowedActions } from '../../../lib/domain/order/allowed-actions.ts';
import { type BulkAct, type BulkAction, summariseAct } from '../../../lib/domain/order/bulk-act.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import type { OrderContent } from '../../../lib/domain/order/order-content.ts';
import type { Pause } from '../../../lib/domain/order/pause.ts';
import { waitingFor } from '../../../lib/domain/order/transitions.ts';
import type { ActionDetails } from '../../../lib/workflows/act-on-order.ts';
import type { AuditQuery } from '../../../operator/audit.ts';
import type {
  BoardRow,
  CallView,
  ConsoleDeps,
  LabelChoices,
  MappingsDeps,
  ParkedMessageView,
  QueueView,
  SaleView,
  SearchResult,
} from '../../../operator/console/views.ts';
import type { FiguresView } from '../../../operator/figures.ts';
import type { JobView } from '../../../operator/job-list.ts';
import type { Chosen } from '../../../operator/orders/bulk.ts';
import { LeftOutRows } from '../../../operator/orders/left-out-rows.ts';
import type { OrderLinks } from '../../../operator/orders/list-orders.ts';
import type { OrderQuery } from '../../../operator/orders/order-query.ts';
import type { IgnoredSales } from '../../../operator/orders/sale.ts';
import type { OrderPage } from '../../../operator/orders/search-orders.ts';
import type { SaleRow } from '../../../operator/orders/unordered-sales.ts';
import { NotFound } from '../../../operator/user-errors.ts';
import { NOW } from '../../builders/order.ts';
import { saleRecord } from '../../builders/sale-record.ts';

/** A bridge with a few orders in memory. It records what the console does to it. */
export class ConsoleWithOrders implements ConsoleDeps {
  readonly name = 'acme-test';
  readonly operator = 'Mina';
  readonly connections = [{ id: 'lantern', location: 'Lantern Shed' }];
  readonly leftOut = new LeftOutRows();
  readonly now = () => NOW + 3_600_000;
  readonly contents = new Map<string, OrderContent>();
  readonly orders = new Map<string, FulfillmentOrder>();
  readonly done: string[] = [];
  awaiting: SaleRow[] = [];
  parkedMessages: ParkedMessageView[] = [
    { id: 'm-1', about: 'SO-00042-1', parkedAt: '2026-03-02T09:00:00.000Z' },
  ];
  pauses: Pause[] = [];
  whyPaused = '';
  reports: DriftReport | null = null;
  runs: Array<Pick<JobView, 'job' | 'connection' | 'run'>> = [];
  logged: CallView[] | Error | null = [];
  kept: RecordedCall[] = [];
  links: OrderLinks = { saleUrl: null, serviceUrl: null };
  failing = false;
  labels: LabelChoices | null = null;

  add(order: FulfillmentOrder, content: OrderContent | null = null): void {
    this.orders.set(order.reference, order);
    if (content !== null) this.contents.set(order.reference, content);
  }

  async board(): Promise<BoardRow[]> {
    if (this.failing) throw new Error('SO-00042-1 lives at 12 Quay Road');
    const held = [...this.orders.values()].filter(({ status }) => status === 'On Hold');
    const oldest = held[0]?.createdAt ?? '';
    return [
      {
        key: 'submission',
        status: 'Queued',
        what: 'to be sent',
        count: 0,
        more: false,
        oldest: '',
        urgent: false,
      },
      { key: 'hold', status: 'On Hold', what: 'held', count: held.length, more: false, oldest, urgent: true },
      {
        key: 'goods',
        status: 'Waiting for goods',
        what: 'Sales that wait for goods',
        count: this.awaiting.length,
        more: false,
        oldest: this.awaiting[0]?.since ?? '',
        urgent: false,
      },
    ];
  }

  async row(key: string): Promise<BoardRow | null> {
    return (await this.board()).find((one) => one.key === key) ?? null;
  }

  async listOrders({ waiting }: OrderQuery): Promise<OrderPage> {
    const orders = [...this.orders.values()].filter(
      (order) => waiting.length === 0 || waiting.some((what) => what === waitingFor(order)),
    );
    return { orders, total: orders.length, reasons: new Map(), words: new Map(), lookedTo: '' };
  }

  readonly planned = new Map<string, BulkAct>();

  async planBulk(action: BulkAction, chosen: Chosen): Promise<string> {
    const references = 'references' in chosen ? chosen.references : [...this.orders.keys()];
    const planned = { about: 'chosen one by one', plannedAt: new Date(NOW).toISOString(), startedAt: '' };
    const leftOut = [{ reference: 'SO-00009-1', why: 'it is Delivered' }];
    this.planned.set('B-1', { id: 'B-1', action, by: 'Mina', note: '', references, leftOut, ...planned });
    return 'B-1';
  }

  async bulk(id: string) {
    const act = this.planned.get(id);
    if (act === undefined) throw new NotFound(`There is no bulk act ${id}`, 'Look in the audit.');
    const orders = act.references.flatMap((reference) => this.orders.get(reference) ?? []);
    const summary = summariseAct(act, orders);
    return { act, summary, done: [], leftOut: [], waiting: act.references };
  }

  async bulkActs() {
    const acts = await Promise.all([...this.planned.keys()].map((id) => this.bulk(id)));
    return acts.map(({ summary }) => summary);
  }

  async startBulk(id: string): Promise<void> {
    const { act } = await this.bulk(id);
    this.planned.set(id, { ...act, startedAt: new Date(NOW).toISOString() });
    this.done.push(`start ${id}`);
  }

  async exportOrders(kind: string): Promise<AsyncIterable<string>> {
    return (async function* () {
      yield `${kind}\r\n`;
    })();
  }

  async contentsOf(): Promise<ReadonlyMap<string, OrderContent>> {
    return this.contents;
  }

  async salesOn(row: string): Promise<SaleRow[]> {
    return row === 'goods' ? this.awaiting : [];
  }

  async channels(): Promise<string[]> {
    return ['Etsy'];
  }

  async unorderedSales(): Promise<SaleRow[]> {
    return [];
  }

  async recentOrders(): Promise<FulfillmentOrder[]> {
    return [...this.orders.values()];
  }

  async search(text: string): Promise<SearchResult> {
    if (this.orders.has(text)) return { kind: 'order', reference: text };
    return text === 'SO-00042' ? { kind: 'sale', saleId: 'sale-42' } : { kind: 'nothing' };
  }

  async order(reference: string) {
    const order = this.orders.get(reference);
    if (order === undefined) return null;
    const content = this.contents.get(reference) ?? null;
    const actions = allowedActions(order, { canCancel: true });
    const { labels, whyPaused, links } = this;
    return { order, content, actions, links, labels, whyPaused };
  }

  async readRates(reference: string): Promise<void> {
    this.done.push(`rates ${reference}`);
  }

  async buyLabel(reference: string, service: string): Promise<void> {
    this.done.push(`buy ${reference} ${service}`);
  }

  async voidLabel(reference: string): Promise<void> {
    this.done.push(`void label ${reference}`);
  }

  async labelDocument(): Promise<Uint8Array> {
    return Buffer.from('%PDF-1.4');
  }

  async calls(): Promise<CallView[] | null> {
    if (this.logged instanceof Error) throw this.logged;
    return this.logged;
  }

  callsOfSale: ConsoleDeps['callsOfSale'] = async () => await this.calls();
  keptCallsOfSale: ConsoleDeps['keptCallsOfSale'] = async () => await this.keptCalls();

  async keptCalls(): Promise<RecordedCall[]> {
    return this.kept;
  }

  async act(reference: string, action: Action, details: ActionDetails = {}): Promise<void> {
    const order = this.orders.get(reference);
    if (order === undefined) throw new Error('There is none');
    const content = this.contents.get(reference) ?? null;
    const acted = act(
      action,
      { order, content, by: this.operator, now: this.now(), canCancel: true, note: details.note ?? '' },
      details.edit,
    );
    this.add(acted.order, acted.content);
    this.done.push(`${action} ${reference}`);
  }

  async sale(saleId: string): Promise<SaleView | null> {
    if (saleId !== 'sale-42') return null;
    const reason = 'No connection ships from its location.';
    const orders = [...this.orders.values()];
    return { saleId, saleOrderNumber: 'SO-00042', outcome: 'ignored', reason, by: 'sweep', at: '', orders };
  }

  async reconcile(saleId: string): Promise<void> {
    this.done.push(`reconcile ${saleId}`);
  }

  async queues(): Promise<QueueView[]> {
    const redrive = { safe: true, why: 'Each is read again.' };
    const parked = this.parkedMessages.length;
    return [{ name: 'fulfillment', waiting: 2, inWork: 1, parked, redrive }];
  }

  async parked(): Promise<ParkedMessageView[]> {
    return this.parkedMessages;
  }

  async redrive(queue: string, ids: readonly string[]): Promise<void> {
    this.parkedMessages = this.parkedMessages.filter(({ id }) => !ids.includes(id));
    this.done.push(`redrive ${queue} ${ids.join(' ')}`);
  }

  async jobs(): Promise<JobView[]> {
    return this.runs.map((one) => ({
      about: 'Reads sales.',
      writes: one.job === 'sweep-sales' ? 'the services' : '',
      next: '',
      judgement: { state: 'in order' as const, found: '' },
      ...one,
    }));
  }

  async startJob(job: string, connection: string): Promise<void> {
    this.done.push(`start ${job} ${connection}`);
  }

  async budgets() {
    return [await this.dearBudget()];
  }

  async dearBudget() {
    return {
      ...{ system: 'DEAR', callsPerMinute: 55, bookedMs: 2_256 },
      ...{ callsThisMinute: 7, callsMinuteBefore: 52 },
    };
  }

  async webhooks() {
    const url = 'https://bridge.example.com/webhooks/dear';
    const rows = [
      { system: 'DEAR', event: 'Sale/Voided', state: 'wrong', sentence: 'it is switched off', url },
    ] as const;
    return { mode: 'on', rows, problem: null } as const;
  }

  async ignoredSales(days: { readonly since: string; readonly until: string }): Promise<IgnoredSales> {
    this.done.push(`ignored ${days.since} ${days.until}`);
    return {
      sales: [saleRecord({ outcome: 'ignored', reason: 'No connection ships from Hull.' })],
      more: false,
    };
  }

  days: FiguresView['days'] = [];

  async figures(): Promise<FiguresView> {
    const none = {
      ...{ made: 0, sent: 0, authorisedToSent: 0, confirmed: 0 },
      seconds: { made: null, sent: null, authorisedToSent: null, confirmed: null },
    };
    return { days: this.days, total: none, connections: [] };
  }

  readonly mappings: MappingsDeps = {
    read: async () => ({
      version: 1,
      rows: [
        {
          connection: 'lantern',
          kind: 'shipping-method',
          name: 'Express',
          value: 'ups_next_day_air',
          bySettings: 'ups_2nd_day_air',
          byOperator: 'ups_next_day_air',
        },
      ],
      changes: [
        {
          connection: 'lantern',
          kind: 'shipping-method',
          name: 'Express',
          version: 1,
          at: '2026-03-02T09:00:00.000Z',
          by: 'Mina',
          before: '',
          after: 'ups_next_day_air',
        },
      ],
    }),
    unmapped: async () => [
      {
        connection: 'lantern',
        method: 'Kurier & Co',
        orders: 7,
        held: 2,
        latest: '2026-03-02T09:00:00.000Z',
      },
    ],
    codes: async () => ({ services: [{ value: 'ups_ground', title: 'UPS Ground' }], carriers: [] }),
    change: async ({ connection, kind, name }, value, isChecked) => {
      this.done.push(`map ${connection} ${kind} ${name} to '${value}'${isChecked ? '' : ' unchecked'}`);
    },
  };

  async drift(): Promise<DriftReport | null> {
    return this.reports;
  }

  async paused(): Promise<Pause[]> {
    return this.pauses;
  }

  async pause(connection: string, paused: boolean, why: string): Promise<void> {
    const since = new Date(this.now()).toISOString();
    this.pauses = paused ? [{ connection, by: this.operator, since, why }] : [];
  }

  asked: AuditQuery | null = null;

  async audit(query: AuditQuery) {
    this.asked = query;
    const at = '2026-03-02T09:00:00.000Z';
    const entry = { at, by: 'Mina', identity: 'local/mina', what: 'Released', about: 'SO-00042-1' };
    return { entries: [entry], earlier: at };
  }
}
