import type { Child } from 'hono/jsx';
import type { DeliveryAddress } from '../../lib/domain/address/address.ts';
import { formatAge } from '../../lib/domain/clock.ts';
import { currencyDecimals } from '../../lib/domain/decimal.ts';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import { getUpstreamWords, toProgress } from '../../lib/domain/order/progress.ts';
import { type Package, trackingLink } from '../../lib/domain/shipment/package.ts';
import type { CallView } from './views.ts';

/** An address as one line, in reading order. Personal data. */
export function addressLine(address: DeliveryAddress): string {
  const { contact, company, line1, line2, city, state, postcode, country } = address;
  return [contact, company, line1, line2, city, state, postcode, country]
    .filter((part) => part !== '')
    .join(', ');
}

/** Names and values, without unknown values. */
export function Facts({ of }: { readonly of: ReadonlyArray<readonly [name: string, value: Child]> }) {
  return (
    <dl>
      {of
        .filter(([, value]) => value !== '' && value !== null)
        .map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
    </dl>
  );
}

/** `3 d`, `5 h`, `12 min`; '' for a moment that is not known. */
export function getAge(iso: string, now: number): string {
  const age = now - Date.parse(iso);
  return Number.isNaN(age) ? '' : formatAge(age);
}

/** A moment to the second, in UTC, which the browser shows in its own time zone; or a day, which is the same in each. */
export function Moment({ at }: { readonly at: string }) {
  return at === '' ? (
    <span class="faint">never</span>
  ) : (
    <time datetime={at}>{at.slice(0, 19).replace('T', ' ')}</time>
  );
}

const ISO_MOMENT = /(\d{4}-\d\d-\d\dT\d\d:\d\d:[\d.]+Z)/;

/** A sentence whose moments are shown as all others of the page are: in the time zone of the browser. */
export function Sentence({ text }: { readonly text: string }) {
  const parts = text.split(ISO_MOMENT);
  return <>{parts.map((part) => (ISO_MOMENT.test(part) ? <Moment at={part} /> : part))}</>;
}

/** The colour of each status. The text is always shown too, so the meaning does not depend on the colour. */
const TONES: Readonly<Record<string, string>> = {
  Delivered: 'good',
  Completed: 'good',
  active: 'good',
  finished: 'good',
  agreed: 'good',
  written: 'good',
  'On Hold': 'warn',
  unfinished: 'warn',
  paused: 'warn',
  reported: 'warn',
  opened: 'warn',
  waiting: 'warn',
  stopped: 'bad',
  refused: 'bad',
  Failed: 'bad',
  failed: 'bad',
  wrong: 'bad',
  late: 'bad',
  missing: 'bad',
};

export function StatusBadge({ status }: { readonly status: string }) {
  return <span class={`badge ${TONES[status] ?? ''}`.trimEnd()}>{status}</span>;
}

/** What the other system said when it caused the order's reason. */
export function UpstreamWords({ order }: { readonly order: FulfillmentOrder }) {
  const words = getUpstreamWords(order);
  return words === '' ? null : <blockquote>{words}</blockquote>;
}

interface TableProps {
  /** What a screen reader calls it. */
  readonly caption: string;
  /** Heads of the columns; one of numbers ends with `#`. */
  readonly columns: readonly string[];
  /** Rows. */
  readonly children: Child;
}

/** A table that scrolls in its own box where the screen is narrow, with the keyboard as well. */
export function Table({ caption, columns, children }: TableProps) {
  return (
    // A scrolling box has to be reachable by keyboard.
    <section class="scroll" aria-label={caption} tabindex={0}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th scope="col" class={column.endsWith('#') ? 'number' : undefined}>
                {column.replace(/#$/, '')}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}

interface OrderTableProps {
  readonly orders: readonly FulfillmentOrder[];
  readonly now: number;
  /** What a screen reader calls the table. */
  readonly caption: string;
  /** Shown where there are none. */
  readonly none: string;
}

export function OrderTable({ orders, now, caption, none }: OrderTableProps) {
  if (orders.length === 0) return <p class="faint">{none}</p>;
  return (
    <Table caption={caption} columns={['Order', 'Status', 'Reason', 'Connection', 'Age#']}>
      {orders.map((order) => (
        <tr>
          <th scope="row">
            <a href={`/orders/${encodeURIComponent(order.reference)}`}>{order.reference}</a>
          </th>
          <td>
            <StatusBadge status={toProgress(order)} />
          </td>
          <td>
            <Sentence text={order.reason} />
            <UpstreamWords order={order} />
          </td>
          <td>{order.connection}</td>
          <td class="number">{getAge(order.createdAt, now)}</td>
        </tr>
      ))}
    </Table>
  );
}

/** null while they are being read. */
export type CallsMade = readonly CallView[] | 'unreadable' | null;

/** The packages that left, with their contents and tracking numbers. */
export function Packages({ order }: { readonly order: FulfillmentOrder }) {
  if (order.packages.length === 0)
    return (
      <p class="faint">{order.status === 'Cancelled' ? 'No package left.' : 'No package has left yet.'}</p>
    );
  return (
    <>
      {order.packages.map((box) => (
        <div class="panel">
          <Facts
            of={[
              [
                'Tracking',
                box.trackingNumbers.map((number) => <Tracking carrier={box.carrier} number={number} />),
              ],
              ['Carrier', [box.carrier, box.service].filter((part) => part !== '').join(', ')],
              ['Left', <Moment at={box.shippedAt} />],
              ['Arrived', box.deliveredAt === '' ? 'not known yet' : <Moment at={box.deliveredAt} />],
              ['In DEAR', order.confirmation.packages.includes(box.id) ? 'yes' : 'not yet'],
              ['Goods', getContents(order, box.contents)],
              ['Cost', box.cost === null ? '' : getCost(box.cost)],
            ]}
          />
        </div>
      ))}
    </>
  );
}

function getCost({ amount, currency }: NonNullable<Package['cost']>): string {
  return `${amount.toFixed(currencyDecimals(currency))} ${currency}`;
}

function Tracking({ carrier, number }: { readonly carrier: string; readonly number: string }) {
  const link = trackingLink(carrier, number);
  if (link === null) return <span>{number} </span>;
  return (
    <>
      <a href={link} rel="noreferrer">
        {number}
      </a>{' '}
    </>
  );
}

function getContents(
  order: FulfillmentOrder,
  contents: FulfillmentOrder['packages'][number]['contents'],
): string {
  return contents
    .map(({ key, quantity, batch }) => {
      const sku = order.lines.find((line) => line.key === key)?.sku ?? key;
      return `${quantity} × ${sku}${batch === '' ? '' : ` (${batch})`}`;
    })
    .join(', ');
}
