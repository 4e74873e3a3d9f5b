import { describe, expect, it, vi } from 'vitest';
import { NOTHING_CHANGED, NOTHING_COUNTED } from '../../../lib/domain/inventory/drift-report.ts';
import { toHeld } from '../../../lib/domain/order/holds.ts';
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
  reason: 'The delivery address lacks: postcode.',
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

function held(): { bridge: ConsoleWithOrders; browser: Browser } {
  const bridge = new ConsoleWithOrders();
  bridge.add(HELD, content({ postcode: '' }));
  return { bridge, browser: new Browser(bridge) };
}

describe('the board', () => {
  it('shows the count and age of each row, urgent rows first', async () => {
    const page = await held().browser.page('/');
    expect(page).toMatch(/class="urgent"[\s\S]*On Hold[\s\S]*oldest 1 h[\s\S]*Queued/);
    expect(page).toContain(HELD.reference);
  });

  it('links to the orders of a row', async () => {
    const page = await held().browser.page('/orders?waiting=hold');
    expect(page).toContain('The delivery address lacks: postcode.');
  });

  it('links to the sales that wait for goods, with the orders of each', async () => {
    const { bridge, browser } = held();
    bridge.awaiting = [
      {
        saleId: 'sale-7',
        saleOrderNumber: 'SO-00007',
        outcome: 'ordered',
        reason: 'Waiting for what is on backorder: QUILL-01.',
        references: ['SO-00007-1'],
        since: new Date(NOW).toISOString(),
        waitsFor: [{ sku: 'QUILL-01', wanted: 3, allotted: 1 }],
        channel: 'Etsy',
        customerReference: 'PO-118',
      },
    ];
    expect(await browser.page('/')).toMatch(
      /count">1<[\s\S]*Waiting for goods<\/strong> · Sales that wait for goods/,
    );
    const page = await browser.page('/orders?waiting=goods');
    expect(page).toMatch(
      /href="\/sales\/sale-7">SO-00007<[\s\S]*QUILL-01: 1 of 3 allotted[\s\S]*SO-00007-1[\s\S]*Etsy[\s\S]*PO-118[\s\S]*1 h/,
    );
    expect(page).toContain('It is read every four hours and at each change in DEAR.');
  });

  it('names the paused connections', async () => {
    const { bridge, browser } = held();
    bridge.pauses = [{ connection: 'lantern', by: 'Ada', since: '', why: 'stock count' }];
    expect(await browser.page('/')).toContain('Paused: lantern by Ada: stock count');
  });

  it('shows a failure without its message where it cannot be read', async () => {
    const { bridge, browser } = held();
    const terminal = vi.spyOn(console, 'error').mockImplementation(() => {});
    bridge.failing = true;
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
  ])('for %s redirects to its page', async (text, path) => {
    const answer = await held().browser.get(`/search?q=${text}`);
    expect(answer.headers.get('location')).toBe(path);
  });

  it('without a result names the command to try where the text can be the number of a sale', async () => {
    const answer = await held().browser.get('/search?q=SO-00099');
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain('bridge sale reconcile SO-00099');
  });

  it('without a result names no command for another text', async () => {
    const page = await (await held().browser.get('/search?q=RARE-1%3Cscript%3E')).text();
    expect(page).toContain('was not found');
    expect(page).not.toContain('bridge sale reconcile');
    expect(page).not.toContain('<script>');
  });
});

