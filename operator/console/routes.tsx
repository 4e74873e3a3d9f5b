import type { Context, Hono } from 'hono';
import * as z from 'zod';
import { DAY_MS, isoTime } from '../../lib/domain/clock.ts';
import type { OrderEdit } from '../../lib/domain/order/actions.ts';
import { ACTIONS, type Action } from '../../lib/domain/order/allowed-actions.ts';
import { isHeldFor } from '../../lib/domain/order/holds.ts';
import { sendsAfterEdit } from '../../lib/domain/order/next-steps.ts';
import { toProgress } from '../../lib/domain/order/progress.ts';
import { WAITING_FOR } from '../../lib/domain/order/transitions.ts';
import type { MappingsView } from '../mappings.ts';
import { EXPORTS, type ExportKind } from '../orders/export.ts';
import { mayBeSaleNumber } from '../orders/find-by-text.ts';
import { FOUND_BY, GOODS, PERSONAL_COLUMNS, readListAddress } from '../orders/order-query.ts';
import { Charts, Today } from './charts.tsx';
import { type ConsoleContext, toCsvHeaders } from './console-context.ts';
import { ACTION_LABELS, ADDRESS_FIELDS, ConfirmAction, EditOrder } from './pages/change-order.tsx';
import { AwaitingSalesPage, Board, Message, SalePage } from './pages/lists.tsx';
import { IgnoredPage } from './pages/operations.tsx';
import { OrderPage } from './pages/order.tsx';
import { OrderList } from './pages/orders.tsx';
import type { OrderView } from './views.ts';

const actionName = z.enum(ACTIONS);

/** The board, its lists, and the pages of an order. */
export function addOrderRoutes(app: Hono, consoleContext: ConsoleContext): void {
  const { deps } = consoleContext;
  app.get('/', async (context) => {
    const [rows, recent, made, paused, dear] = await Promise.all([
      deps.board(),
      deps.recentOrders(),
      deps.row('recent'),
      deps.paused(),
      deps.dearBudget(),
    ]);
    const view = await deps.figures();
    const waitingNow = rows.reduce((sum, { key, count }) => (isWaiting(key) ? sum + count : sum), 0);
    return consoleContext.page(
      context,
      'Orders',
      <>
        <Board {...{ rows, recent, made, paused, dear, now: deps.now() }} />
        <p>
          <a href="/ignored">Sales that were ignored, and why</a>
        </p>
        <Today view={view} />
        <h2>The last two weeks</h2>
        <Charts view={view} waitingNow={waitingNow} />
      </>,
    );
  });
  app.get('/orders', async (context) => {
    const key = context.req.query('waiting') ?? '';
    if (key !== GOODS || !isOneRow(context, key)) return showOrders(context, consoleContext, key);
    const page = readPage(context);
    const [row, sales] = await Promise.all([deps.row(key), deps.salesOn(key, page)]);
    if (row === null) return context.redirect('/', 303);
    return consoleContext.page(
      context,
      row.status,
      <AwaitingSalesPage {...{ row, sales, page, now: deps.now() }} />,
    );
  });
  for (const kind of EXPORTS) {
    app.get(`/${kind}.csv`, (context) => sendCsv(context, consoleContext, kind));
  }
  app.get('/orders/:reference', async (context) => {
    const view = await deps.order(context.req.param('reference'));
    if (view === null) return showUnknown(context, consoleContext);
    const [calls, kept] = await Promise.all([
      deps.calls(view.order).catch(toUnreadable),
      deps.keptCalls(view.order),
    ]);
    return consoleContext.page(
      context,
      view.order.reference,
      <OrderPage {...{ view, calls, kept, now: deps.now(), token: consoleContext.token }} />,
    );
  });
  app.get('/orders/:reference/:action', async (context) => {
    const view = await deps.order(context.req.param('reference'));
    const action = actionName.safeParse(context.req.param('action'));
    if (view === null || !action.success) return showUnknown(context, consoleContext);
    return showForm(context, consoleContext, view, action.data);
  });
  app.post('/orders/:reference/:action', async (context) => {
    const reference = context.req.param('reference');
    const action = actionName.safeParse(context.req.param('action'));
    if (!action.success) return showUnknown(context, consoleContext);
    const view = await deps.order(reference);
    const isOutdated = await isStale(context, action.data, view);
    if (isOutdated) return showStale(context, consoleContext, reference);
    const details =
      action.data === 'edit' ? { edit: await readEdit(context, view) } : await readNote(context);
    await deps.act(reference, action.data, details);
    if (action.data === 'edit') await sendEdited(context, consoleContext, reference);
    return context.redirect(`/orders/${encodeURIComponent(reference)}`, 303);
  });
}

