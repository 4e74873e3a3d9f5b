import type { Child } from 'hono/jsx';
import { type BulkAction, listPossibleActs } from '../../../lib/domain/order/bulk-act.ts';
import { describeCancellation } from '../../../lib/domain/order/cancellation.ts';
import { type FulfillmentOrder, UNMAPPED_METHOD } from '../../../lib/domain/order/fulfillment-order.ts';
import type { OrderContent } from '../../../lib/domain/order/order-content.ts';
import type { Reason } from '../../../lib/domain/order/order-summary.ts';
import { toProgress } from '../../../lib/domain/order/progress.ts';
import { waitingFor } from '../../../lib/domain/order/transitions.ts';
import {
  COLUMNS,
  type Column,
  type ListAddress,
  PERSONAL_COLUMNS,
  REASON_LABELS,
  toParams,
} from '../../orders/order-query.ts';
import type { OrderPage } from '../../orders/search-orders.ts';
import type { SaleRow } from '../../orders/unordered-sales.ts';
import { addressLine, getAge, Moment, StatusBadge, Table, UpstreamWords } from '../parts.tsx';
import { PAGE_SIZE } from '../read-board.ts';
import type { BoardRow } from '../views.ts';
import { BULK_LABELS } from './bulk.tsx';
import { SaleTable } from './lists.tsx';
import { Filter } from './order-filter.tsx';

export interface OrderListProps {
  readonly address: ListAddress;
  readonly found: OrderPage;
  /** By reference; read only where a column shows them. */
  readonly contents: ReadonlyMap<string, OrderContent>;
  /** Those without an order that match as well. */
  readonly sales: readonly SaleRow[];
  /** The row of the board that led here; null where the list was narrowed otherwise. */
  readonly row: BoardRow | null;
  readonly connections: readonly string[];
  /** Those of sales that were read. */
  readonly channels: readonly string[];
  /** Services that methods are mapped to. */
  readonly methods: readonly string[];
  readonly now: number;
  readonly token: string;
}

/** Orders by what a person looks for. What was chosen is in the address, so that a list can be kept and passed on. */
export function OrderList(props: OrderListProps) {
  const { address, found, contents, sales, row, connections, channels, methods, now, token } = props;
  return (
    <>
      <h1>{row === null ? 'Orders' : `${row.status}: ${row.what}`}</h1>
      <Filter {...{ address, connections, channels, methods }} />
      <form method="post" action="/bulk">
        <input type="hidden" name="token" value={token} />
        <input type="hidden" name="query" value={String(toParams(address))} />
        <div id="orders" data-live>
          <ReasonLinks address={address} found={found} />
          <WordLinks address={address} found={found} />
          <PageLinks address={address} found={found} />
          <Rows address={address} found={found} contents={contents} now={now} />
          <PageLinks address={address} found={found} />
        </div>
        <BulkButtons acts={listPossibleActs(found.orders)} />
      </form>
      {sales.length > 0 && (
        <>
          <h2>Sales without an order</h2>
          <SaleTable {...{ sales, now }} caption="Sales without an order that match" />
        </>
      )}
      <Exports address={address} />
    </>
  );
}

function Exports({ address }: Pick<OrderListProps, 'address'>) {
  const params = String(toParams(address));
  return (
    <p>
      Download all that match as CSV: <a href={`/orders.csv?${params}`}>orders</a> ·{' '}
      <a href={`/orders.csv?${params}&personal=yes`}>orders with names and addresses</a> (noted in the audit)
      · <a href={`/packages.csv?${params}`}>packages</a>. See also <a href="/bulk">acts on many orders</a>.
    </p>
  );
}

/** @param acts that some of the listed orders allow */
function BulkButtons({ acts }: { readonly acts: readonly BulkAction[] }) {
  if (acts.length === 0) return null;
  return (
    <fieldset class="panel bulk">
      <legend>For many orders at once</legend>
      <label>
        What to do
        <select name="action">
          {acts.map((action) => (
            <option value={action}>{BULK_LABELS[action].button}</option>
          ))}
        </select>
      </label>
      <p class="actions">
        <button type="submit" name="scope" value="selected">
          Preview for the selected
        </button>
        <button type="submit" name="scope" value="all">
          Preview for all that match
        </button>
      </p>
    </fieldset>
  );
}

/** The other system's words about refused orders, with how many have the same, as links. */
function WordLinks({ address, found }: Pick<OrderListProps, 'address' | 'found'>) {
  if (found.words.size === 0) return null;
  return (
    <p>
      What was said:{' '}
      {[...found.words].map(([said, count], index) => (
        <>
          {index > 0 && ' · '}
          <a href={toHref(address, { said }, 1)}>“{said}”</a> {count}
        </>
      ))}
    </p>
  );
}

