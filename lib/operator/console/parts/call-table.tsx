import type { CallView } from '../needs.ts';
import { Moment } from './moments.tsx';
import { Table } from './table.tsx';

/** null while they are still being read. */
export type CallsMade = readonly CallView[] | 'unreadable' | null;

/** What the functions did for an order, step by step. */
export function CallTable({ calls }: { readonly calls: CallsMade }) {
  if (calls === null) return <p class="faint">The logs are being read …</p>;
  if (calls === 'unreadable') {
    return <p class="faint">The logs could not be read; the terminal of the console says why.</p>;
  }
  if (calls.length === 0) return <p class="faint">None in the logs that are kept.</p>;
  return (
    <Table caption="Calls made for the order" columns={['When', 'Function', 'Step', 'Outcome']}>
      {calls.map(({ at, service, event, fields }) => (
        <tr>
          <td>
            <Moment at={at} />
          </td>
          <td>{service}</td>
          <td>{event}</td>
          <td>
            {Object.entries(fields)
              .map(([name, value]) => `${name}=${value}`)
              .join(' ')}
          </td>
        </tr>
      ))}
    </Table>
  );
}
