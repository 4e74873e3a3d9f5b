import type { FulfillmentOrder } from '../../../domain/fulfillment-order.ts';
import type { BoardRow } from '../needs.ts';
import { ageOf } from '../parts/moments.tsx';
import { OrderTable } from '../parts/order-table.tsx';

export interface BoardProps {
  readonly rows: readonly BoardRow[];
  readonly recent: readonly FulfillmentOrder[];
  readonly paused: readonly string[];
  readonly now: number;
}

/** The first page: what waits and for how long, the urgent first and what there is none of last; then what came last. */
export function Board({ rows, recent, paused, now }: BoardProps) {
  const sorted = [...rows].sort((a, b) => rankOf(a) - rankOf(b));
  return (
    <>
      <h1>Orders under way</h1>
      <div id="board" data-live>
        {paused.length > 0 && (
          <p class="panel notice">
            Paused: {paused.join(', ')}. Their orders wait here; <a href="/jobs">resume them</a> when the
            service is back.
          </p>
        )}
        <ul class="board">
          {sorted.map((row) => (
            <li class={CLASSES[rankOf(row)]}>
              <a href={`/orders?waiting=${row.key}`}>
                <span class="count">{row.more ? `${row.count}+` : row.count}</span>
                <strong>{row.status}</strong> · {row.what}
                <br />
                <span class="faint">{row.oldest === '' ? 'none' : `oldest ${ageOf(row.oldest, now)}`}</span>
              </a>
            </li>
          ))}
        </ul>
      </div>
      <h2>Made last</h2>
      <div id="recent" data-live>
        <OrderTable
          orders={recent}
          now={now}
          caption="Orders that were made last"
          none="No orders in the last two days. Authorise a sale in DEAR at a connected location to see one."
        />
      </div>
    </>
  );
}

const CLASSES = ['urgent', undefined, 'empty'];

function rankOf({ urgent, count }: BoardRow): number {
  if (count === 0) return 2;
  return urgent ? 0 : 1;
}
