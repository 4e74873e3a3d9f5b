import type { RecordedCall } from '../../../lib/domain/call/recorded-call.ts';
import type { FulfillmentOrder, LogEntry } from '../../../lib/domain/order/fulfillment-order.ts';
import type { Pause } from '../../../lib/domain/order/pause.ts';
import { describeOutcome, OUTCOME_WORDS, type SaleRow, WAIT_ENDS } from '../../orders/unordered-sales.ts';
import type { BudgetState } from '../../upstream-access.ts';
import { type CallsMade, Facts, getAge, Moment, OrderTable, Table } from '../parts.tsx';
import { PAGE_SIZE } from '../read-board.ts';
import type { BoardRow, SaleView } from '../views.ts';
import { EventTimeline } from './timeline.tsx';

interface AwaitingSalesPageProps {
  readonly row: BoardRow;
  readonly sales: readonly SaleRow[];
  /** From 1. */
  readonly page: number;
  readonly now: number;
}

/** The sales that wait for goods. */
export function AwaitingSalesPage({ row, sales, page, now }: AwaitingSalesPageProps) {
  return (
    <>
      <h1>
        {row.status}: {row.what}
      </h1>
      <p>{WAIT_ENDS}</p>
      <div id="orders" data-live>
        <PageLinks row={row} page={page} shown={sales.length} />
        {sales.length > 0 ? (
          <SaleTable {...{ sales, now }} />
        ) : (
          <p class="faint">No sale waits for goods at the moment.</p>
        )}
      </div>
    </>
  );
}

interface PageLinksProps {
  readonly row: BoardRow;
  readonly page: number;
  /** How many the page shows. */
  readonly shown: number;
}

/** Which of how many are shown, and the pages before and after. */
function PageLinks({ row, page, shown }: PageLinksProps) {
  if (row.count === 0) return null;
  const first = (page - 1) * PAGE_SIZE + 1;
  const last = first + shown - 1;
  const link = (to: number) => `/orders?waiting=${row.key}&page=${to}`;
  return (
    <p>
      {shown === 0 ? 'No more' : `${first}–${last}`} of{' '}
      {row.more ? `${row.count} or more` : Math.max(row.count, last)}{' '}
      {page > 1 && <a href={link(page - 1)}>Previous page</a>}{' '}
      {shown === PAGE_SIZE && (last < row.count || row.more) && <a href={link(page + 1)}>Next page</a>}
    </p>
  );
}

interface SaleTableProps {
  readonly sales: readonly SaleRow[];
  readonly now: number;
  readonly caption?: string;
}

/** Sales of which no order was made, or not of all. */
export function SaleTable({ sales, now, caption = 'Sales that wait for goods' }: SaleTableProps) {
  return (
    <Table
      caption={caption}
      columns={[
        'Sale',
        'Outcome',
        'Waits for, or why',
        'Ordered so far',
        'Channel',
        'Customer reference',
        'Age#',
      ]}
    >
      {sales.map((sale) => (
        <tr>
          <th scope="row">
            <a href={`/sales/${sale.saleId}`}>{sale.saleOrderNumber || sale.saleId}</a>
          </th>
          <td>{OUTCOME_WORDS[sale.outcome]}</td>
          <td>{sale.waitsFor.length === 0 ? sale.reason : <WaitsFor goods={sale.waitsFor} />}</td>
          <td>{sale.references.join(', ') || 'nothing'}</td>
          <td>{sale.channel}</td>
          <td>{sale.customerReference}</td>
          <td class="number">{getAge(sale.since, now)}</td>
        </tr>
      ))}
    </Table>
  );
}

function WaitsFor({ goods }: { readonly goods: SaleRow['waitsFor'] }) {
  return (
    <>
      {goods.map(({ sku, wanted, allotted }, index) => (
        <>
          {index > 0 && <br />}
          {sku}: {allotted} of {wanted} allotted by DEAR
        </>
      ))}
    </>
  );
}

interface SalePageProps {
  readonly sale: SaleView;
  readonly calls: CallsMade;
  readonly kept: readonly RecordedCall[];
  readonly now: number;
  readonly token: string;
}

