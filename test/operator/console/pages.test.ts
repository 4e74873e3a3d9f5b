import { describe, expect, it, vi } from 'vitest';
import { NOTHING_CHANGED, NOTHING_COUNTED } from '../../../lib/domain/inventory/drift-report.ts';
import type { OrderContent } from '../../../lib/domain/order/order-content.ts';
import { VersionConflict } from '../../../lib/store/table.ts';
import { acceptedOrder, box, NOW, queuedOrder } from '../../builders/order.ts';
import { sampleOrder } from '../../contract/sample-order.ts';
import { Browser } from './browser.ts';
import { ConsoleWithOrders } from './console-with-orders.ts';

const HELD = queuedOrder(undefined, {
  status: 'On Hold',
  desired: 'held',
  hold: 'address',
  reason: 'The delivery address lacks: postcode. Correct it in DEAR or here.',
});

function content(overrides: Partial<OrderContent['shipTo']> = {}): OrderContent {
  const base = sampleOrder({ reference: HELD.reference });
  return { ...base, shipTo: { ...base.shipTo, ...overrides } };
}

/** What the form of `HELD` holds before anything is typed. */
function editForm() {
  const { shipTo, shippingMethod, phone, email, customerNotes } = content();
  const { displayLine1: _, displayLine2: __, ...address } = shipTo;
  return { ...address, shippingMethod, phone, email, customerNotes, version: String(HELD.version) };
}

/** The version of the order that a form was made of. */
function shownIn(page: string): { version: string } {
  return { version: /name="version" value="(\d+)"/.exec(page)?.[1] ?? '' };
}

function held(): { desk: ConsoleWithOrders; browser: Browser } {
  const desk = new ConsoleWithOrders();
  desk.add(HELD, content({ postcode: '' }));
  return { desk, browser: new Browser(desk) };
}

describe('the board', () => {
  it('shows how many wait, for how long, and the urgent first', async () => {
    const page = await held().browser.page('/');
    expect(page).toMatch(/class="urgent"[\s\S]*On Hold[\s\S]*oldest 1 h[\s\S]*Queued/);
    expect(page).toContain(HELD.reference);
  });

  it('leads to the orders of one place', async () => {
    const page = await held().browser.page('/orders?waiting=hold');
    expect(page).toContain('The delivery address lacks: postcode.');
  });

  it('leads to the sales that wait for goods, with what was ordered of each', async () => {
    const { desk, browser } = held();
    desk.awaiting = [
      {
        saleId: 'sale-7',
        saleOrderNumber: 'SO-00007',
        reason: 'Waiting for what is on backorder: 2 × QUILL-01.',
        references: ['SO-00007-1'],
        goodsAwaitedSince: new Date(NOW).toISOString(),
      },
    ];
    expect(await browser.page('/')).toMatch(
      /count">1<[\s\S]*Backordered<\/strong> · sales that wait for goods/,
    );
    const page = await browser.page('/orders?waiting=goods');
    expect(page).toMatch(/href="\/sales\/sale-7">SO-00007<[\s\S]*2 × QUILL-01[\s\S]*SO-00007-1[\s\S]*1 h/);
  });

  it('says which services are paused', async () => {
    const { desk, browser } = held();
    desk.pausedConnections = ['lantern'];
    expect(await browser.page('/')).toContain('Paused: lantern');
  });

  it('that cannot be read says so, without the words of the failure', async () => {
    const { desk, browser } = held();
    const terminal = vi.spyOn(console, 'error').mockImplementation(() => {});
    desk.failing = true;
    const page = await browser.page('/');
    expect(page).toContain('The bridge could not answer');
    expect(page).not.toContain('Quay Road');
    expect(terminal).toHaveBeenCalled();
    terminal.mockRestore();
  });
});

describe('a search', () => {
  it.each([
    [HELD.reference, `/orders/${HELD.reference}`],
    ['SO-00042', '/sales/sale-42'],
  ])('for %s leads there', async (text, path) => {
    const answer = await held().browser.get(`/search?q=${text}`);
    expect(answer.headers.get('location')).toBe(path);
  });

  it('that finds nothing says what to try', async () => {
    const answer = await held().browser.get('/search?q=%3Cscript%3E');
    expect(answer.status).toBe(404);
    const page = await answer.text();
    expect(page).toContain('bridge sale reconcile');
    expect(page).not.toContain('<script>');
  });
});