/** Whether a row of the board counts orders that wait, as the figures do. */
function isWaiting(key: string): boolean {
  return WAITING_FOR.some((what) => what === key);
}

/** Sent as it is read: it breaks off where a part cannot be read, so that no file looks whole that is not. */
async function sendCsv(context: Context, { deps }: ConsoleContext, kind: ExportKind) {
  const { searchParams } = new URL(context.req.url);
  const { query } = readListAddress(searchParams, deps.now());
  const pieces = await deps.exportOrders(kind, query, searchParams.get('personal') === 'yes');
  return context.body(ReadableStream.from(toBytes(pieces)), 200, toCsvHeaders(kind));
}

async function* toBytes(pieces: AsyncIterable<string>): AsyncIterable<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const piece of pieces) yield encoder.encode(piece);
}

function listServices({ rows }: MappingsView): string[] {
  const services = rows.filter(({ kind }) => kind === 'shipping-method').map(({ value }) => value);
  return [...new Set(services)].sort();
}

async function showOrders(context: Context, consoleContext: ConsoleContext, key: string) {
  const { deps } = consoleContext;
  const { searchParams } = new URL(context.req.url);
  const address = readListAddress(searchParams, deps.now());
  const [channels, mappings, found, row, sales] = await Promise.all([
    deps.channels(),
    deps.mappings.read(),
    deps.listOrders(address.query, address.page),
    isOneRow(context, key) ? deps.row(key) : null,
    address.page === 1 ? deps.unorderedSales(address.query) : [],
  ]);
  const isPersonal = address.columns.some((column) => PERSONAL_COLUMNS.has(column));
  const contents = isPersonal ? await deps.contentsOf(found.orders) : new Map();
  const connections = deps.connections.map(({ id }) => id);
  return consoleContext.page(
    context,
    row?.status ?? 'Orders',
    <OrderList
      {...{
        address,
        found,
        contents,
        sales,
        row,
        connections,
        channels,
        methods: listServices(mappings),
        now: deps.now(),
        token: consoleContext.token,
      }}
    />,
  );
}

/** Whether nothing but a row of the board is asked for. */
function isOneRow(context: Context, key: string): boolean {
  const { searchParams } = new URL(context.req.url);
  return key !== '' && [...searchParams.keys()].every((name) => name === 'waiting' || name === 'page');
}

/** From 1 on. */
function readPage(context: Context): number {
  const page = Number(context.req.query('page') ?? '1');
  return Number.isSafeInteger(page) && page > 0 ? page : 1;
}

/** Two forms show an address and act on it: a change from DEAR in the meantime must not be overwritten, nor sent unseen. */
async function isStale(context: Context, action: Action, view: OrderView | null): Promise<boolean> {
  if ((action !== 'edit' && action !== 'ship') || view === null) return false;
  const { version } = await context.req.parseBody();
  return version !== String(view.order.version);
}

function showStale(context: Context, consoleContext: ConsoleContext, reference: string) {
  const sentence = `${reference} has changed since this form was shown, so nothing was done. Open the order again.`;
  return consoleContext.page(context, 'Not done', <Message title="Not done" sentence={sentence} bad />, 409);
}

/** An operator may have access to orders, but not to logs. */
function toUnreadable(error: unknown): 'unreadable' {
  console.error(error);
  return 'unreadable';
}

function showForm(context: Context, consoleContext: ConsoleContext, view: OrderView, action: Action) {
  const { order, content, actions } = view;
  const title = `${ACTION_LABELS[action].button} ${order.reference}`;
  if (!actions.includes(action)) {
    const sentence = `${order.reference} is ${toProgress(order)} now, so this cannot be done. ${order.reason}`;
    return consoleContext.page(context, title, <Message title={title} sentence={sentence} bad />, 409);
  }
  if (action !== 'edit') {
    return consoleContext.page(
      context,
      title,
      <ConfirmAction {...{ view, action, token: consoleContext.token }} />,
    );
  }
  if (content === null) {
    const sentence = 'The name and address of the order have expired here, so it cannot be edited.';
    return consoleContext.page(context, title, <Message title={title} sentence={sentence} bad />, 409);
  }
  return consoleContext.page(
    context,
    title,
    <EditOrder {...{ view, content, token: consoleContext.token }} />,
  );
}

