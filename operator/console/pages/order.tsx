import { addressVersions } from '../../../lib/domain/address/address.ts';
import type { Action } from '../../../lib/domain/order/allowed-actions.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { isHeldFor } from '../../../lib/domain/order/holds.ts';
import type { OrderContent } from '../../../lib/domain/order/order-content.ts';
import { toLane } from '../../../lib/domain/order/order-summary.ts';
import { toProgress } from '../../../lib/domain/order/progress.ts';
import { waitingFor } from '../../../lib/domain/order/transitions.ts';
import { MapMethod } from '../mapping-routes.tsx';
import {
  addressLine,
  type CallsMade,
  Facts,
  getAge,
  Moment,
  Packages,
  StatusBadge,
  Table,
  UpstreamWords,
} from '../parts.tsx';
import type { OrderView } from '../views.ts';
import { ACTION_LABELS } from './change-order.tsx';
import { LabelSection } from './label.tsx';
import { Copy, OrderTimeline } from './timeline.tsx';

interface OrderPageProps {
  readonly view: OrderView;
  readonly calls: CallsMade;
  readonly now: number;
  readonly token: string;
}

export function OrderPage({ view, calls, now, token }: OrderPageProps) {
  const { order, content, actions } = view;
  return (
    <>
      <h1>{order.reference}</h1>
      {/* A screen reader speaks it when it changes; the age below changes always, so it stays silent. */}
      <div id="state" data-live role="status">
        <p>
          <StatusBadge status={toProgress(order)} />
        </p>
        <p class="why">{order.reason}</p>
        {view.whyPaused !== '' && <p>It is paused because: {view.whyPaused}</p>}
        <UpstreamWords order={order} />
        <NextStep view={view} />
      </div>
      <p id="age" class="faint" data-live>
        Last changed {getAge(order.updatedAt, now)} ago.
      </p>
      <div id="address" data-live>
        {isHeldFor(order, 'address') && content !== null && <BothAddresses content={content} />}
      </div>
      <div id="actions" data-live>
        <Buttons reference={order.reference} actions={actions} />
        {isHeldFor(order, 'shipping-method') && (
          <MapMethod connection={order.connection} method={content?.chosenMethod ?? ''} />
        )}
        {waitingFor(order) !== '' && <LookAgain saleId={order.saleId} token={token} />}
      </div>
      <div id="identity" data-live>
        <Identity order={order} content={content} saleUrl={view.saleUrl} />
      </div>
      <h2>Goods</h2>
      <div id="goods" data-live>
        <Goods order={order} />
      </div>
      <h2>Packages</h2>
      <div id="packages" data-live>
        <Packages order={order} />
      </div>
      {view.labels !== null && (
        <>
          <h2>Label</h2>
          <div id="label" data-live>
            <LabelSection view={view} choices={view.labels} token={token} />
          </div>
        </>
      )}
      <h2>What happened</h2>
      <div id="timeline" data-live>
        <OrderTimeline order={order} calls={calls} />
      </div>
    </>
  );
}

/** What helps most, in one sentence; nothing where no person has to act. */
function NextStep({ view }: { readonly view: OrderView }) {
  const { order, actions } = view;
  const what = waitingFor(order);
  if (what === '') return null;
  const [action] = [...actions].sort((a, b) => getRank(a) - getRank(b));
  if (toLane(order) !== 'attention' || what === 'stock-take')
    return <p class="next">Next: nothing to do; the bridge goes on by itself.</p>;
  if (action === undefined || ACTION_LABELS[action].tone !== 'main')
    return <p class="next">Next: remove the cause, then read its sale again.</p>;
  return <p class="next">Next: remove the cause, then choose “{ACTION_LABELS[action].button}” below.</p>;
}

