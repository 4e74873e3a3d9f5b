import type { DeliveryAddress } from '../../../domain/address.ts';
import type { OrderContent } from '../../../domain/fulfillment-order.ts';
import type { OrderView } from '../needs.ts';
import { ACTION_WORDS } from './confirm-action.tsx';

/** Fields of the address as they stand in the form, with what a browser may fill in. */
const ADDRESS = [
  ['contact', 'Contact', 'name'],
  ['company', 'Company', 'organization'],
  ['line1', 'Street', 'address-line1'],
  ['line2', 'Street, second line', 'address-line2'],
  ['city', 'City', 'address-level2'],
  ['state', 'State', 'address-level1'],
  ['postcode', 'Postcode', 'postal-code'],
  ['country', 'Country (two letters, or its English name)', 'country'],
] as const satisfies ReadonlyArray<readonly [keyof DeliveryAddress, string, string]>;

export const ADDRESS_FIELDS = ADDRESS.map(([name]) => name);

export interface EditOrderProps {
  readonly view: OrderView;
  readonly content: OrderContent;
  readonly token: string;
}

export function EditOrder({ view, content, token }: EditOrderProps) {
  const { order } = view;
  return (
    <>
      <h1>Edit {order.reference}</h1>
      <p class="why">{order.reason}</p>
      <p>{ACTION_WORDS.edit.consequence(view)}</p>
      <form method="post" action={`/orders/${encodeURIComponent(order.reference)}/edit`} class="panel">
        <input type="hidden" name="token" value={token} />
        <input type="hidden" name="version" value={String(order.version)} />
        <div class="fields">
          {ADDRESS.map(([name, label, autocomplete]) => (
            <label>
              {label}
              <input name={name} value={content.shipTo[name]} autocomplete={autocomplete} />
            </label>
          ))}
          <label>
            Shipping method
            <input name="shippingMethod" value={content.shippingMethod} />
          </label>
          <label>
            Phone
            <input name="phone" type="tel" value={content.phone} />
          </label>
          <label>
            E-mail
            <input name="email" type="email" value={content.email} />
          </label>
        </div>
        <label>
          Comments for the service
          <textarea name="customerNotes" rows={2}>
            {content.customerNotes}
          </textarea>
        </label>
        <p class="actions">
          <button type="submit" class="main">
            Save
          </button>
          <a class="button" href={`/orders/${encodeURIComponent(order.reference)}`}>
            Leave it as it is
          </a>
        </p>
      </form>
    </>
  );
}