const editForm = z.object({
  ...(Object.fromEntries(ADDRESS_FIELDS.map((name) => [name, z.string().trim().max(200)])) as Record<
    (typeof ADDRESS_FIELDS)[number],
    z.ZodString
  >),
  shippingMethod: z.string().trim().max(100),
  phone: z.string().trim().max(50),
  email: z.string().trim().max(200),
  // A browser ends the lines of a form with CR and LF.
  customerNotes: z
    .string()
    .transform((text) => text.replaceAll('\r\n', '\n').trim())
    .pipe(z.string().max(2_000)),
});

/** The address of the form, and the other fields that differ from the order. */
async function readEdit(context: Context, view: OrderView | null): Promise<OrderEdit> {
  const { shippingMethod, phone, email, customerNotes, ...shipTo } = editForm.parse(
    await context.req.parseBody(),
  );
  const before: Readonly<Record<string, unknown>> = { ...view?.content };
  const typed = Object.entries({ shippingMethod, phone, email, customerNotes });
  return { shipTo, ...Object.fromEntries(typed.filter(([name, text]) => before[name] !== text)) };
}

/** Sends it as it was edited where the person asked for that, and nothing else holds it: its page says what does. */
async function sendEdited(context: Context, { deps }: ConsoleContext, reference: string): Promise<void> {
  const { send } = await context.req.parseBody();
  const view = send === 'yes' ? await deps.order(reference) : null;
  const action = view === null ? null : sendsAfterEdit(view.order);
  if (view === null || action === null || !view.actions.includes(action)) return;
  if (!isHeldFor(view.order, 'address')) await deps.act(reference, action);
}

async function readNote(context: Context): Promise<{ note?: string }> {
  const { note } = noteForm.parse(await context.req.parseBody());
  return note === undefined || note === '' ? {} : { note };
}

const noteForm = z.object({ note: z.string().trim().max(2_000).optional() });

function showUnknown(context: Context, consoleContext: ConsoleContext) {
  const sentence =
    'There is no such order. Search for its order number, sale id, tracking number or reference.';
  return consoleContext.page(context, 'Not found', <Message title="Not found" sentence={sentence} />, 404);
}

const day = z.iso.date().or(z.literal('')).default('');
const window = z.object({ since: day, until: day });

/** The search, and the pages of a sale. */
export function addSaleRoutes(app: Hono, consoleContext: ConsoleContext): void {
  const { deps, token } = consoleContext;
  app.get('/search', async (context) => {
    const text = (context.req.query('q') ?? '').trim();
    const found = text === '' ? ({ kind: 'nothing' } as const) : await deps.search(text);
    if (found.kind === 'order')
      return context.redirect(`/orders/${encodeURIComponent(found.reference)}`, 303);
    if (found.kind === 'sale') return context.redirect(`/sales/${found.saleId}`, 303);
    if (found.kind === 'orders') return context.redirect(`/orders?${new URLSearchParams({ q: text })}`, 303);
    const advice = mayBeSaleNumber(text)
      ? ` If DEAR has the sale, read it: npx bridge sale reconcile ${text}`
      : '';
    const sentence = `Nothing here has it as ${FOUND_BY}.${advice}`;
    return consoleContext.page(
      context,
      'Not found',
      <Message title={`'${text}' was not found`} sentence={sentence} />,
      404,
    );
  });
  app.get('/ignored', async (context) => {
    const today = isoTime(deps.now()).slice(0, 10);
    const { since, until } = window.parse(context.req.query());
    const days = { since: since || isoTime(deps.now() - 7 * DAY_MS).slice(0, 10), until: until || today };
    const found = await deps.ignoredSales(days);
    return consoleContext.page(context, 'Ignored sales', <IgnoredPage {...found} {...days} />);
  });
  app.get('/sales/:saleId', async (context) => {
    const sale = await deps.sale(context.req.param('saleId'));
    if (sale === null) {
      const sentence = 'The bridge has never read this sale.';
      return consoleContext.page(
        context,
        'Not found',
        <Message title="Not found" sentence={sentence} />,
        404,
      );
    }
    const [calls, kept] = await Promise.all([
      deps.callsOfSale(sale).catch(toUnreadable),
      deps.keptCallsOfSale(sale),
    ]);
    return consoleContext.page(
      context,
      sale.saleOrderNumber,
      <SalePage {...{ sale, calls, kept, now: deps.now(), token }} />,
    );
  });
  app.post('/sales/:saleId/reconcile', async (context) => {
    const saleId = context.req.param('saleId');
    await deps.reconcile(saleId);
    return context.redirect(`/sales/${saleId}`, 303);
  });
}
