import type { Child } from 'hono/jsx';
import { type BulkAction, listPossibleActs } from '../../../lib/domain/order/bulk-act.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import type { OrderContent } from '../../../lib/domain/order/order-content.ts';
import { REASONS, type Reason, toReasonCode } from '../../../lib/domain/order/order-summary.ts';
import { PROGRESS, toProgress } from '../../../lib/domain/order/progress.ts';
import { waitingFor } from '../../../lib/domain/order/transitions.ts';
import {
  COLUMNS,
  type Column,
  FOUND_BY,
  type ListAddress,
  PERSONAL_COLUMNS,
  REASON_LABELS,
  type Sort,
  toParams,
  WAITING_LABELS,
  WAITING_WORDS,
} from '../../order-query.ts';
import type { OrderPage } from '../../search-orders.ts';
import type { SaleRow } from '../../unordered-sales.ts';
import { addressLine, getAge, Moment, StatusBadge, Table, UpstreamWords } from '../parts.tsx';
import { PAGE_SIZE } from '../read-board.ts';
import type { BoardRow } from '../views.ts';
import { BULK_LABELS } from './bulk.tsx';
import { SaleTable } from './lists.tsx';

interface OrderListProps {
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
  readonly now: number;
  readonly token: string;
}

/** Orders by what a person looks for. What was chosen is in the address, so that a list can be kept and passed on. */
export function OrderList(props: OrderListProps) {
  const { address, found, contents, sales, row, connections, channels, now, token } = props;
  return (
    <>
      <h1>{row === null ? 'Orders' : `${row.status}: ${row.what}`}</h1>
      <Filter {...{ address, connections, channels }} />
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

const SORT_LABELS: Readonly<Record<Sort, string>> = {
  newest: 'Newest first',
  oldest: 'Oldest first',
  waiting: 'Longest waiting first',
  'ship-by': 'Ship by, earliest first',
  left: 'Left last first',
};

function Filter({
  address,
  connections,
  channels,
}: Pick<OrderListProps, 'address' | 'connections' | 'channels'>) {
  const { query } = address;
  const date = (moment: string) => moment.slice(0, 'yyyy-mm-dd'.length);
  const reasons = REASONS.map((reason) => [toReasonCode(reason), REASON_LABELS[reason]] as const);
  return (
    <form method="get" action="/orders" class="panel filter" aria-label="Which orders are listed">
      <div class="fields">
        <label>
          Find
          <input
            name="q"
            value={query.text}
            placeholder="Order, sale, tracking, e-mail, name, SKU …"
            title={`Found by ${FOUND_BY}`}
            autocomplete="off"
          />
        </label>
        <Choice name="status" label="Status" chosen={query.statuses} options={PROGRESS.map(same)} />
        <Choice
          name="waiting"
          label="Waits for"
          chosen={query.waiting}
          options={WAITING_WORDS.map((word) => [word, WAITING_LABELS[word]] as const)}
        />
        <Choice
          name="reason"
          label="Waits because of"
          chosen={query.reasons.map(toReasonCode)}
          options={reasons}
        />
        <Choice
          name="connection"
          label="Connection"
          chosen={query.connections}
          options={connections.map(same)}
        />
        <Suggested name="channel" label="Channel" chosen={query.channels} known={channels} />
        <label>
          SKU
          <input name="sku" value={query.sku} autocomplete="off" />
        </label>
        <label>
          Customer (name or e-mail)
          <input name="customer" value={query.customer} autocomplete="off" />
        </label>
        <label>
          Made since (UTC)
          <input name="since" type="date" value={date(query.since)} />
        </label>
        <label>
          Made until (UTC)
          <input name="until" type="date" value={date(query.until)} />
        </label>
        <label>
          Waiting since, or longer (UTC)
          <input name="waitingSince" type="date" value={date(query.waitingSince)} />
        </label>
        <label>
          Left since (UTC)
          <input name="leftSince" type="date" value={query.leftSince} />
        </label>
        <label>
          Left until (UTC)
          <input name="leftUntil" type="date" value={query.leftUntil} />
        </label>
        <label>
          Carrier
          <input name="carrier" value={query.carrier} autocomplete="off" />
        </label>
        {query.said !== '' && (
          <label>
            The service says
            <input name="said" value={query.said} autocomplete="off" />
          </label>
        )}
        <label>
          Sort
          <select name="sort">
            {Object.entries(SORT_LABELS).map(([sort, label]) => (
              <option value={sort} selected={sort === query.sort}>
                {label}
              </option>
            ))}
          </select>
        </label>
      </div>
      <label class="more">
        <input type="checkbox" checked={usesMore(address)} /> More filters and columns
      </label>
      <details>
        <summary>Columns</summary>
        <fieldset class="choices">
          <legend class="faint">Shown beside order and status</legend>
          {Object.entries(COLUMNS).map(([column, label]) => (
            <label>
              <input
                type="checkbox"
                name="column"
                value={column}
                checked={address.columns.some((one) => one === column)}
              />{' '}
              {label}
            </label>
          ))}
        </fieldset>
      </details>
      <p class="actions">
        <button type="submit" class="main">
          Show
        </button>
        <a class="button" href="/orders">
          Clear
        </a>
      </p>
    </form>
  );
}

/** Whether a field is in use that the form shows only on request. */
function usesMore({ query }: ListAddress): boolean {
  const { text: _, statuses, reasons, waiting, ...more } = query;
  // Each further value is a field of its own, which moves the others behind the fold.
  if ([statuses, reasons, waiting].some((chosen) => chosen.length > 1)) return true;
  return Object.entries(more).some(([name, value]) => {
    if (name === 'sort') return value !== 'newest' && value !== 'waiting';
    return value !== undefined && value.length > 0;
  });
}

const same = (word: string) => [word, word] as const;

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly chosen: readonly string[];
  readonly options: ReadonlyArray<readonly [value: string, label: string]>;
}

/** One of the options, or any. Each further one of an address is a choice of its own, so that no filter is hidden. */
function Choice({ name, label, chosen, options }: ChoiceProps) {
  const shown = chosen.length === 0 ? [''] : chosen;
  return (
    <>
      {shown.map((value, index) => (
        <label>
          {index === 0 ? label : `or ${label}`}
          <select name={name}>
            <option value="">{index === 0 ? 'Any' : 'No other'}</option>
            {options.map(([one, text]) => (
              <option value={one} selected={one === value}>
                {text}
              </option>
            ))}
          </select>
        </label>
      ))}
    </>
  );
}

interface SuggestedProps {
  readonly name: string;
  readonly label: string;
  readonly chosen: readonly string[];
  /** Values that were seen. */
  readonly known: readonly string[];
}

/** A text, in any case, with the values that were seen as suggestions. */
function Suggested({ name, label, chosen, known }: SuggestedProps) {
  const shown = chosen.length === 0 ? [''] : chosen;
  const list = `known-${name}`;
  return (
    <>
      {shown.map((value, index) => (
        <label>
          {index === 0 ? label : `or ${label}`}
          <input name={name} value={value} list={list} autocomplete="off" />
        </label>
      ))}
      <datalist id={list}>
        {known.map((one) => (
          <option value={one} />
        ))}
      </datalist>
    </>
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
            <StatusBadge status={toProgress(order)} />
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
