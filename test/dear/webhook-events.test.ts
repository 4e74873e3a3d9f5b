import { inForm, WEBHOOK_FORMS } from 'dear-sandbox/dear';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWebhook as readBody, SALE_EVENTS } from '../../lib/dear/webhook-events.ts';

const SALE = '3B9E5D70-62C1-4A8F-9E04-D71B2C86F5A3';
const TASK = 'C05F8A12-7E46-4B93-A1D8-2F60B97E34C1';
const PERSON = {
  CustomerName: 'Fjord Lighting',
  CustomerContactName: 'Tove Lind',
  CustomerContactEmail: 'tove@fjord.example',
};
const TRACKING = 'Sale/ShipmentTrackingNumberChanged';

const bySale = { SaleID: SALE, SaleOrderNumber: 'SO-7301' };
const byTask = { SaleTaskID: TASK, TenantID: SALE, OrderNumber: 'SO-7301' };
const sale = { saleId: SALE.toLowerCase(), saleTaskId: '', saleOrderNumber: 'SO-7301', trackingNumbers: [] };
const task = { saleId: '', saleTaskId: TASK.toLowerCase(), saleOrderNumber: 'SO-7301', trackingNumbers: [] };
const unnumbered = { ...sale, saleOrderNumber: '' };

const readWebhook = (body: unknown) => readBody(JSON.stringify(body) ?? '');

