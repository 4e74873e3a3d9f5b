import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import type { Pause } from '../../../lib/domain/order/pause.ts';
import { Facts, getAge, Moment, OrderTable, Table, Timeline } from '../parts.tsx';
import { PAGE_SIZE } from '../read-board.ts';
import type { AwaitingSale, BoardRow, SaleView } from '../views.ts';

interface AwaitingSalesPageProps {
  readonly row: BoardRow;
  readonly sales: readonly AwaitingSale[];
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

function SaleTable({ sales, now }: Pick<AwaitingSalesPageProps, 'sales' | 'now'>) {
  return (
    <Table
      caption="Sales that wait for goods"
      columns={['Sale', 'What it waits for', 'Ordered so far', 'Age#']}
    >
      {sales.map(({ saleId, saleOrderNumber, reason, references, goodsAwaitedSince }) => (
        <tr>
          <th scope="row">
            <a href={`/sales/${saleId}`}>{saleOrderNumber}</a>
          </th>
          <td>{reason}</td>
          <td>{references.join(', ') || 'nothing'}</td>
          <td class="number">{getAge(goodsAwaitedSince, now)}</td>
        </tr>
      ))}
    </Table>
  );
}

interface SalePageProps {
  readonly sale: SaleView;
  readonly now: number;
  readonly token: string;
}

/** A sale at its latest reading: ordered or ignored, and why. */
export function SalePage({ sale, now, token }: SalePageProps) {
  const { saleId, saleOrderNumber, outcome, reason, by, at, orders } = sale;
  return (
    <>
      <h1>{saleOrderNumber || saleId}</h1>
      <div id="sale" class="panel" data-live>
        <p class="why">{reason}</p>
        <Facts
          of={[
            ['Outcome', outcome],
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
        <Timeline orders={orders} />
      </div>
    </>
  );
}

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
  readonly now: number;
}

/** The first page: rows of what waits, urgent ones first and empty ones last, then the recent orders. */
export function Board({ rows, recent, made, paused, now }: BoardProps) {
  const sorted = [...rows].sort((a, b) => getRank(a) - getRank(b));
  return (
    <>
      <h1>Orders under way</h1>
      <div id="board" data-live>
        {paused.length > 0 && (
          <p class="panel notice">
            Paused: {paused.map(describePause).join(', ')}. Their orders wait here;{' '}
            <a href="/jobs">resume them</a> when the provider works again.
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
