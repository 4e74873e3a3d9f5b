import type { FulfillmentOrder } from '../../../domain/fulfillment-order.ts';
import { ageOf } from './moments.tsx';
import { StatusBadge } from './status-badge.tsx';
import { Table } from './table.tsx';

export interface OrderTableProps {
  readonly orders: readonly FulfillmentOrder[];
  readonly now: number;
  /** What a screen reader calls the table. */
  readonly caption: string;
  /** What is said where there are none. */
  readonly none: string;
}

export function OrderTable({ orders, now, caption, none }: OrderTableProps) {
  if (orders.length === 0) return <p class="faint">{none}</p>;
  return (
    <Table caption={caption} columns={['Order', 'Status', 'Why it is there', 'Connection', 'Age#']}>
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
          <td class="number">{ageOf(order.createdAt, now)}</td>
        </tr>
      ))}
    </Table>
  );
}
