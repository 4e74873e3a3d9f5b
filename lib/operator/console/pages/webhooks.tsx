import type { WebhooksView } from '../needs.ts';
import { StatusBadge } from '../parts/status-badge.tsx';
import { Table } from '../parts/table.tsx';

export function WebhooksPage({ view }: { readonly view: WebhooksView }) {
  return (
    <>
      <h1>Webhooks of DEAR</h1>
      {view.mode === 'off' && (
        <p>The settings do without webhooks; the sweep looks for changed sales every 15 minutes.</p>
      )}
      {view.problem !== '' && <p class="panel notice bad">{view.problem}</p>}
      {view.rows.length > 0 && (
        <Table caption="Webhooks of DEAR" columns={['Event', 'State', 'Address']}>
          {view.rows.map(({ type, state, url }) => (
            <tr>
              <th scope="row">{type}</th>
              <td>
                <StatusBadge status={state} />
              </td>
              <td>{url}</td>
            </tr>
          ))}
        </Table>
      )}
      <p>
        An inactive one is switched on again within the hour, and the sales of the time in between are looked
        at. To mend it now: <code>npx bridge webhooks apply</code>
      </p>
    </>
  );
}
