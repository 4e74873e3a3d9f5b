import type { Hono } from 'hono';
import * as z from 'zod';
import { MAPPING_KINDS, type MappingKind, type MappingRow } from '../../lib/domain/mapping.ts';
import { UNMAPPED_METHOD } from '../../lib/domain/order/fulfillment-order.ts';
import type { ShippingCodes } from '../../lib/providers/provider-set-up.ts';
import { MAPPING_NOUNS, type MappingsView } from '../mappings.ts';
import type { UnmappedMethod } from '../unmapped-methods.ts';
import type { ConsoleContext } from './console-context.ts';
import { Moment, Table } from './parts.tsx';

const mappingForm = z.object({
  connection: z.string(),
  kind: z.enum(MAPPING_KINDS),
  name: z.string().trim().min(1).max(256),
  value: z.string().trim().max(256),
  unchecked: z.string().optional(),
});

/** What names are called on the other side, and changing it without a deployment. */
export function addMappingRoutes(app: Hono, consoleContext: ConsoleContext): void {
  const { deps, token } = consoleContext;
  app.get('/mappings', async (context) => {
    const [view, unmapped] = await Promise.all([deps.mappings.read(), deps.mappings.unmapped()]);
    const wanted = context.req.query('connection') ?? '';
    const connection = deps.connections.find(({ id }) => id === wanted)?.id ?? deps.connections[0]?.id ?? '';
    const method = context.req.query('method') ?? '';
    // The list costs calls of the service, so it is read where a person is about to choose from it.
    const codes =
      context.req.query('connection') === undefined ? null : await deps.mappings.codes(connection);
    return consoleContext.page(
      context,
      'Mappings',
      <MappingsPage
        {...{ view, unmapped, connections: deps.connections, connection, method, codes, token }}
      />,
    );
  });
  app.post('/mappings', async (context) => {
    const { connection, kind, name, value, unchecked } = mappingForm.parse(await context.req.parseBody());
    await deps.mappings.change({ connection, kind, name }, value, unchecked === undefined);
    return context.redirect('/mappings', 303);
  });
}

/** For an order that waits for it. */
export function MapMethod({ connection, method }: { readonly connection: string; readonly method: string }) {
  return (
    <p class="actions">
      <a class="button main" href={toMapAddress(connection, method)}>
        Map the method
      </a>
    </p>
  );
}

/** Of the form that maps it. */
function toMapAddress(connection: string, method: string): string {
  return `/mappings?${new URLSearchParams({ connection, method })}#map`;
}

interface MappingsPageProps {
  readonly view: MappingsView;
  readonly unmapped: readonly UnmappedMethod[];
  readonly connections: ReadonlyArray<{ readonly id: string }>;
  /** Chosen in the form. */
  readonly connection: string;
  readonly method: string;
  readonly codes: ShippingCodes | null;
  readonly token: string;
}

function MappingsPage({ view, unmapped, connections, connection, method, codes, token }: MappingsPageProps) {
  return (
    <>
      <h1>Mappings</h1>
      <p>
        What is set here wins over the settings' file, without a deployment: for orders from the next reading
        of their sale on, and within half a minute for what is written to DEAR. Orders that wait for a method
        go on at once.
      </p>
      {view.rows.length === 0 ? (
        <p class="faint">Nothing is mapped: names are passed on as they are.</p>
      ) : (
        <Table
          caption="Mapped names"
          columns={['Name', 'Kind', 'Connection', 'Is', 'In the settings', 'Set here', 'Undo']}
        >
          {view.rows.map((row) => (
            <Row row={row} token={token} />
          ))}
        </Table>
      )}
      <Unmapped unmapped={unmapped} />
      <h2 id="map">Map a name</h2>
      <form method="post" action="/mappings" class="panel">
        <input type="hidden" name="token" value={token} />
        <p>
          <label for="connection">Connection</label>
          <select id="connection" name="connection">
            {connections.map(({ id }) => (
              <option value={id} selected={id === connection}>
                {id}
              </option>
            ))}
          </select>
        </p>
        <p>
          <label for="kind">What</label>
          <select id="kind" name="kind">
            {MAPPING_KINDS.map((kind) => (
              <option value={kind}>{QUESTIONS[kind]}</option>
            ))}
          </select>
        </p>
        <p>
          <label for="name">Name</label>
          <input id="name" name="name" required maxlength={256} value={method} />
        </p>
        <p>
          <label for="value">Is called on the other side</label>
          <input id="value" name="value" required maxlength={256} list="services" autocomplete="off" />
          <datalist id="services">
            {(codes?.services ?? []).map(({ value, title }) => (
              <option value={value}>{title}</option>
            ))}
          </datalist>
        </p>
        <p>
          <label>
            <input type="checkbox" name="unchecked" value="yes" /> Do not ask the service and DEAR if they
            know it
          </label>
        </p>
        <button type="submit" class="main">
          Map it
        </button>
      </form>
      <h2>Latest changes</h2>
      <Changes changes={view.changes} />
    </>
  );
}

