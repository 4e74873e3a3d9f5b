import type { FulfillmentOrder } from '../../../domain/fulfillment-order.ts';
import { Moment } from './moments.tsx';

/** What happened to an order, or to all orders of a sale, latest first. */
export function Timeline({ orders }: { readonly orders: readonly FulfillmentOrder[] }) {
  const entries = orders.flatMap(({ reference, log }) => log.map((entry) => ({ reference, ...entry })));
  if (entries.length === 0) return <p class="faint">Nothing yet.</p>;
  // Entries of one moment stay in the order in which they were written.
  const latestFirst = entries.sort((a, b) => a.at.localeCompare(b.at)).reverse();
  return (
    <ol class="timeline" reversed>
      {latestFirst.map(({ reference, at, by, what, words, code }) => (
        <li>
          <Moment at={at} /> <span class="faint">{orders.length > 1 ? `${reference} · ${by}` : by}</span>
          <br />
          {what}
          {code !== undefined && <span class="faint"> ({code})</span>}
          {words !== undefined && words !== '' && <blockquote>{words}</blockquote>}
        </li>
      ))}
    </ol>
  );
}
