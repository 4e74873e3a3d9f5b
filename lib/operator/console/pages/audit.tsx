import type { AuditEntry } from '../needs.ts';
import { Moment } from '../parts/moments.tsx';
import { Table } from '../parts/table.tsx';

export function AuditPage({ entries }: { readonly entries: readonly AuditEntry[] }) {
  return (
    <>
      <h1>What operators did</h1>
      <div id="audit" data-live>
        {entries.length === 0 ? (
          <p class="faint">
            Nothing yet. Each action from here and from the command line is kept for 400 days.
          </p>
        ) : (
          <Table caption="What operators did" columns={['When', 'Who', 'What', 'To']}>
            {entries.map(({ at, by, what, subject }) => (
              <tr>
                <td>
                  <Moment at={at} />
                </td>
                <td>{by}</td>
                <td>{what}</td>
                <td>{subject}</td>
              </tr>
            ))}
          </Table>
        )}
      </div>
    </>
  );
}