const QUESTIONS: Readonly<Record<MappingKind, string>> = {
  'shipping-method': 'A shipping method of DEAR, as the service calls it',
  carrier: 'A carrier of the service, as DEAR calls it',
  warehouse: 'A warehouse of the service, as its location in DEAR',
};

function Unmapped({ unmapped }: { readonly unmapped: readonly UnmappedMethod[] }) {
  if (unmapped.length === 0) return null;
  return (
    <>
      <h2>Shipping methods that nothing maps</h2>
      <p>
        Of the latest 200 <a href={`/orders?method=${UNMAPPED_METHOD}`}>orders that have one</a>. An order
        that is not held for it goes to the service with the method as the sale names it.
      </p>
      <Table
        caption="Shipping methods that nothing maps"
        columns={['Method', 'Connection', 'Orders#', 'Held for it#', 'Sent as named#', 'Latest', 'Map']}
      >
        {unmapped.map(({ connection, method, orders, held, latest }) => (
          <tr>
            <th scope="row">{method || <span class="faint">expired</span>}</th>
            <td>{connection}</td>
            <td class="number">{orders}</td>
            <td class="number">{held}</td>
            <td class="number">{orders - held}</td>
            <td>
              <Moment at={latest} />
            </td>
            <td>
              {method !== '' && (
                <a href={toMapAddress(connection, method)} aria-label={`Map ${method} of ${connection}`}>
                  Map
                </a>
              )}
            </td>
          </tr>
        ))}
      </Table>
    </>
  );
}

function Row({ row, token }: { readonly row: MappingRow; readonly token: string }) {
  const { connection, kind, name, value, bySettings, byOperator } = row;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{MAPPING_NOUNS[kind]}</td>
      <td>{connection}</td>
      <td>{value}</td>
      <td>{bySettings || <span class="faint">nothing</span>}</td>
      <td>{byOperator || <span class="faint">nothing</span>}</td>
      <td>
        {byOperator !== '' && (
          <form method="post" action="/mappings">
            <input type="hidden" name="token" value={token} />
            <input type="hidden" name="connection" value={connection} />
            <input type="hidden" name="kind" value={kind} />
            <input type="hidden" name="name" value={name} />
            <input type="hidden" name="value" value="" />
            <button type="submit" aria-label={`Leave ${name} of ${connection} to the settings`}>
              Leave to settings
            </button>
          </form>
        )}
      </td>
    </tr>
  );
}

function Changes({ changes }: Pick<MappingsView, 'changes'>) {
  if (changes.length === 0) return <p class="faint">None yet.</p>;
  return (
    <Table
      caption="Latest changes of mappings"
      columns={['When', 'Who', 'Connection', 'Name', 'Before', 'After']}
    >
      {changes.map((one) => (
        <tr>
          <td>
            <Moment at={one.at} />
          </td>
          <td>{one.by}</td>
          <td>{one.connection}</td>
          <td>
            {MAPPING_NOUNS[one.kind]} {one.name}
          </td>
          <td>{one.before || 'as in the settings'}</td>
          <td>{one.after || 'as in the settings'}</td>
        </tr>
      ))}
    </Table>
  );
}