describe('readWebhook', () => {
  it.each([
    ['Sale/Created', { ...bySale, SaleOrderDate: '2026-05-11', TaskTypeSign: '0' }, sale],
    ['Sale/QuoteAuthorised', bySale, sale],
    ['Sale/OrderAuthorised', bySale, sale],
    ['Sale/Voided', bySale, sale],
    ['Sale/Backordered', bySale, sale],
    ['Sale/ShipmentAuthorised', byTask, task],
    ['Sale/InvoiceAuthorised', { ...byTask, InvoiceNumber: 'INV-5' }, task],
    ['Sale/PickAuthorised', { ...bySale, TaskID: TASK }, sale],
    ['Sale/PackAuthorised', { ...bySale, TaskID: TASK }, sale],
    ['Sale/CreditNoteAuthorised', { ...bySale, CreditNoteNumber: 'CR-1', TaskID: TASK }, sale],
    ['Sale/Undo', bySale, sale],
    [
      'Sale/PartialPaymentReceived',
      { SaleID: SALE, DocumentNumber: 'INV-5', AmountPercent: '40' },
      unnumbered,
    ],
    ['Sale/FullPaymentReceived', { SaleID: SALE, DocumentNumber: 'INV-5' }, unnumbered],
    ['Sale/AttachmentAdded', { ...bySale, FileName: 'label.pdf' }, sale],
    ['Sale/AdditionalAttributesChanged', { ...bySale, Changes: { Field: 'Gift' } }, sale],
    [TRACKING, { ...bySale, TaskID: TASK, Shipments: [] }, sale],
  ])('reads %s', (type, payload, identity) => {
    const reading = readWebhook({ ...payload, ...PERSON, EventType: type });
    expect(reading).toEqual({ kind: 'sales', isSalvaged: false, events: [{ type, ...identity }] });
  });

  it.each([
    ['forms within each other', 'a='.repeat(50_000)],
    ['lists within each other', '['.repeat(50_000)],
    ['lists that are closed', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
  ])('does not follow %s to their end', (_, body) => {
    expect(readBody(body)).toMatchObject({ kind: 'unreadable' });
  });

  it('knows sixteen sale events', () => {
    expect(SALE_EVENTS).toHaveLength(16);
  });

  it('keeps no personal data of any event', () => {
    for (const type of SALE_EVENTS) {
      const shipments = [
        { TrackingNumber: 'TRK1', Carrier: 'Tove’s bike', TrackingUrl: 'https://tove.example' },
      ];
      const reading = readWebhook({ ...bySale, ...PERSON, Shipments: shipments, EventType: type });
      expect(JSON.stringify(reading)).not.toMatch(/tove|fjord/i);
    }
  });

  it('reads a shipment event in the common form', () => {
    const reading = readWebhook({ ...bySale, EventType: 'Sale/ShipmentAuthorised' });
    expect(reading).toMatchObject({ kind: 'sales', events: [sale] });
  });

  it('reads the new tracking numbers, and splits several of one parcel', () => {
    const Shipments = [
      { TrackingNumber: 'TRK1, TRK2' },
      { TrackingNumber: null },
      'odd',
      { TrackingNumber: 'TRK3' },
    ];
    expect(readWebhook({ ...bySale, EventType: TRACKING, Shipments })).toMatchObject({
      events: [{ ...sale, trackingNumbers: ['TRK1', 'TRK2', 'TRK3'] }],
    });
    expect(readWebhook({ ...bySale, EventType: TRACKING, Shipments: null })).toMatchObject({
      events: [{ trackingNumbers: [] }],
    });
  });

  it.each([
    ['nothing', {}],
    ['empty names', { SaleID: '', SaleOrderNumber: '', OrderNumber: null }],
    ['the zero id', { SaleID: '00000000-0000-0000-0000-000000000000' }],
    ['an id that is none', { SaleID: 'DROP TABLE' }],
    ['an object for an id', { SaleID: { a: 1 } }],
    ['an order number beyond DEAR’s length', { SaleOrderNumber: 'x'.repeat(257) }],
  ])('reports a sale event with %s as unreadable, with its type', (_, payload) => {
    const reading = readWebhook({ ...payload, ...PERSON, EventType: 'Sale/Voided' });
    expect(reading).toEqual({ kind: 'unreadable', why: 'Sale/Voided names no sale' });
  });

  it('finds the sale by its number when its id is invalid', () => {
    const reading = readWebhook({ SaleID: 'odd', SaleOrderNumber: 'SO-7301', EventType: 'Sale/Undo' });
    expect(reading).toMatchObject({ events: [{ saleId: '', saleOrderNumber: 'SO-7301' }] });
  });

  it.each([
    [{ EventType: 'Product/Updated', NumberOfProducts: 1 }, 'Product/Updated'],
    [{ EventType: 'Purchase/OrderAuthorised', OrderNumber: 'PO-1' }, 'Purchase/OrderAuthorised'],
    [[{ SKU: 'LAMP-OAK', OnHand: 4, Available: 3 }], 'Stock/AvailableStockLevelChanged'],
    [[{ TaskID: TASK, DueDate: '08/06/2026', AssingedTo: 'tove@fjord.example' }], 'Task/Overdue'],
    [[], 'unknown'],
  ])('reads %j as an event of type %s, which is no sale’s', (body, type) => {
    expect(readWebhook(body)).toEqual({ kind: 'unknown', type });
  });

  it.each([
    [{ EventType: 'Sale/SomethingNew', ...bySale }],
    [{ EventType: 'Tove Lind\n', ...bySale }],
    [{ EventType: 5, ...bySale }],
    [bySale],
  ])('reads the sale of %j although its type is unknown', (body) => {
    expect(readWebhook(body)).toMatchObject({ kind: 'sales', events: [{ ...sale, type: 'webhook' }] });
  });

  it.each([
    [{ EventType: 'Tove Lind\n' }],
    [{ EventType: 'constructor' }],
    [{}],
    [['odd']],
    [null],
    ['text'],
    [7],
    [true],
    [undefined],
  ])('reports %j as unreadable without quoting it', (body) => {
    const reading = readWebhook(body);
    expect(reading).toMatchObject({ kind: 'unreadable' });
    expect(JSON.stringify(reading)).not.toMatch(/tove|constructor/i);
  });

  it('reads several events of one body, each once', () => {
    const other = { SaleID: TASK, SaleOrderNumber: 'SO-7302' };
    const events = [bySale, other, bySale].map((one) => ({ ...one, EventType: 'Sale/Voided' }));
    for (const body of [events, { Events: events }, { data: { events } }]) {
      expect(readWebhook(body)).toMatchObject({
        kind: 'sales',
        events: [sale, { saleId: TASK.toLowerCase(), saleOrderNumber: 'SO-7302' }],
      });
    }
  });

  it('reports a body of more than fifty sales as unreadable, for the sweep', () => {
    const events = Array.from({ length: 51 }, (_, index) => ({ SaleOrderNumber: `SO-${index}` }));
    expect(readWebhook(events)).toMatchObject({ kind: 'unreadable' });
  });

  describe.each(WEBHOOK_FORMS.filter((form) => form !== 'empty'))('of a body that is sent as %s', (form) => {
    it.each(SALE_EVENTS)('reads %s and its sale', (type) => {
      for (const names of [bySale, byTask]) {
        const body = JSON.stringify({ ...names, ...PERSON, TaskTypeSign: 0, EventType: type });
        const reading = readBody(inForm(body, form).text);
        const { saleId, saleTaskId } = names === bySale ? sale : task;
        expect(reading).toMatchObject({ kind: 'sales', events: [{ type, saleId, saleTaskId }] });
        expect(JSON.stringify(reading)).toMatch(/7301/);
        expect(JSON.stringify(reading)).not.toMatch(/tove|fjord/i);
      }
    });
  });

  it.each([
    ['cut short', `{"SaleID":"${SALE}","SaleOrderNumber":"SO-7301","EventType":"Sale/Und`],
    ['with an unescaped quote', `{"SaleID":"${SALE}","CustomerName":"Bo "the" Man","EventType":"Sale/Undo"}`],
    ['with two commas', `{"SaleID":"${SALE}",,"EventType":"Sale/Undo"}`],
    ['in single quotes', `{'SaleID':'${SALE}','EventType':'Sale/Undo'}`],
    ['without quotes', `{SaleID: ${SALE}, EventType: Sale/Undo}`],
    ['as JSON in a text of JSON', JSON.stringify(JSON.stringify({ SaleID: SALE, EventType: 'Sale/Undo' }))],
    ['as JSON in a form', `payload=${encodeURIComponent(`{"SaleID":"${SALE}","EventType":"Sale/Undo"}`)}`],
    ['in UTF-16', [...`{"SaleID":"${SALE}","EventType":"Sale/Undo"}`].join('\0')],
    ['with braces around the id', `{"SaleID":"{${SALE}}","EventType":"Sale/Undo",}`],
  ])('finds the sale in a body %s', (_, text) => {
    expect(readBody(text)).toMatchObject({ kind: 'sales', events: [{ saleId: SALE.toLowerCase() }] });
  });

  it('finds the sale, or nothing, in a valid body with any character removed', () => {
    const body = JSON.stringify({ ...bySale, ...PERSON, EventType: 'Sale/Undo' });
    for (let at = 0; at < body.length; at += 1) {
      const reading = readBody(body.slice(0, at) + body.slice(at + 1));
      const found = reading.kind === 'sales' ? reading.events : [];
      expect(found.some(({ saleId, saleOrderNumber }) => saleId !== '' || saleOrderNumber !== '')).toBe(true);
      expect(JSON.stringify(reading)).not.toMatch(/tove|fjord/i);
    }
  });

  it('never throws for any JSON', () => {
    const keys = fc.constantFrom(
      'EventType',
      'SaleID',
      'SaleTaskID',
      'SaleOrderNumber',
      'Shipments',
      'other',
    );
    const values = fc.oneof(fc.constantFrom(...SALE_EVENTS), fc.jsonValue());
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.dictionary(keys, values)), (body) => {
        expect(['sales', 'unknown', 'unreadable']).toContain(readWebhook(body).kind);
      }),
    );
  });

  it('never throws for any text, and is fast', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string().map((one) => `SaleID=${one}`),
    );
    fc.assert(fc.property(texts, (text) => void readBody(text)));
    const began = process.cpuUsage();
    for (const piece of ['"SaleID":"', 'SaleID=', '{"a":', '[', '\\"', 'EventType'])
      readBody(piece.repeat(100_000));
    expect(process.cpuUsage(began).user).toBeLessThan(5_000_000);
  });
});