/** A sale at its latest reading: ordered or ignored, and why. */
export function SalePage({ sale, calls, kept, now, token }: SalePageProps) {
  const { saleId, saleOrderNumber, outcome, reason, by, at, orders, waitsFor = [] } = sale;
  return (
    <>
      <h1>{saleOrderNumber || saleId}</h1>
      <div id="sale" class="panel" data-live>
        <p class="why">{reason}</p>
        {outcome === 'waiting' && <p>{WAIT_ENDS}</p>}
        <Facts
          of={[
            ['Outcome', describeOutcome(sale, orders)],
            ['Waits for', waitsFor.length === 0 ? '' : <WaitsFor goods={waitsFor} />],
            ['Last read', <Moment at={at} />],
            ['Because of', by],
            ['Sale id', saleId],
          ]}
        />
      </div>
      <form method="post" action={`/sales/${saleId}/reconcile`} class="actions">
        <input type="hidden" name="token" value={token} />
        <button type="submit">Read it again</button>
      </form>
      <p class="faint">
        Reads the sale from DEAR and takes the next step that it needs. Nothing is sent twice.
      </p>
      <h2>Fulfillment orders</h2>
      <div id="orders" data-live>
        <OrderTable
          orders={orders}
          now={now}
          caption={`Orders of ${saleOrderNumber}`}
          none="No order was made from it."
        />
      </div>
      <h2>What happened</h2>
      <div id="timeline" data-live>
        <EventTimeline log={toLog(sale)} {...{ calls, kept }} />
      </div>
    </>
  );
}

/** Of all its orders, each entry with the order that it is of; of a sale without one, its latest reading. */
function toLog({ orders, at, by, reason }: SaleView): LogEntry[] {
  if (orders.length === 0) return [{ at, by, what: `The sale was read. ${reason}` }];
  return orders.flatMap(({ reference, log }) =>
    log.map((entry) => (orders.length > 1 ? { ...entry, by: `${reference} · ${entry.by}` } : entry)),
  );
}

/** Whether the sale asks for none of its orders any more. */
/** A page for what was not found or was refused, with what to do next. */
export function Message({
  title,
  sentence,
  bad = false,
}: {
  readonly title: string;
  readonly sentence: string;
  readonly bad?: boolean;
}) {
  return (
    <>
      <h1>{title}</h1>
      <p class={`panel notice ${bad ? 'bad' : ''}`.trimEnd()} role="status">
        {sentence}
      </p>
    </>
  );
}

/** `lantern by Ada: stock count`. */
function describePause({ connection, by, why }: Pause): string {
  return `${connection} by ${by}${why === '' ? '' : `: ${why}`}`;
}

interface BoardProps {
  readonly rows: readonly BoardRow[];
  readonly recent: readonly FulfillmentOrder[];
  /** How many there are of these. */
  readonly made: BoardRow | null;
  readonly paused: readonly Pause[];
  readonly dear: BudgetState;
  readonly now: number;
}

/** The first page: rows of what waits, urgent ones first and empty ones last, then the recent orders. */
export function Board({ rows, recent, made, paused, dear, now }: BoardProps) {
  const sorted = [...rows].sort((a, b) => getRank(a) - getRank(b));
  return (
    <>
      <h1>Orders under way</h1>
      <p>
        <a href="/orders">All orders, with filters</a>
      </p>
      <div id="board" data-live>
        {paused.length > 0 && (
          <p class="panel notice">
            Paused: {paused.map(describePause).join(', ')}. Their orders wait here;{' '}
            <a href="/jobs">resume them</a> when the service works again.
          </p>
        )}
        <ul class="board">
          {sorted.map((row) => (
            <li class={CLASSES[getRank(row)]}>
              <a href={`/orders?waiting=${row.key}`}>
                <span class="count">{row.more ? `${row.count}+` : row.count}</span>
                <strong>{row.status}</strong> · {row.what}
                <br />
                <span class="faint">{row.oldest === '' ? 'none' : `oldest ${getAge(row.oldest, now)}`}</span>
              </a>
            </li>
          ))}
        </ul>
        <p>
          <a href="/jobs">Calls of DEAR</a>: {dear.callsMinuteBefore} of {dear.callsPerMinute} in the last
          minute, {dear.callsThisMinute} in this one
        </p>
      </div>
      <h2>Recent orders</h2>
      <div id="recent" data-live>
        {made !== null && made.count > recent.length && (
          <p>
            The latest {recent.length} of {made.more ? `${made.count} or more` : made.count}{' '}
            <a href="/orders?waiting=recent">All of today and yesterday</a>
          </p>
        )}
        <OrderTable
          orders={recent}
          now={now}
          caption="Recent orders"
          none="No orders in the last two days. Authorise a sale in DEAR at a connected location to see one."
        />
      </div>
    </>
  );
}

const CLASSES = ['urgent', undefined, 'empty'];

function getRank({ urgent, count }: BoardRow): number {
  if (count === 0) return 2;
  return urgent ? 0 : 1;
}