/** DEAR may show another address than its API returns; a person has to decide which is right. */
function BothAddresses({ content }: { readonly content: OrderContent }) {
  const { fields, shown } = addressVersions(content.shipTo);
  // An address that an operator typed has no second version.
  if (shown === '') return null;
  return (
    <div class="panel notice bad">
      <Facts
        of={[
          ['DEAR’s API has', fields || 'nothing'],
          ['DEAR shows', shown || 'nothing'],
        ]}
      />
    </div>
  );
}

/** What helps where no action does: a correction in DEAR, a payment, a setting that was deployed. */
function LookAgain({ saleId, token }: { readonly saleId: string; readonly token: string }) {
  return (
    <form method="post" action={`/sales/${encodeURIComponent(saleId)}/reconcile`}>
      <input type="hidden" name="token" value={token} />
      <button type="submit">Read its sale again</button>
    </form>
  );
}

function Buttons({
  reference,
  actions,
}: {
  readonly reference: string;
  readonly actions: readonly Action[];
}) {
  if (actions.length === 0) return <p class="faint">None of its actions is allowed now.</p>;
  const sorted = [...actions].sort((a, b) => getRank(a) - getRank(b));
  return (
    <p class="actions">
      {sorted.map((action) => (
        <a
          class={`button ${ACTION_LABELS[action].tone}`}
          href={`/orders/${encodeURIComponent(reference)}/${action}`}
        >
          {ACTION_LABELS[action].button}
        </a>
      ))}
    </p>
  );
}

/** The most frequent actions come first, and those that cannot be undone last. */
function getRank(action: Action): number {
  return ['main', '', 'danger'].indexOf(ACTION_LABELS[action].tone);
}

function Identity({ order, content, saleUrl }: Pick<OrderView, 'order' | 'content' | 'saleUrl'>) {
  return (
    <div class="panel">
      <Facts
        of={[
          ['Reference', <WithCopy text={order.reference} />],
          [
            'Sale',
            <>
              <a href={`/sales/${order.saleId}`}>{order.saleOrderNumber}</a>{' '}
              <Copy text={order.saleOrderNumber} label="Copy the sale’s number" />{' '}
              {saleUrl !== null && (
                <a href={saleUrl} rel="noreferrer">
                  Open in DEAR
                </a>
              )}
            </>,
          ],
          ['Channel', order.channel ?? ''],
          ['Connection', order.connection],
          ['Chosen because', order.chosenBy ?? ''],
          ['DEAR location', order.location],
          [
            'Id at the provider',
            order.submission.providerOrderId && <WithCopy text={order.submission.providerOrderId} />,
          ],
          ['DEAR status', order.confirmation.state === 'none' ? 'nothing yet' : order.confirmation.state],
          ['Shipping method', content?.shippingMethod ?? ''],
          [
            'Deliver to',
            content === null ? 'Name and address have expired here.' : addressLine(content.shipTo),
          ],
          ['Customer reference', content?.customerReference ?? ''],
          ['Comments', content?.customerNotes ?? ''],
          ['Ordered', content?.orderDate ?? ''],
          ['Ship by', content?.shipBy ?? ''],
          ['Created', <Moment at={order.createdAt} />],
        ]}
      />
    </div>
  );
}

function WithCopy({ text }: { readonly text: string }) {
  return (
    <>
      {text} <Copy text={text} label={`Copy ${text}`} />
    </>
  );
}

function Goods({ order }: { readonly order: FulfillmentOrder }) {
  return (
    <Table caption="Goods of the order" columns={['SKU', 'Name', 'Ordered#', 'In packages#']}>
      {order.lines.map((line) => (
        <tr>
          <th scope="row">{line.sku}</th>
          <td>{line.name}</td>
          <td class="number">{line.quantity}</td>
          <td class="number">{getPacked(order, line.key)}</td>
        </tr>
      ))}
    </Table>
  );
}

function getPacked({ packages }: FulfillmentOrder, key: string): number {
  const lines = packages.flatMap(({ contents }) => contents).filter((line) => line.key === key);
  return lines.reduce((sum, { quantity }) => sum + quantity, 0);
}
