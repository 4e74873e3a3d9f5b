import type { Child } from 'hono/jsx';
import { addressVersions } from '../../../lib/domain/address/address.ts';
import type { RecordedCall } from '../../../lib/domain/call/recorded-call.ts';
import type { Action } from '../../../lib/domain/order/allowed-actions.ts';
import { describeCancellation } from '../../../lib/domain/order/cancellation.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { isHeldFor } from '../../../lib/domain/order/holds.ts';
import { listNextSteps, type NamedStep } from '../../../lib/domain/order/next-steps.ts';
import { describeShippingMethod, type OrderContent } from '../../../lib/domain/order/order-content.ts';
import { hasLeft, toProgress } from '../../../lib/domain/order/progress.ts';
import { waitingFor } from '../../../lib/domain/order/transitions.ts';
import { MapMethod } from '../mapping-routes.tsx';
import {
  addressLine,
  type CallsMade,
  Facts,
  getAge,
  Moment,
  Packages,
  Sentence,
  StatusBadge,
  Table,
  UpstreamWords,
} from '../parts.tsx';
import type { OrderView } from '../views.ts';
import { ACTION_LABELS } from './change-order.tsx';
import { LabelSection } from './label.tsx';
import { Copy, EventTimeline } from './timeline.tsx';

interface OrderPageProps {
  readonly view: OrderView;
  readonly calls: CallsMade;
  readonly kept: readonly RecordedCall[];
  readonly now: number;
  readonly token: string;
}

export function OrderPage({ view, calls, kept, now, token }: OrderPageProps) {
  const { order, content, actions } = view;
  return (
    <>
      <h1>{order.reference}</h1>
      {/* A screen reader speaks it when it changes; the age below changes always, so it stays silent. */}
      <div id="state" data-live role="status">
        <p>
          <StatusBadge status={toProgress(order)} />
        </p>
        <p class="why">
          <Sentence text={order.reason} />
        </p>
        {view.whyPaused !== '' && <p>It is paused because: {view.whyPaused}</p>}
        <UpstreamWords order={order} />
        <NextSteps view={view} />
      </div>
      <p id="age" class="faint" data-live>
        Last changed {getAge(order.updatedAt, now)} ago.
      </p>
      <div id="address" data-live>
        {isHeldFor(order, 'address') && content !== null && <BothAddresses content={content} />}
      </div>
      <div id="actions" data-live>
        {isHeldFor(order, 'shipping-method') && (
          <MapMethod connection={order.connection} method={content?.chosenMethod ?? ''} />
        )}
        <Buttons order={order} actions={actions} />
        {waitingFor(order) !== '' && <LookAgain saleId={order.saleId} token={token} />}
      </div>
      <div id="identity" data-live>
        <Identity order={order} content={content} links={view.links} />
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
        <EventTimeline log={order.log} calls={calls} kept={kept} />
      </div>
    </>
  );
}

/** What ends each thing that it waits for; nothing where it waits for nothing. */
function NextSteps({ view: { order, actions } }: { readonly view: OrderView }) {
  const steps = listNextSteps(order, actions, nameButton);
  if (steps.length <= 1) return steps.map((step) => <p class="next">Next: {step}</p>);
  return (
    <>
      <p class="next">Next, for each cause:</p>
      <ul class="next">
        {steps.map((step) => (
          <li>{step}</li>
        ))}
      </ul>
    </>
  );
}

const READ_AGAIN = 'Read its sale again';

/** A step by its button on this page. */
function nameButton(step: NamedStep): string {
  if (step === 'read-again') return `“${READ_AGAIN}”`;
  return step === 'map-method' ? '“Map the method”' : `“${ACTION_LABELS[step].button}”`;
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
      <button type="submit">{READ_AGAIN}</button>{' '}
      <span class="faint">from DEAR now, and take the next step that it needs. Nothing is sent twice.</span>
    </form>
  );
}

function Buttons({ order, actions }: Pick<OrderView, 'order' | 'actions'>) {
  if (actions.length === 0) return <p class="faint">None of its actions is allowed now.</p>;
  const sorted = [...actions].sort((a, b) => getRank(a) - getRank(b));
  return (
    <p class="actions">
      {sorted.map((action) => (
        <a
          class={`button ${getTone(action, order)}`.trimEnd()}
          href={`/orders/${encodeURIComponent(order.reference)}/${action}`}
        >
          {ACTION_LABELS[action].button}
        </a>
      ))}
    </p>
  );
}

/** A release sends the method as the sale names it, so it is not the main button where a method can be mapped. */
function getTone(action: Action, order: FulfillmentOrder): string {
  const { tone } = ACTION_LABELS[action];
  return tone === 'main' && isHeldFor(order, 'shipping-method') ? '' : tone;
}

/** The most frequent actions come first, and those that cannot be undone last. */
function getRank(action: Action): number {
  return ['main', '', 'danger'].indexOf(ACTION_LABELS[action].tone);
}

function Identity({ order, content, links }: Pick<OrderView, 'order' | 'content' | 'links'>) {
  return (
    <div class="panel">
      <Facts
        of={[
          ['Reference', <WithCopy text={order.reference} />],
          [
            'Sale',
            <>
              <a href={`/sales/${order.saleId}`}>{order.saleOrderNumber}</a>{' '}
              <Copy text={order.saleOrderNumber} label="Copy the sale’s number" shown="Copy" />{' '}
              <Outside url={links.saleUrl}>Open in DEAR</Outside>
            </>,
          ],
          ['Channel', order.channel ?? ''],
          ['Connection', order.connection],
          ['Chosen because', order.chosenBy ?? ''],
          ['DEAR location', order.location],
          [
            'Id at the service',
            order.submission.providerOrderId && (
              <>
                <WithCopy text={order.submission.providerOrderId} />{' '}
                <Outside url={links.serviceUrl}>Find it at the service</Outside>
              </>
            ),
          ],
          ['Cancellation', describeCancellation(order)],
          ['In DEAR', getShownInDear(order)],
          ['Shipping method', content === null ? '' : describeShippingMethod(content)],
          ['Customer', content?.customer ?? ''],
          ['E-mail', content?.email ?? ''],
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

const IN_DEAR: Readonly<Record<FulfillmentOrder['confirmation']['state'], string>> = {
  none: 'not yet picked, packed and shipped',
  claimed: 'being picked, packed and shipped',
  confirmed: 'picked, packed and shipped',
  refused: 'refused',
  locked: 'waits for a stock take',
  abandoned: 'not written: the sale was voided or undone',
};

/** What DEAR shows of what left. */
function getShownInDear(order: FulfillmentOrder): string {
  const { state, packages } = order.confirmation;
  if (order.status === 'Cancelled' && state === 'none' && !hasLeft(order))
    return 'nothing is due: it is cancelled';
  return state === 'none' && packages.length > 0 ? 'a part is shipped, the rest not yet' : IN_DEAR[state];
}

/** A link to another system's screens; nothing where it has none. */
function Outside({ url, children }: { readonly url: string | null; readonly children: Child }) {
  if (url === null) return null;
  return (
    <a href={url} rel="noreferrer">
      {children}
    </a>
  );
}

function WithCopy({ text }: { readonly text: string }) {
  return (
    <>
      {text} <Copy text={text} label={`Copy ${text}`} shown="Copy" />
    </>
  );
}

function Goods({ order }: { readonly order: FulfillmentOrder }) {
  return (
    <Table caption="Goods of the order" columns={['SKU', 'Name', 'Ordered#', 'Packed#']}>
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
