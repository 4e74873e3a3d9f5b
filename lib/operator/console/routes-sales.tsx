import type { Hono } from 'hono';
import type { Desk } from './app.tsx';
import { Message, SalePage } from './pages/lists.tsx';

/** Finding things, and everything about one sale. */
export function addSaleRoutes(app: Hono, desk: Desk): void {
  const { needs, token } = desk;
  app.get('/search', async (context) => {
    const text = (context.req.query('q') ?? '').trim();
    const found = text === '' ? ({ kind: 'nothing' } as const) : await needs.search(text);
    if (found.kind === 'order')
      return context.redirect(`/orders/${encodeURIComponent(found.reference)}`, 303);
    if (found.kind === 'sale') return context.redirect(`/sales/${found.saleId}`, 303);
    const words = `Neither an order number, a sale id, a tracking number nor a reference of ours. If DEAR has the sale, have it looked at: npx bridge sale reconcile ${text}`;
    return desk.page(context, 'Not found', <Message title={`'${text}' was not found`} words={words} />, 404);
  });
  app.get('/sales/:saleId', async (context) => {
    const sale = await needs.sale(context.req.param('saleId'));
    if (sale === null) {
      const words = 'The bridge has never looked at such a sale.';
      return desk.page(context, 'Not found', <Message title="Not found" words={words} />, 404);
    }
    return desk.page(context, sale.saleOrderNumber, <SalePage {...{ sale, now: needs.now(), token }} />);
  });
  app.post('/sales/:saleId/reconcile', async (context) => {
    const saleId = context.req.param('saleId');
    await needs.reconcile(saleId);
    return context.redirect(`/sales/${saleId}`, 303);
  });
}
