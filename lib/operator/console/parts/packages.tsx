import { currencyDecimals } from '../../../domain/decimal.ts';
import type { FulfillmentOrder } from '../../../domain/fulfillment-order.ts';
import type { Package } from '../../../domain/package.ts';
import { trackingLink } from '../../../domain/tracking-link.ts';
import { Facts } from './facts.tsx';
import { Moment } from './moments.tsx';

/** The boxes that left, with what was in each and where it travels. */
export function Packages({ order }: { readonly order: FulfillmentOrder }) {
  if (order.packages.length === 0) return <p class="faint">None has left yet.</p>;
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
              ['DEAR shows it', order.confirmation.packages.includes(box.id) ? 'yes' : 'not yet'],
              ['Goods', contentsOf(order, box.contents)],
              ['Cost', box.cost === null ? '' : costOf(box.cost)],
            ]}
          />
        </div>
      ))}
    </>
  );
}

function costOf({ amount, currency }: NonNullable<Package['cost']>): string {
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

function contentsOf(
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
