import { currencyDecimals } from '../../../lib/domain/decimal.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { type Package, trackingLink } from '../../../lib/domain/shipment/package.ts';
import type { CallView } from '../views.ts';
import { Facts, getAge, Moment, StatusBadge, Table } from './parts.tsx';

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
            <StatusBadge status={order.status} />
          </td>
          <td>{order.reason}</td>
          <td>{order.connection}</td>
          <td class="number">{getAge(order.createdAt, now)}</td>
        </tr>
      ))}
    </Table>
  );
}

/** null while they are being read. */
export type CallsMade = readonly CallView[] | 'unreadable' | null;

/** What the functions did for an order, step by step. */
export function CallTable({ calls }: { readonly calls: CallsMade }) {
  if (calls === null) return <p class="faint">The logs are being read …</p>;
  if (calls === 'unreadable') {
    return <p class="faint">The logs could not be read; the terminal of the console says why.</p>;
  }
  if (calls.length === 0) return <p class="faint">The logs hold none.</p>;
  return (
    <Table caption="Calls made for the order" columns={['When', 'Function', 'Step', 'Outcome']}>
      {calls.map(({ at, service, event, fields }) => (
        <tr>
          <td>
            <Moment at={at} />
          </td>
          <td>{service}</td>
          <td>{event}</td>
          <td>
            {Object.entries(fields)
              .map(([name, value]) => `${name}=${value}`)
              .join(' ')}
          </td>
        </tr>
      ))}
    </Table>
  );
}

/** The packages that left, with their contents and tracking numbers. */
export function Packages({ order }: { readonly order: FulfillmentOrder }) {
  if (order.packages.length === 0) return <p class="faint">No package has left yet.</p>;
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
