import type { Context, Hono } from 'hono';
import * as z from 'zod';
import { BULK_ACTIONS, type BulkAction, type LeftOutOrder } from '../../../lib/domain/order/bulk-act.ts';
import { type BulkProgress, groupLeftOut, MAX_ORDERS } from '../../bulk.ts';
import { readListAddress } from '../../order-query.ts';
import type { ConsoleContext } from '../console-context.ts';
import { Moment, Table } from '../parts.tsx';
import { Message } from './lists.tsx';

/** The button of each act, and what happens to each of its orders. */
export const BULK_LABELS: Readonly<
  Record<BulkAction, { readonly button: string; readonly consequence: string }>
> = {
  release: {
    button: 'Release',
    consequence: 'They are no longer held, for none of the reasons that hold them, and are sent now.',
  },
  process: { button: 'Process', consequence: 'They are sent now.' },
  retry: {
    button: 'Try again',
    consequence: 'Each is looked up at its service, and sent again only if it is not there.',
  },
  'look-again': {
    button: 'Look again',
    consequence:
      'Their sales are read again in DEAR, and each order takes its next step. Nothing is sent twice.',
  },
  cancel: {
    button: 'Cancel',
    consequence:
      'They are never sent, or cancelled at their service if it is not too late there. Their sales in DEAR stay as they are.',
  },
  acknowledge: {
    button: 'Acknowledge',
    consequence: 'DEAR is accepted as it is, and they no longer wait for a person.',
  },
};

const bulkForm = z.object({
  action: z.enum(BULK_ACTIONS),
  /** `all`: those that match; otherwise those that are selected. */
  scope: z.string().optional(),
  query: z.string().max(5_000).default(''),
  note: z.string().trim().max(2_000).default(''),
  reference: z.union([z.string(), z.array(z.string())]).optional(),
});

/** Acts on many orders: a preview that is stored, a start, and the progress, all on one page. */
export function addBulkRoutes(app: Hono, { deps, token, page }: ConsoleContext): void {
  app.post('/bulk', async (context) => {
    const form = bulkForm.parse(await context.req.parseBody({ all: true }));
    const { action, note } = form;
    const references = form.reference === undefined ? [] : [form.reference].flat();
    if (form.scope !== 'all' && references.length === 0) return refuseEmpty(context, page);
    const { query } = readListAddress(new URLSearchParams(form.query), deps.now());
    const chosen = form.scope === 'all' ? { query } : { references };
    return context.redirect(`/bulk/${await deps.planBulk(action, chosen, note)}`, 303);
  });
  app.get('/bulk/:id', async (context) => {
    const progress = await deps.bulk(context.req.param('id'));
    const title = `${BULK_LABELS[progress.act.action].button} ${progress.act.references.length} orders`;
    return page(context, title, <BulkPage {...{ progress, token }} />);
  });
  app.post('/bulk/:id/start', async (context) => {
    const id = context.req.param('id');
    await deps.startBulk(id);
    return context.redirect(`/bulk/${id}`, 303);
  });
}

function refuseEmpty(context: Context, page: ConsoleContext['page']) {
  const sentence = 'No order was selected. Select some in the first column, or choose all that match.';
  return page(context, 'Not done', <Message title="Not done" sentence={sentence} bad />, 400);
}

function BulkPage({ progress, token }: { readonly progress: BulkProgress; readonly token: string }) {
  const { act } = progress;
  const { button, consequence } = BULK_LABELS[act.action];
  const isStarted = act.startedAt !== '';
  return (
    <>
      <h1>
        {button}: {act.references.length} orders{isStarted ? '' : '?'}
      </h1>
      <p class="faint">
        {act.id} · {act.about} · by {act.by}
      </p>
      <div id="progress" data-live>
        {isStarted ? (
          <Progress progress={progress} token={token} />
        ) : (
          <div class="panel notice">
            <p class="why">{act.references.length === 0 ? 'It can be done to none of them.' : consequence}</p>
            {act.references.length + act.leftOut.length >= MAX_ORDERS && (
              <p>An act is done to {MAX_ORDERS} orders at most. Repeat it for the others.</p>
            )}
            {act.references.length > 0 && (
              <form method="post" action={`/bulk/${act.id}/start`}>
                <input type="hidden" name="token" value={token} />
                <p class="actions">
                  <button type="submit" class={act.action === 'cancel' ? 'danger' : 'main'}>
                    {button} {act.references.length} orders
                  </button>
                  <a class="button" href="/orders">
                    Leave them as they are
                  </a>
                </p>
              </form>
            )}
          </div>
        )}
      </div>
      <div id="orders" data-live>
        <LeftOut title="Left out" leftOut={[...act.leftOut, ...progress.leftOut]} />
        <h2>Orders</h2>
        <OrderLinks references={act.references} />
      </div>
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
          <a href={`/orders/${encodeURIComponent(reference)}`}>{reference}</a>{' '}
        </>
      ))}
      {references.length > MAX_LINKS && `and ${references.length - MAX_LINKS} more`}
    </p>
  );
}