describe('the page of an order', () => {
  it('says why it is there, and offers only what its status allows', async () => {
    const page = await held().browser.page(`/orders/${HELD.reference}`);
    expect(page).toContain('The delivery address lacks: postcode.');
    expect(page).toMatch(/>\s*Release/);
    expect(page).toMatch(/>\s*Edit/);
    expect(page).not.toMatch(/>\s*Try again/);
  });

  it('shows both versions of an address in question', async () => {
    const { desk, browser } = held();
    desk.add(HELD, content({ line1: '1 New Road', displayLine1: '9 Old Street' }));
    const page = await browser.page(`/orders/${HELD.reference}`);
    expect(page).toMatch(/DEAR gives out[\s\S]*1 New Road/);
    expect(page).toMatch(/DEAR shows[\s\S]*9 Old Street/);
  });

  it('links each tracking number to its carrier', async () => {
    const { desk, browser } = held();
    const shipped = acceptedOrder(undefined, { packages: [box({ trackingNumbers: ['1Z0001', '1Z0002'] })] });
    desk.contents.clear();
    desk.add(shipped);
    const page = await browser.page(`/orders/${shipped.reference}`);
    expect(page).toContain('https://www.ups.com/track?tracknum=1Z0002');
    expect(page).toContain('Name and address have expired here.');
  });

  it('says how far the calls made for it are known', async () => {
    const { desk, browser } = held();
    const terminal = vi.spyOn(console, 'error').mockImplementation(() => {});
    const page = () => browser.page(`/orders/${HELD.reference}`);
    desk.logged = null;
    expect(await page()).toContain('being read');
    desk.logged = new Error('AccessDenied');
    expect(await page()).toContain('could not be read');
    terminal.mockRestore();
    const fields = { outcome: 'submitted' };
    desk.logged = [{ at: '', service: 'dispatch-order', event: 'order.dispatched', fields }];
    expect(await page()).toMatch(/order\.dispatched[\s\S]*outcome=submitted/);
  });

  it('of nobody is not found', async () => {
    expect((await held().browser.get('/orders/SO-9-9')).status).toBe(404);
  });
});

describe('an action', () => {
  it('says what will happen before it does', async () => {
    const { desk, browser } = held();
    const page = await browser.page(`/orders/${HELD.reference}/cancel`);
    expect(page).toContain('is never sent');
    expect(desk.done).toEqual([]);
  });

  it('is done once it is confirmed', async () => {
    const { desk, browser } = held();
    const answer = await browser.post(`/orders/${HELD.reference}/cancel`, {});
    expect(answer.headers.get('location')).toBe(`/orders/${HELD.reference}`);
    expect(desk.orders.get(HELD.reference)?.status).toBe('Cancelled');
  });

  it('that the status forbids is refused with the reason, asked or posted', async () => {
    const { desk, browser } = held();
    expect(await browser.page(`/orders/${HELD.reference}/retry`)).toContain('It is On Hold by now');
    const answer = await browser.post(`/orders/${HELD.reference}/retry`, {});
    expect(answer.status).toBe(409);
    expect(await answer.text()).toContain('cannot be changed by');
    expect(desk.done).toEqual([]);
  });

  it('that met somebody else’s at the same moment asks for another look', async () => {
    const { desk, browser } = held();
    desk.act = async () => {
      throw new VersionConflict({ pk: `ORDER#${HELD.reference}`, sk: 'STATE' });
    };
    const answer = await browser.post(`/orders/${HELD.reference}/cancel`, {});
    expect(answer.status).toBe(409);
    expect(await answer.text()).toContain('It was changed at the same moment');
  });

  it('whose form is not filled in as it has to be is not done', async () => {
    const { desk, browser } = held();
    const { version } = editForm();
    const answer = await browser.post(`/orders/${HELD.reference}/edit`, { line1: '1 New Road', version });
    expect(answer.status).toBe(400);
    expect(desk.done).toEqual([]);
  });

  it('says only what was touched, beside the address', async () => {
    const { desk, browser } = held();
    const form = editForm();
    await browser.post(`/orders/${HELD.reference}/edit`, { ...form, phone: '+1 503 555 0101' });
    expect(desk.orders.get(HELD.reference)?.log.at(-1)?.what).toBe(
      'Edited by Mina: phone, delivery address.',
    );
  });

  it('corrects an address, which can then be released', async () => {
    const { desk, browser } = held();
    await browser.post(`/orders/${HELD.reference}/edit`, { ...editForm(), postcode: '97205' });
    expect(desk.contents.get(HELD.reference)?.shipTo.postcode).toBe('97205');
    const { version } = shownIn(await browser.page(`/orders/${HELD.reference}/ship`));
    await browser.post(`/orders/${HELD.reference}/ship`, { version });
    expect(desk.orders.get(HELD.reference)).toMatchObject({ status: 'Queued', released: true });
  });

  it.each(['edit', 'ship'] as const)(
    '%s of a form whose order has changed since is not done',
    async (action) => {
      const { desk, browser } = held();
      const shown = shownIn(await browser.page(`/orders/${HELD.reference}/${action}`));
      desk.add({ ...HELD, version: HELD.version + 1 }, content({ line1: '9 New Street', postcode: '97205' }));
      const answer = await browser.post(`/orders/${HELD.reference}/${action}`, { ...editForm(), ...shown });
      expect(answer.status).toBe(409);
      expect(await answer.text()).toContain('has changed since the form was shown');
      expect(desk.done).toEqual([]);
      expect(desk.contents.get(HELD.reference)?.shipTo.line1).toBe('9 New Street');
    },
  );
});

