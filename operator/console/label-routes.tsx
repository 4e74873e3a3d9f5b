import type { Context, Hono } from 'hono';
import * as z from 'zod';
import { getPostage } from '../../lib/domain/label/order-label.ts';
import { formatPrice } from '../../lib/domain/label/rates.ts';
import type { ConsoleContext } from './console-context.ts';
import { ConfirmLabel } from './pages/label.tsx';
import { Message } from './pages/lists.tsx';
import type { OrderView } from './views.ts';

const service = z.string().trim().max(100).catch('');

/** Rates and labels of an order. Before the other routes of an order, whose pattern would match them. */
export function addLabelRoutes(app: Hono, consoleContext: ConsoleContext): void {
  const { deps, token } = consoleContext;
  const back = (context: Context) =>
    context.redirect(`/orders/${encodeURIComponent(context.req.param('reference') ?? '')}`, 303);
  const ask = (context: Context, props: Omit<Parameters<typeof ConfirmLabel>[0], 'token'>) =>
    consoleContext.page(
      context,
      `${props.button} ${props.view.order.reference}`,
      <ConfirmLabel {...props} token={token} />,
    );
  const refuse = (context: Context, title: string, why: string) =>
    consoleContext.page(
      context,
      title,
      <Message title={title} sentence={`Not possible: ${why}.`} bad />,
      409,
    );

  app.post('/orders/:reference/rates', async (context) => {
    await deps.readRates(context.req.param('reference'));
    return back(context);
  });
  app.get('/orders/:reference/label', async (context) => {
    const view = await deps.order(context.req.param('reference'));
    const chosen = service.parse(context.req.query('service') ?? '');
    const why = view === null ? 'there is no such order' : whyNot(view, 'whyNoLabel');
    if (view === null || why !== null) return refuse(context, 'Buy a label', why ?? '');
    const consequence = describePurchase(view, chosen);
    return ask(context, { view, action: 'label', service: chosen, button: 'Buy the label', consequence });
  });
  app.post('/orders/:reference/label', async (context) => {
    const form = await context.req.parseBody();
    await deps.buyLabel(context.req.param('reference'), service.parse(form.service));
    return back(context);
  });
  app.get('/orders/:reference/void-label', async (context) => {
    const view = await deps.order(context.req.param('reference'));
    const why = view === null ? 'there is no such order' : whyNot(view, 'whyNoVoid');
    if (view === null || why !== null) return refuse(context, 'Void a label', why ?? '');
    const consequence = `The label of ${view.order.reference} is voided at ${view.order.connection}, if its carrier takes it back. Do not ship the parcel with it. The order can get another label.`;
    return ask(context, { view, action: 'void-label', service: '', button: 'Void the label', consequence });
  });
  app.post('/orders/:reference/void-label', async (context) => {
    await deps.voidLabel(context.req.param('reference'));
    return back(context);
  });
  app.get('/orders/:reference/label.pdf', async (context) => {
    const reference = context.req.param('reference');
    const pdf = await deps.labelDocument(reference);
    const headers = {
      'content-type': 'application/pdf',
      'content-disposition': 'inline; filename="label.pdf"',
    };
    return context.body(new Uint8Array(pdf), 200, headers);
  });
}

function whyNot({ labels }: OrderView, what: 'whyNoLabel' | 'whyNoVoid'): string | null {
  return labels === null ? 'its connection buys no labels' : labels[what];
}

function describePurchase({ order }: OrderView, chosen: string): string {
  const { reference, connection } = order;
  const rate = getPostage(order).quoted?.rates.find((one) => one.service === chosen);
  const price = rate === undefined ? '' : ` It was offered for ${formatPrice(rate)}.`;
  const which = chosen === '' ? 'that the rule of the connection chooses' : `of ${chosen}`;
  return `A label ${which} is bought for ${reference} at ${connection}, and paid from its account there.${price} Its parcel is then written to DEAR as shipped.`;
}
