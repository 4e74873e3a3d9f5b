import type { FulfillmentOrder } from '../../../domain/fulfillment-order.ts';
import type { AwaitingSale, BoardRow, SaleView } from '../needs.ts';
import { Facts } from '../parts/facts.tsx';
import { ageOf, Moment } from '../parts/moments.tsx';
import { OrderTable } from '../parts/order-table.tsx';
import { Table } from '../parts/table.tsx';
import { Timeline } from '../parts/timeline.tsx';

export interface OrdersPageProps {
  readonly row: BoardRow;
  readonly orders: readonly FulfillmentOrder[];
  readonly sales: readonly AwaitingSale[];
  readonly now: number;
}

/** Everything in one place on the board. */
export function OrdersPage({ row, orders, sales, now }: OrdersPageProps) {
  return (
    <>
      <h1>
        {row.status}: {row.what}
      </h1>
      <div id="orders" data-live>
        {sales.length > 0 ? (
          <SaleTable {...{ sales, now }} />
        ) : (
          <OrderTable
            orders={orders}
            now={now}
            caption={`Orders that are ${row.status}`}
            none="None at the moment."
          />
        )}
      </div>
    </>
  );
}

function SaleTable({ sales, now }: Pick<OrdersPageProps, 'sales' | 'now'>) {
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
          <td class="number">{ageOf(goodsAwaitedSince, now)}</td>
        </tr>
      ))}
    </Table>
  );
}

export interface SalePageProps {
  readonly sale: SaleView;
  readonly now: number;
  readonly token: string;
}

/** A sale as the bridge saw it last: ordered or ignored, and why. */
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
            ['Looked at', <Moment at={at} />],
            ['Because of', by],
            ['Sale id', saleId],
          ]}
        />
      </div>
      <form method="post" action={`/sales/${saleId}/reconcile`} class="actions">
        <input type="hidden" name="token" value={token} />
        <button type="submit">Look at it again</button>
      </form>
      <p class="faint">
        Reads the sale from DEAR and takes the next step that it needs. It never sends anything twice.
      </p>
      <h2>Fulfillment orders</h2>
      <div id="orders" data-live>
        <OrderTable
          orders={orders}
          now={now}
          caption={`Orders of ${saleOrderNumber}`}
          none="None was made for it."
        />
      </div>
      <h2>What happened</h2>
      <div id="timeline" data-live>
        <Timeline orders={orders} />
      </div>
    </>
  );
}

/** What a search, an address or an action did not find, or why it was refused, and what to do next. */
export function Message({
  title,
  words,
  bad = false,
}: {
  readonly title: string;
  readonly words: string;
  readonly bad?: boolean;
}) {
  return (
    <>
      <h1>{title}</h1>
      <p class={`panel notice ${bad ? 'bad' : ''}`.trimEnd()} role="status">
        {words}
      </p>
    </>
  );
}