describe('the other pages', () => {
  it('show a sale that was ignored, with the reason, and have it looked at again', async () => {
    const { desk, browser } = held();
    expect(await browser.page('/sales/sale-42')).toContain('No connection ships from its location.');
    await browser.post('/sales/sale-42/reconcile', {});
    expect(desk.done).toEqual(['reconcile sale-42']);
  });

  it('tell what happened to all orders of a sale, latest first', async () => {
    const { desk, browser } = held();
    const log = [
      { at: '2026-03-02T09:00:00.000Z', by: 'lantern', what: 'Left.', upstreamMessage: 'In one box.' },
    ];
    desk.add(acceptedOrder(undefined, { reference: 'SO-00042-2', log }));
    const page = await browser.page('/sales/sale-42');
    expect(page).toMatch(/SO-00042-2 · lantern[\s\S]*Left\.[\s\S]*In one box\.[\s\S]*SO-00042-1 · DEAR/);
  });

  it('put back just the parked messages that are ticked', async () => {
    const { desk, browser } = held();
    expect(await browser.page('/queues')).toContain('1 parked');
    await browser.post('/queues/fulfillment/redrive', {});
    expect(desk.done).toEqual([]);
    await browser.post('/queues/fulfillment/redrive', { message: 'm-1' });
    expect(desk.done).toEqual(['redrive fulfillment m-1']);
  });

  it('show how far ahead a rate budget is booked', async () => {
    expect(await held().browser.page('/jobs')).toContain('The next free slot is in 2.3 s.');
  });

  it('pause a service and resume it', async () => {
    const { desk, browser } = held();
    await browser.post('/connections/lantern/pause', {});
    expect(desk.pausedConnections).toEqual(['lantern']);
    expect(await browser.page('/jobs')).toContain('Resume lantern');
  });

  it('draw the stock that differs', async () => {
    const { desk, browser } = held();
    const lot = { sku: 'MUG', batch: '', expiry: '', provider: 7, dear: 10, inFlight: 1, difference: -2 };
    desk.reports = {
      connection: 'lantern',
      location: 'Lantern Shed',
      at: '2026-03-02T09:00:00.000Z',
      mode: 'adjust',
      outcome: 'stopped',
      reason: 'Raise the guard, or look at the figures first.',
      counts: { ...NOTHING_COUNTED, matching: 9, differing: 1 },
      guard: NOTHING_CHANGED,
      stockTake: '',
      adjustments: [],
      file: '',
      differences: [{ ...lot, action: 'adjust', whyNot: '' }],
    };
    const page = await browser.page('/stock');
    expect(page).toContain('<svg');
    expect(page).toMatch(/stopped[\s\S]*Raise the guard[\s\S]*MUG[\s\S]*-2/);
  });

  it('show webhooks and what operators did', async () => {
    const { browser } = held();
    expect(await browser.page('/webhooks')).toMatch(/Sale\/Voided[\s\S]*wrong[\s\S]*it is switched off/);
    expect(await browser.page('/audit')).toMatch(/Mina[\s\S]*Released/);
  });
});
