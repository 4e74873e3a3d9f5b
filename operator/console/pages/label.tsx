import { getLabel, getPostage } from '../../../lib/domain/label/order-label.ts';
import { formatPrice } from '../../../lib/domain/label/rates.ts';
import type { Rate } from '../../../lib/domain/order/fulfillment-order.ts';
import { Facts, Moment, Table } from '../parts.tsx';
import type { LabelChoices, OrderView } from '../views.ts';

interface LabelSectionProps {
  readonly view: OrderView;
  readonly choices: LabelChoices;
  readonly token: string;
}

/** The rates of an order and its label, with what a person may do about them. */
export function LabelSection({ view: { order }, choices, token }: LabelSectionProps) {
  const { quoted } = getPostage(order);
  const path = `/orders/${encodeURIComponent(order.reference)}`;
  return (
    <>
      <LabelFacts order={order} />
      {quoted !== null && <Rates rates={quoted.rates} path={path} canBuy={choices.whyNoLabel === null} />}
      {quoted !== null && (
        <p class="faint">
          Rates of <Moment at={quoted.at} />. They are read again before a label is bought.
        </p>
      )}
      {choices.whyNoLabel !== null && <p class="faint">No label can be bought: {choices.whyNoLabel}.</p>}
      <div class="actions">
        {choices.whyNoLabel === null && (
          <form method="post" action={`${path}/rates`}>
            <input type="hidden" name="token" value={token} />
            <button type="submit">{quoted === null ? 'Get rates' : 'Get rates again'}</button>
          </form>
        )}
        {choices.whyNoLabel === null && choices.hasRule && (
          <a class="button main" href={`${path}/label`}>
            Buy a label by the rule
          </a>
        )}
        {choices.whyNoVoid === null && (
          <>
            <a class="button" href={`${path}/label.pdf`}>
              Open the label
            </a>
            <a class="button danger" href={`${path}/void-label`}>
              Void the label
            </a>
          </>
        )}
      </div>
    </>
  );
}

function LabelFacts({ order }: Pick<OrderView, 'order'>) {
  const label = getLabel(order);
  if (label === null) return null;
  return (
    <div class="panel">
      <Facts
        of={[
          ['Label', label.labelId],
          ['State', label.state],
          ['Service', label.service || 'chosen by the rule'],
          ['Requested by', label.by],
          ['PDF', label.document === 'none' ? '' : label.document],
          ['Since', <Moment at={label.at} />],
        ]}
      />
    </div>
  );
}

function Rates({
  rates,
  path,
  canBuy,
}: {
  readonly rates: readonly Rate[];
  readonly path: string;
  readonly canBuy: boolean;
}) {
  if (rates.length === 0) return <p class="faint">No carrier offers a rate; the log below says why.</p>;
  return (
    <Table caption="Rates of the order" columns={['Service', 'Carrier', 'Price#', '']}>
      {rates.map((rate) => (
        <tr>
          <th scope="row">{rate.service}</th>
          <td>{rate.carrier}</td>
          <td class="number">{formatPrice(rate)}</td>
          <td>
            {canBuy && (
              <a class="button" href={`${path}/label?service=${encodeURIComponent(rate.service)}`}>
                Buy<span class="faint"> {rate.service}</span>
              </a>
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}

interface ConfirmLabelProps {
  readonly view: OrderView;
  /** `label` or `void-label`. */
  readonly action: string;
  /** '' for the rule, or for a void. */
  readonly service: string;
  readonly button: string;
  readonly consequence: string;
  readonly token: string;
}

/** One question before one write. */
export function ConfirmLabel({ view, action, service, button, consequence, token }: ConfirmLabelProps) {
  const { order } = view;
  const path = `/orders/${encodeURIComponent(order.reference)}`;
  return (
    <>
      <h1>
        {button}: {order.reference}?
      </h1>
      <p>{order.reason}</p>
      <div class="panel notice">
        <p class="why">{consequence}</p>
        <form method="post" action={`${path}/${action}`}>
          <input type="hidden" name="token" value={token} />
          <input type="hidden" name="service" value={service} />
          <p class="actions">
            <button type="submit" class={action === 'label' ? 'main' : 'danger'}>
              {button}
            </button>
            <a class="button" href={path}>
              Leave it as it is
            </a>
          </p>
        </form>
      </div>
    </>
  );
}
