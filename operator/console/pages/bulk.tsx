import type { Context, Hono } from 'hono';
import * as z from 'zod';
import {
  BULK_ACTIONS,
  type BulkAct,
  type BulkAction,
  type BulkSummary,
  type LeftOutOrder,
} from '../../../lib/domain/order/bulk-act.ts';
import { type BulkProgress, groupLeftOut, MAX_ORDERS } from '../../orders/bulk.ts';
import { getReasonLabel, readListAddress } from '../../orders/order-query.ts';
import type { ConsoleContext } from '../console-context.ts';
import { Moment, Table } from '../parts.tsx';
import { Message } from './lists.tsx';

interface BulkLabel {
  readonly button: string;
  /** What happens to each of its orders. */
  readonly consequence: string;
  /** What cannot be undone; '' where all can be. */
  readonly final: string;
}

const UNTIL_SHIPPED = 'What its service has can be cancelled only until the service ships it.';

/** The button of each act, what happens, and what cannot be undone. */
export const BULK_LABELS: Readonly<Record<BulkAction, BulkLabel>> = {
  release: {
    button: 'Release',
    consequence: 'They are sent to their service now, whatever holds them.',
    final: UNTIL_SHIPPED,
  },
  process: {
    button: 'Process',
    consequence: 'They are sent to their service now.',
    final: UNTIL_SHIPPED,
  },
  retry: {
    button: 'Try again',
    consequence: 'Each is looked up at its service, and sent again only if it is not there.',
    final: UNTIL_SHIPPED,
  },
  'look-again': {
    button: 'Look again',
    consequence:
      'Their sales are read again in DEAR, and each order takes its next step. Nothing is sent twice.',
    final: '',
  },
  cancel: {
    button: 'Cancel',
    consequence:
      'They are never sent, or cancelled at their service if it is not too late there. Their sales in DEAR stay as they are.',
    final:
      'A cancelled order is not taken up again. To order its goods anew, undo its sale in DEAR and authorise it.',
  },
  acknowledge: {
    button: 'Acknowledge',
    consequence: 'DEAR is accepted as it is, and they no longer wait for a person.',
    final: 'What has left of them so far is not written to DEAR any more.',
  },
};

const bulkForm = z.object({
  action: z.enum(BULK_ACTIONS),
  /** `all`: those that match; otherwise those that are selected. */
  scope: z.string().optional(),
  query: z.string().max(5_000).default(''),
  reference: z.union([z.string(), z.array(z.string())]).optional(),
});
const startForm = z.object({
  from: z.string().max(5_000).default(''),
  note: z.string().trim().max(2_000).default(''),
});

/** Acts on many orders: a preview that is stored, a start, and the progress, all on one page. */
export function addBulkRoutes(app: Hono, { deps, token, page }: ConsoleContext): void {
  app.post('/bulk', async (context) => {
    const form = bulkForm.parse(await context.req.parseBody({ all: true }));
    const references = form.reference === undefined ? [] : [form.reference].flat();
    if (form.scope !== 'all' && references.length === 0) return refuseEmpty(context, page);
    const { query } = readListAddress(new URLSearchParams(form.query), deps.now());
    const chosen = form.scope === 'all' ? { query } : { references };
    return context.redirect(toHref(await deps.planBulk(form.action, chosen), form.query), 303);
  });
  app.get('/bulk', async (context) =>
    page(context, 'Acts on many orders', <BulkListPage acts={await deps.bulkActs()} />),
  );
  app.get('/bulk/:id', async (context) => {
    const progress = await deps.bulk(context.req.param('id'));
    const from = context.req.query('from') ?? '';
    return page(context, toTitle(progress.act), <BulkPage {...{ progress, from, token }} />);
  });
  app.post('/bulk/:id/start', async (context) => {
    const id = context.req.param('id');
    const { from, note } = startForm.parse(await context.req.parseBody());
    await deps.startBulk(id, note);
    return context.redirect(toHref(id, from), 303);
  });
}

/** @param from the address of the list that it was chosen from */
function toHref(id: string, from: string): string {
  const path = `/bulk/${encodeURIComponent(id)}`;
  return from === '' ? path : `${path}?${new URLSearchParams({ from })}`;
}

function toTitle({ action, references, startedAt }: BulkAct): string {
  const { button } = BULK_LABELS[action];
  if (references.length === 0) return `${button}: not possible`;
  return `${button}: ${countOrders(references.length)}${startedAt === '' ? '?' : ''}`;
}

function countOrders(count: number): string {
  return count === 1 ? '1 order' : `${count} orders`;
}

function refuseEmpty(context: Context, page: ConsoleContext['page']) {
  const sentence = 'No order was selected. Select some in the first column, or choose all that match.';
  return page(context, 'Not done', <Message title="Not done" sentence={sentence} bad />, 400);
}

/** What was done to many orders, and what was only looked at. */
function BulkListPage({ acts }: { readonly acts: readonly BulkSummary[] }) {
  return (
    <>
      <h1>Acts on many orders</h1>
      {acts.length === 0 ? (
        <p class="faint">None yet. Choose one below a list of orders.</p>
      ) : (
        <Table caption="Acts on many orders" columns={['Act', 'What', 'Orders#', 'Which', 'By', 'Planned']}>
          {acts.map(({ id, action, orders, about, by, plannedAt }) => (
            <tr>
              <th scope="row">
                <a href={toHref(id, '')}>{id}</a>
              </th>
              <td>{BULK_LABELS[action].button}</td>
              <td class="number">{orders}</td>
              <td>{about}</td>
              <td>{by}</td>
              <td>
                <Moment at={plannedAt} />
              </td>
            </tr>
          ))}
        </Table>
      )}
      <p class="faint">Previews stay here too. The page of each says what became of its orders.</p>
    </>
  );
}

