import type { WebhooksView } from '../needs.ts';
import { StatusBadge } from '../parts/status-badge.tsx';
import { Table } from '../parts/table.tsx';

/** Not kept up to date by itself: each look at it costs a call of DEAR's. */
export function WebhooksPage({ view }: { readonly view: WebhooksView }) {
  return (
    <>
      <h1>Webhooks</h1>
      {view.mode === 'off' && (
        <p>The settings do without DEAR's webhooks; the sweep looks for changed sales every 15 minutes.</p>
      )}
      {view.problem !== '' && <p class="panel notice bad">{view.problem}</p>}
      {view.rows.length > 0 && (
        <Table caption="Webhooks" columns={['Event', 'State', 'From', 'Address']}>
          {view.rows.map(({ system, event, state, words, url }) => (
            <tr>
              <th scope="row">{event}</th>
              <td>
                <StatusBadge status={state} /> {words}
              </td>
              <td>{system}</td>
              <td class="address">{url}</td>
            </tr>
          ))}
        </Table>
      )}
      <p>
        One that DEAR has switched off is switched on again within the hour, and the sales of the time in
        between are looked at. To mend it now: <code>npx bridge webhooks apply</code>
      </p>
    </>
  );
}