describe('an act on many orders', () => {
  const FROM = 'reason=PAYMENT&connection=lantern';
  const UNPAID = queuedOrder(
    undefined,
    toHeld([{ kind: 'payment', why: 'Held until DEAR says that the sale is paid; it is UNPAID.' }]),
  );

  async function preview(action: string, order = UNPAID) {
    const bridge = new ConsoleWithOrders();
    bridge.add(order);
    const browser = new Browser(bridge);
    const answer = await browser.post('/bulk', { action, scope: 'all', query: FROM });
    const path = answer.headers.get('location') ?? '';
    return { bridge, browser, path, page: await browser.page(path) };
  }

  it('says how many of which connection, what holds them, what happens and what cannot be undone', async () => {
    const { page } = await preview('release');
    expect(page).toMatch(/1 order with \d+ pieces: 1 at lantern/);
    expect(page).toMatch(/1 × Not paid: Held until DEAR says that the sale is paid; it is UNPAID\./);
    expect(page).toContain('Goods that DEAR shows as not paid leave the warehouse.');
    expect(page).toContain('cannot be undone');
    expect(page).not.toContain('name="note"');
  });

  it('leads back to the list that it was chosen from, before and after its start', async () => {
    const { browser, path, page } = await preview('release');
    const back = `href="/orders?${FROM.replace('&', '&amp;')}"`;
    expect(page).toContain(back);
    const started = await browser.post('/bulk/B-1/start', { from: FROM });
    expect(started.headers.get('location')).toBe(path);
    expect(await browser.page(path)).toContain(back);
  });

  it('asks for a note only where it takes one, and is listed with what it is about', async () => {
    const { browser, page } = await preview('acknowledge');
    expect(page).toContain('name="note"');
    expect(await browser.page('/bulk')).toMatch(/href="\/bulk\/B-1"[\s\S]*Acknowledge[\s\S]*Mina/);
  });

  it('that can be done to no order is not offered as one of 0 orders', async () => {
    const bridge = new ConsoleWithOrders();
    const browser = new Browser(bridge);
    await browser.post('/bulk', { action: 'release', scope: 'all', query: '' });
    const page = await browser.page('/bulk/B-1');
    expect(page).toContain('Release: not possible');
    expect(page).not.toMatch(/0 orders|<form method="post" action="\/bulk/);
  });

  it('is offered only where one of the listed orders allows it', async () => {
    const bridge = new ConsoleWithOrders();
    const browser = new Browser(bridge);
    expect(await browser.page('/orders')).not.toContain('For many orders at once');
    bridge.add(UNPAID);
    const page = await browser.page('/orders');
    expect(page).toMatch(/value="release"[\s\S]*value="look-again"[\s\S]*value="cancel"/);
    expect(page).not.toMatch(/value="(process|retry|acknowledge)"/);
  });
});

describe('an edit', () => {
  it('that is to be sent at once releases the order, and one that is not leaves it On Hold', async () => {
    for (const send of [{}, { send: 'yes' }]) {
      const { bridge, browser } = held();
      const path = `/orders/${HELD.reference}/edit`;
      expect(await browser.page(path)).toContain('Send it at once');
      const form = { ...editForm(), ...shownIn(await browser.page(path)), postcode: '78701', ...send };
      await browser.post(path, form);
      const expected = [`edit ${HELD.reference}`, ...('send' in send ? [`ship ${HELD.reference}`] : [])];
      expect(bridge.done.map((one) => one.split(' ').slice(0, 2).join(' '))).toEqual(expected);
    }
  });

  it('whose address is still incomplete is not sent', async () => {
    const { bridge, browser } = held();
    const path = `/orders/${HELD.reference}/edit`;
    const form = { ...editForm(), ...shownIn(await browser.page(path)), postcode: '', send: 'yes' };
    await browser.post(path, form);
    expect(bridge.orders.get(HELD.reference)?.status).toBe('On Hold');
  });
});

describe('the page of an order', () => {
  it('shows the reason of its status, and only the allowed actions', async () => {
    const page = await held().browser.page(`/orders/${HELD.reference}`);
    expect(page).toContain('The delivery address lacks: postcode.');
    expect(page).toMatch(/>\s*Release/);
    expect(page).toMatch(/>\s*Edit/);
    expect(page).not.toMatch(/>\s*Try again/);
  });

  it('shows both versions of a questioned address', async () => {
    const { bridge, browser } = held();
    bridge.add(HELD, content({ line1: '1 New Road', displayLine1: '9 Old Street' }));
    const page = await browser.page(`/orders/${HELD.reference}`);
    expect(page).toMatch(/DEAR’s API has[\s\S]*1 New Road/);
    expect(page).toMatch(/DEAR shows[\s\S]*9 Old Street/);
  });

  it('links each tracking number to its carrier', async () => {
    const { bridge, browser } = held();
    const shipped = acceptedOrder(undefined, { packages: [box({ trackingNumbers: ['1Z0001', '1Z0002'] })] });
    bridge.contents.clear();
    bridge.add(shipped);
    const page = await browser.page(`/orders/${shipped.reference}`);
    expect(page).toContain('https://www.ups.com/track?tracknum=1Z0002');
    expect(page).toContain('Name and address have expired here.');
  });

  it('shows its calls, or that they are being read, or that they cannot be read', async () => {
    const { bridge, browser } = held();
    const terminal = vi.spyOn(console, 'error').mockImplementation(() => {});
    const page = () => browser.page(`/orders/${HELD.reference}`);
    bridge.logged = null;
    expect(await page()).toContain('being read');
    bridge.logged = new Error('AccessDenied');
    expect(await page()).toContain('could not be read');
    terminal.mockRestore();
    const fields = { outcome: 'submitted' };
    bridge.logged = [{ at: '', service: 'dispatch-order', event: 'order.dispatched', fields }];
    expect(await page()).toMatch(/order\.dispatched[\s\S]*outcome=submitted/);
    const call = {
      system: 'lantern',
      operation: 'create order',
      method: 'POST',
      status: '200',
      durationMs: '12',
    };
    const url = 'https://lantern.test/orders';
    bridge.logged = [
      { at: '', service: 'dispatch-order', event: 'upstream.called', fields: { ...call, url } },
    ];
    expect(await page()).toMatch(/lantern: create order[\s\S]*200 in 12 ms[\s\S]*curl -sS -X POST/);
  });

  it('shows once a call that is kept and logged, with request, answer and a command for a shell', async () => {
    const { bridge, browser } = held();
    const url = 'https://lantern.test/v2/shipments';
    const fields = { call: 'c1', system: 'lantern', operation: 'create shipment', method: 'POST', url };
    bridge.logged = [{ at: '', service: 'dispatch-order', event: 'upstream.called', fields }];
    bridge.kept = [
      {
        id: 'c1',
        at: '2026-03-02T09:00:00.000Z',
        system: 'lantern',
        operation: 'create shipment',
        method: 'POST',
        url,
        status: 400,
        durationMs: 412,
        credentials: ['api-key'],
        fault: '',
        request: { headers: { 'content-type': 'application/json' }, body: '{"sku":"WAX-01"}', cut: 7 },
        answer: { headers: {}, body: '{"errors":[{"message":"••• has no street"}]}', cut: 0 },
      },
    ];
    const page = await browser.page(`/orders/${HELD.reference}`);
    expect(page.match(/lantern: create shipment/g)).toHaveLength(1);
    expect(page).toMatch(
      /400 in 412 ms[\s\S]*Request[\s\S]*WAX-01[\s\S]*7 more characters[\s\S]*Answer[\s\S]*has no street/,
    );
    expect(page).toContain('$LANTERN_KEY');
    expect(page).toContain('data-body="c1-answer"');
    // The request was cut, so that it is no data for a call.
    expect(page.match(/data-body="c1-request"/g)).toHaveLength(1);
  });

  it('marks a call that was refused, and not a look-up that found nothing', async () => {
    const { bridge, browser } = held();
    const side = { headers: {}, body: '', cut: 0 };
    const call = { id: 'c1', at: '2026-03-02T09:00:00.000Z', system: 'lantern', url: 'https://lantern.test' };
    const rest = { durationMs: 7, credentials: [], fault: '', request: side, answer: side };
    bridge.kept = [
      { ...call, ...rest, operation: 'create', method: 'POST', status: 404 },
      { ...call, ...rest, operation: 'find', method: 'GET', status: 404 },
    ];
    const page = await browser.page(`/orders/${HELD.reference}`);
    expect(page).toMatch(/create <span class="badge bad">404/);
    expect(page).toMatch(/find <span class="faint">404/);
  });

  it('links to its sale in DEAR and to itself at the service, where these are known', async () => {
    const { bridge, browser } = held();
    expect(await browser.page(`/orders/${HELD.reference}`)).not.toContain('Open in DEAR');
    const sent = acceptedOrder();
    bridge.add(sent);
    bridge.links = { saleUrl: 'https://dear.test/Sale#1', serviceUrl: 'https://lantern.test/orders' };
    const page = await browser.page(`/orders/${sent.reference}`);
    expect(page).toContain('<a href="https://dear.test/Sale#1" rel="noreferrer">Open in DEAR</a>');
    expect(page).toContain(
      '<a href="https://lantern.test/orders" rel="noreferrer">Find it at the service</a>',
    );
  });

  it('is not found for an unknown reference', async () => {
    expect((await held().browser.get('/orders/SO-9-9')).status).toBe(404);
  });
});

describe('an action in the console', () => {
  it('shows its consequence before it is confirmed', async () => {
    const { bridge, browser } = held();
    const page = await browser.page(`/orders/${HELD.reference}/cancel`);
    expect(page).toContain('is never sent');
    expect(bridge.done).toEqual([]);
  });

  it('is done when it is confirmed', async () => {
    const { bridge, browser } = held();
    const answer = await browser.post(`/orders/${HELD.reference}/cancel`, {});
    expect(answer.headers.get('location')).toBe(`/orders/${HELD.reference}`);
    expect(bridge.orders.get(HELD.reference)?.status).toBe('Cancelled');
  });

  it('is refused with the reason where the status does not allow it, on GET and POST', async () => {
    const { bridge, browser } = held();
    expect(await browser.page(`/orders/${HELD.reference}/retry`)).toContain('is On Hold now');
    const answer = await browser.post(`/orders/${HELD.reference}/retry`, {});
    expect(answer.status).toBe(409);
    expect(await answer.text()).toContain('cannot be changed by');
    expect(bridge.done).toEqual([]);
  });

  it('is refused where the order was changed at the same moment', async () => {
    const { bridge, browser } = held();
    bridge.act = async () => {
      throw new VersionConflict({ pk: `ORDER#${HELD.reference}`, sk: 'STATE' });
    };
    const answer = await browser.post(`/orders/${HELD.reference}/cancel`, {});
    expect(answer.status).toBe(409);
    expect(await answer.text()).toContain('It was changed at the same moment');
  });

  it('is refused where a field of the form is missing', async () => {
    const { bridge, browser } = held();
    const { version } = editForm();
    const answer = await browser.post(`/orders/${HELD.reference}/edit`, { line1: '1 New Road', version });
    expect(answer.status).toBe(400);
    expect(bridge.done).toEqual([]);
  });

  it('edit records only the changed fields, beside the address', async () => {
    const { bridge, browser } = held();
    const form = editForm();
    await browser.post(`/orders/${HELD.reference}/edit`, { ...form, phone: '+1 503 555 0101' });
    expect(bridge.orders.get(HELD.reference)?.log.at(-1)?.what).toBe(
      'Edited by Mina: phone, delivery address.',
    );
  });

  it('edit corrects an address, and ship then releases the order', async () => {
    const { bridge, browser } = held();
    await browser.post(`/orders/${HELD.reference}/edit`, { ...editForm(), postcode: '97205' });
    expect(bridge.contents.get(HELD.reference)?.shipTo.postcode).toBe('97205');
    const { version } = shownIn(await browser.page(`/orders/${HELD.reference}/ship`));
    await browser.post(`/orders/${HELD.reference}/ship`, { version });
    expect(bridge.orders.get(HELD.reference)).toMatchObject({ status: 'Queued', released: true });
  });

  it.each(['edit', 'ship'] as const)(
    '%s is refused where the order has changed since the form was shown',
    async (action) => {
      const { bridge, browser } = held();
      const shown = shownIn(await browser.page(`/orders/${HELD.reference}/${action}`));
      bridge.add(
        { ...HELD, version: HELD.version + 1 },
        content({ line1: '9 New Street', postcode: '97205' }),
      );
      const answer = await browser.post(`/orders/${HELD.reference}/${action}`, { ...editForm(), ...shown });
      expect(answer.status).toBe(409);
      expect(await answer.text()).toContain('has changed since this form was shown');
      expect(bridge.done).toEqual([]);
      expect(bridge.contents.get(HELD.reference)?.shipTo.line1).toBe('9 New Street');
    },
  );
});

describe('the other pages of the console', () => {
  it('show the reason of an ignored sale, and read it again', async () => {
    const { bridge, browser } = held();
    expect(await browser.page('/sales/sale-42')).toContain('No connection ships from its location.');
    await browser.post('/sales/sale-42/reconcile', {});
    expect(bridge.done).toEqual(['reconcile sale-42']);
  });

  it('show the history of all orders of a sale, latest first', async () => {
    const { bridge, browser } = held();
    const log = [
      { at: '2026-03-02T09:00:00.000Z', by: 'lantern', what: 'Left.', upstreamMessage: 'In one box.' },
    ];
    bridge.add(acceptedOrder(undefined, { reference: 'SO-00042-2', log }));
    const fields = { saleOrderNumber: 'SO-00042', outcome: 'ordered' };
    bridge.logged = [
      { at: '2026-03-02T09:00:01.000Z', service: 'reconcile-sale', event: 'sale.reconciled', fields },
    ];
    const page = await browser.page('/sales/sale-42');
    expect(page).toContain('outcome=ordered');
    expect(page).toMatch(/SO-00042-2 · lantern[\s\S]*Left\.[\s\S]*In one box\.[\s\S]*SO-00042-1 · DEAR/);
  });

  it('redrive only the selected parked messages', async () => {
    const { bridge, browser } = held();
    expect(await browser.page('/queues')).toContain('1 parked');
    await browser.post('/queues/fulfillment/redrive', {});
    expect(bridge.done).toEqual([]);
    await browser.post('/queues/fulfillment/redrive', { message: 'm-1' });
    expect(bridge.done).toEqual(['redrive fulfillment m-1']);
  });

  it('show how far ahead a rate budget is booked', async () => {
    expect(await held().browser.page('/jobs')).toContain('The next free slot is in 2.3 s.');
  });

  it('pause and resume a provider', async () => {
    const { bridge, browser } = held();
    await browser.post('/connections/lantern/pause', { why: ' stock count ' });
    expect(bridge.pauses).toMatchObject([{ connection: 'lantern', why: 'stock count' }]);
    expect(await browser.page('/jobs')).toMatch(/By Mina at[\s\S]*: stock count[\s\S]*Resume lantern/);
  });

  it('say of an order why its connection is paused', async () => {
    const { bridge, browser } = held();
    bridge.whyPaused = 'stock count';
    expect(await browser.page(`/orders/${HELD.reference}`)).toContain('It is paused because: stock count');
  });

  it('ask before they run a job that writes to another system, and run any other at once', async () => {
    const { bridge, browser } = held();
    bridge.runs = [
      { job: 'sweep-sales', connection: '', run: null },
      { job: 'probe', connection: '', run: null },
    ];
    const page = await browser.page('/jobs');
    expect(page).toMatch(/href="\/jobs\/run\?job=sweep-sales&amp;connection="/);
    expect(page.match(/<form method="post" action="\/jobs">/g)).toHaveLength(1);
    expect(await browser.page('/jobs/run?job=sweep-sales&connection=')).toContain(
      'It writes to the services.',
    );
    expect(bridge.done).toEqual([]);
  });

  it('follow a run that a person asked for until it ends', async () => {
    const { bridge, browser } = held();
    const answer = await browser.post('/jobs', { job: 'probe', connection: '' });
    const path = answer.headers.get('location') ?? '';
    expect(await browser.page(path)).toContain('probe is asked for, and begins as soon as');
    const startedAt = new Date(bridge.now() + 1_000).toISOString();
    const ended = { job: 'probe', connection: '', doneUntil: '', succeededAt: '', counts: {}, failure: '' };
    const run = { ...ended, startedAt };
    bridge.runs = [{ job: 'probe', connection: '', run: { ...run, outcome: 'running' } }];
    expect(await browser.page(path)).toContain('probe is running since');
    bridge.runs = [{ job: 'probe', connection: '', run: { ...run, outcome: 'finished' } }];
    expect(await browser.page(path)).toContain('probe has finished. It began at');
  });

  it('draw the differences of stock', async () => {
    const { bridge, browser } = held();
    const lot = { sku: 'MUG', batch: '', expiry: '', provider: 7, dear: 10, inFlight: 1, difference: -2 };
    bridge.reports = {
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

  it('show the webhooks and the audit', async () => {
    const { browser } = held();
    expect(await browser.page('/webhooks')).toMatch(/Sale\/Voided[\s\S]*wrong[\s\S]*it is switched off/);
    expect(await browser.page('/audit')).toMatch(/Mina[\s\S]*Released/);
  });
});

describe('a cancelled order', () => {
  it('says that nothing is due in DEAR, and how far its cancellation came', async () => {
    const { bridge, browser } = held();
    bridge.add({ ...HELD, status: 'Cancelled', hold: '', holds: [], withdrawn: true });
    const page = await browser.page(`/orders/${HELD.reference}`);
    expect(page).toContain('nothing is due: it is cancelled');
    expect(page).toContain('never sent');
  });
});

describe('the page of mappings', () => {
  it('shows what is set beside the settings, and offers the services for an order that waits', async () => {
    const { browser } = held();
    const page = await browser.page('/mappings?connection=lantern&method=Overnight');
    expect(page).toMatch(/Express[\s\S]*ups_2nd_day_air[\s\S]*ups_next_day_air[\s\S]*Leave to settings/);
    expect(page).toContain('value="Overnight"');
    expect(page).toContain('<option value="ups_ground">UPS Ground</option>');
  });

  it('lists methods that nothing maps, with their orders and the form to map each', async () => {
    const page = await held().browser.page('/mappings');
    expect(page).toMatch(/Kurier &amp; Co[\s\S]*>7<[\s\S]*>2<[\s\S]*>5</);
    expect(page).toContain('href="/mappings?connection=lantern&amp;method=Kurier+%26+Co#map"');
  });

  it('maps a name, checked unless a person says otherwise, and leaves one to the settings', async () => {
    const { bridge, browser } = held();
    const key = { connection: 'lantern', kind: 'shipping-method', name: 'Express' };
    const answer = await browser.post('/mappings', { ...key, value: 'air' });
    expect(answer.headers.get('location')).toBe('/mappings');
    await browser.post('/mappings', { ...key, value: 'air', unchecked: 'yes' });
    await browser.post('/mappings', { ...key, value: '' });
    const what = 'map lantern shipping-method Express to';
    expect(bridge.done).toEqual([`${what} 'air'`, `${what} 'air' unchecked`, `${what} ''`]);
  });

  it('is offered by an order that is held for its method', async () => {
    const { bridge, browser } = held();
    bridge.add({
      ...HELD,
      hold: 'shipping-method',
      holds: [{ kind: 'shipping-method', why: 'No service.' }],
    });
    const page = await browser.page(`/orders/${HELD.reference}`);
    expect(page).toMatch(/href="\/mappings\?connection=lantern&amp;method=[^"]*#map">\s*Map the method/);
    // A release would send it without its service.
    expect(page.match(/class="button main"/g)).toHaveLength(1);
  });
});

describe('the link at the top of the board', () => {
  it('leads to all orders with their filters, none of them chosen', async () => {
    const { browser } = held();
    expect(await browser.page('/')).toContain('<a href="/orders">All orders, with filters</a>');
    expect(await browser.page('/orders')).not.toMatch(
      /<select name="(status|waiting|reason|connection)">((?!<\/select>).)*selected/,
    );
  });
});

describe('the charts of the board', () => {
  const flow = {
    ...{ sent: 0, authorisedToSent: 0, confirmed: 0 },
    seconds: {
      made: null,
      sent: { p50: 4, p95: 90 },
      authorisedToSent: { p50: 70, p95: 99 },
      confirmed: null,
    },
  };
  const day = (date: string, made: number) => ({
    day: date,
    made,
    ...flow,
    connections: [{ connection: 'lantern', made, ...flow }],
    waiting: { hold: 2 },
    dearBookedSeconds: 0,
  });

  it('are drawn on the server, each with its figures in words', async () => {
    const { bridge, browser } = held();
    bridge.days = [day('2026-03-01', 7), day('2026-03-02', 9)];
    const page = await browser.page('/');
    expect(page).toContain(
      'aria-label="Orders made a day, 2026-03-01 to 2026-03-02: latest today 9, highest 9"',
    );
    expect(page).toContain('<title>2026-03-01: lantern 7</title>');
    expect(page).toContain('median about 4 s, 95th percentile about 90 s');
    expect(page).toMatch(
      /aria-label="From authorised to sent, [^"]* median about 70 s, 95th percentile about 99 s/,
    );
    expect(page).toMatch(/Today, by connection.*<td>median about 70 s, 95th percentile about 99 s<\/td>/s);
    expect(page).not.toContain('style=');
    expect(page).toMatch(/Calls of DEAR<\/a>: 52 of 55 in the last\s+minute, 7 in this one/);
  });

  it('are announced where nothing happened yet', async () => {
    expect(await held().browser.page('/')).toContain('The charts begin with the first order.');
  });
});

describe('the page of ignored sales', () => {
  it('shows why, for the days that a person chose', async () => {
    const { bridge, browser } = held();
    const page = await browser.page('/ignored?since=2026-02-01&until=2026-02-03');
    expect(page).toContain('No connection ships from Hull.');
    expect(bridge.done).toEqual(['ignored 2026-02-01 2026-02-03']);
    expect((await browser.get('/ignored?since=yesterday')).status).toBe(400);
  });
});