/** Why the listed orders wait, with how many, as links. */
function ReasonLinks({ address, found }: Pick<OrderListProps, 'address' | 'found'>) {
  if (found.reasons.size === 0) return null;
  const link = (reason: Reason) => toHref(address, { reasons: [reason] }, 1);
  return (
    <p>
      Why they wait:{' '}
      {[...found.reasons].map(([reason, count], index) => (
        <>
          {index > 0 && ' · '}
          <a href={link(reason)}>{REASON_LABELS[reason]}</a> {count}
        </>
      ))}
    </p>
  );
}

function toHref(address: ListAddress, changed: Partial<ListAddress['query']>, page: number): string {
  const params = toParams({ ...address, query: { ...address.query, ...changed } });
  if (page > 1) params.set('page', String(page));
  return `/orders?${params}`;
}

/** Which of how many are shown, the pages before and after, and how the list goes on. */
function PageLinks({ address, found }: Pick<OrderListProps, 'address' | 'found'>) {
  const { page, query } = address;
  const { total, lookedTo, orders } = found;
  if (total === 0 && lookedTo === '') return null;
  const first = (page - 1) * PAGE_SIZE + 1;
  const last = first + orders.length - 1;
  const further = query.sort === 'oldest' ? { since: lookedTo } : { until: lookedTo };
  return (
    <p>
      {orders.length === 0 ? 'None' : `${first}–${last}`} of{' '}
      {lookedTo === '' ? total : `${total} found so far`}{' '}
      {page > 1 && <a href={toHref(address, {}, page - 1)}>Previous page</a>}{' '}
      {page * PAGE_SIZE < total && <a href={toHref(address, {}, page + 1)}>Next page</a>}{' '}
      {lookedTo !== '' && (
        <>
          Those made {query.sort === 'oldest' ? 'after' : 'before'} <Moment at={lookedTo} /> were not looked
          at: <a href={toHref(address, further, 1)}>go on there</a>
        </>
      )}
    </p>
  );
}

function Rows({
  address,
  found,
  contents,
  now,
}: Pick<OrderListProps, 'address' | 'found' | 'contents' | 'now'>) {
  if (found.orders.length === 0) return <p class="faint">No order matches.</p>;
  const heads = address.columns.map((column) => `${COLUMNS[column]}${column === 'age' ? '#' : ''}`);
  return (
    <Table caption="Orders" columns={['Order', 'Status', ...heads]}>
      {found.orders.map((order) => (
        <tr>
          <th scope="row">
            <input
              type="checkbox"
              name="reference"
              value={order.reference}
              aria-label={`Select ${order.reference}`}
            />{' '}
            <a href={`/orders/${encodeURIComponent(order.reference)}`}>{order.reference}</a>
          </th>
          <td>
            <StatusBadge status={toProgress(order)} />{' '}
            <span class="faint">{describeCancellation(order)}</span>
          </td>
          {address.columns.map((column) => (
            <td class={column === 'age' ? 'number' : undefined}>
              {toCell(column, order, contents.get(order.reference), now)}
            </td>
          ))}
        </tr>
      ))}
    </Table>
  );
}

function toCell(
  column: Column,
  order: FulfillmentOrder,
  content: OrderContent | undefined,
  now: number,
): Child {
  if (PERSONAL_COLUMNS.has(column)) {
    if (content === undefined) return <span class="faint">expired</span>;
    if (column === 'sale-method') return content.chosenMethod;
    return column === 'customer' ? content.customer : addressLine(content.shipTo);
  }
  return CELLS[column]?.(order, now) ?? '';
}

const MAX_GOODS = 3;

const CELLS: Readonly<Partial<Record<Column, (order: FulfillmentOrder, now: number) => Child>>> = {
  reason: (order) => (
    <>
      {order.reason}
      <UpstreamWords order={order} />
    </>
  ),
  connection: ({ connection }) => connection,
  channel: ({ channel = '' }) => channel,
  method: ({ method = '' }) => (method === UNMAPPED_METHOD ? 'not mapped' : method),
  goods: ({ lines }) => {
    const goods = lines.slice(0, MAX_GOODS).map(({ quantity, sku }) => `${quantity} × ${sku}`);
    return [...goods, ...(lines.length > MAX_GOODS ? [`${lines.length - MAX_GOODS} more`] : [])].join(', ');
  },
  'ship-by': ({ shipBy = '' }) => shipBy,
  tracking: ({ packages }) => packages.flatMap(({ trackingNumbers }) => trackingNumbers).join(', '),
  'service-id': ({ submission }) => submission.providerOrderId,
  waiting: (order, now) => (waitingFor(order) === '' ? '' : getAge(order.waitingSince, now)),
  'waiting-since': (order) => (waitingFor(order) === '' ? '' : <Moment at={order.waitingSince} />),
  left: ({ packages }) =>
    packages.map(({ shippedAt }, index) => [index > 0 && ', ', <Moment at={shippedAt} />]),
  carrier: ({ packages }) => [...new Set(packages.map(({ carrier }) => carrier))].join(', '),
  made: ({ createdAt }) => <Moment at={createdAt} />,
  age: ({ createdAt }, now) => getAge(createdAt, now),
};