interface BulkPageProps {
  readonly progress: BulkProgress;
  readonly from: string;
  readonly token: string;
}

function BulkPage({ progress, from, token }: BulkPageProps) {
  const { act } = progress;
  const back = `/orders?${new URLSearchParams(from)}`;
  return (
    <>
      <h1>{toTitle(act)}</h1>
      <p class="faint">
        {act.id} · {act.about} · by {act.by}
      </p>
      <div id="progress" data-live>
        {act.startedAt === '' ? (
          <Preview {...{ progress, from, back, token }} />
        ) : (
          <Progress progress={progress} token={token} />
        )}
      </div>
      <div id="orders" data-live>
        <LeftOut title="Left out" leftOut={[...act.leftOut, ...progress.leftOut]} />
        {act.references.length > 0 && (
          <>
            <h2>Orders</h2>
            <OrderLinks references={act.references} />
          </>
        )}
      </div>
      <p>
        <a href={back}>Back to the list</a> · <a href="/bulk">All acts on many orders</a>
      </p>
    </>
  );
}

function Preview({ progress, from, back, token }: BulkPageProps & { readonly back: string }) {
  const { act, summary } = progress;
  const { button, consequence, final } = BULK_LABELS[act.action];
  if (act.references.length === 0)
    return <p class="panel notice why">It can be done to none of them; below is why.</p>;
  return (
    <div class="panel notice">
      {summary !== null && <Summary summary={summary} />}
      <p class="why">{consequence}</p>
      {act.action === 'release' && summary?.causes.some(({ reason }) => reason === 'payment') && (
        <p class="why">Goods that DEAR shows as not paid leave the warehouse.</p>
      )}
      {final !== '' && <p>This cannot be undone: {lowerFirst(final)}</p>}
      {act.references.length + act.leftOut.length >= MAX_ORDERS && (
        <p>An act is done to {MAX_ORDERS} orders at most. Repeat it for the others.</p>
      )}
      <form method="post" action={`/bulk/${act.id}/start`}>
        <input type="hidden" name="token" value={token} />
        <input type="hidden" name="from" value={from} />
        {act.action === 'acknowledge' && (
          <label>
            What was done about it, for the log of each
            <input name="note" maxlength={2000} autocomplete="off" />
          </label>
        )}
        <p class="actions">
          <button type="submit" class={act.action === 'cancel' ? 'danger' : 'main'}>
            {button} {countOrders(act.references.length)}
          </button>
          <a class="button" href={back}>
            Leave them as they are
          </a>
        </p>
      </form>
    </div>
  );
}

function lowerFirst(sentence: string): string {
  return `${sentence.slice(0, 1).toLowerCase()}${sentence.slice(1)}`;
}

function Summary({ summary: { orders, pieces, connections, causes } }: { readonly summary: BulkSummary }) {
  const at = Object.entries(connections).map(([connection, count]) => `${count} at ${connection}`);
  return (
    <>
      <p>
        {countOrders(orders)} with {pieces} {pieces === 1 ? 'piece' : 'pieces'}: {at.join(', ')}.
      </p>
      <ul>
        {causes.map(({ reason, why, orders: count }) => (
          <li>
            {count} × {getReasonLabel(reason)}
            {why === '' ? '' : `: ${why}`}
          </li>
        ))}
      </ul>
    </>
  );
}

function Progress({ progress, token }: { readonly progress: BulkProgress; readonly token: string }) {
  const { act, done, leftOut, waiting } = progress;
  const total = act.references.length;
  return (
    <div class="panel">
      <p class="why" role="status">
        {waiting.length === 0
          ? `Done: ${done.length} of ${total} orders${leftOut.length > 0 ? `, ${leftOut.length} left out` : ''}.`
          : `${total - waiting.length} of ${total} orders so far.`}
      </p>
      <label>
        Progress <meter min={0} max={Math.max(total, 1)} value={total - waiting.length} />
      </label>
      <p class="faint">
        Started <Moment at={act.startedAt} />
      </p>
      {waiting.length > 0 && (
        <form method="post" action={`/bulk/${act.id}/start`}>
          <input type="hidden" name="token" value={token} />
          <button type="submit">Go on where it stopped</button>
        </form>
      )}
    </div>
  );
}

function LeftOut({ title, leftOut }: { readonly title: string; readonly leftOut: readonly LeftOutOrder[] }) {
  if (leftOut.length === 0) return null;
  return (
    <>
      <h2>{title}</h2>
      <Table caption={title} columns={['Why', 'How many#', 'Orders']}>
        {groupLeftOut(leftOut).map(({ why, references }) => (
          <tr>
            <th scope="row">{why}</th>
            <td class="number">{references.length}</td>
            <td>
              <OrderLinks references={references} />
            </td>
          </tr>
        ))}
      </Table>
    </>
  );
}

const MAX_LINKS = 50;

function OrderLinks({ references }: { readonly references: readonly string[] }) {
  return (
    <p>
      {references.slice(0, MAX_LINKS).map((reference) => (
        <>
          <a class="whole" href={`/orders/${encodeURIComponent(reference)}`}>
            {reference}
          </a>{' '}
        </>
      ))}
      {references.length > MAX_LINKS && `and ${references.length - MAX_LINKS} more`}
    </p>
  );
}
