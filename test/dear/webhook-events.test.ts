import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWebhook, SALE_EVENTS } from '../../lib/dear/webhook-events.ts';

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
    expect(reading).toEqual({ kind: 'sale', event: { type, ...identity } });
  });

  it('knows sixteen sale events', () => {
    expect(Object.keys(SALE_EVENTS)).toHaveLength(16);
  });

  it('takes nothing personal from any of them', () => {
    for (const type of Object.keys(SALE_EVENTS)) {
      const shipments = [
        { TrackingNumber: 'TRK1', Carrier: 'Tove’s bike', TrackingUrl: 'https://tove.example' },
      ];
      const reading = readWebhook({ ...bySale, ...PERSON, Shipments: shipments, EventType: type });
      expect(JSON.stringify(reading)).not.toMatch(/tove|fjord/i);
    }
  });

  it('reads a shipment event that names its sale like all others', () => {
    const reading = readWebhook({ ...bySale, EventType: 'Sale/ShipmentAuthorised' });
    expect(reading).toMatchObject({ kind: 'sale', event: sale });
  });

  it('takes the new tracking numbers, several of one parcel apart', () => {
    const Shipments = [
      { TrackingNumber: 'TRK1, TRK2' },
      { TrackingNumber: null },
      'odd',
      { TrackingNumber: 'TRK3' },
    ];
    expect(readWebhook({ ...bySale, EventType: TRACKING, Shipments })).toMatchObject({
      event: { ...sale, trackingNumbers: ['TRK1', 'TRK2', 'TRK3'] },
    });
    expect(readWebhook({ ...bySale, EventType: TRACKING, Shipments: null })).toMatchObject({
      event: { trackingNumbers: [] },
    });
  });

  it.each([
    ['nothing', {}],
    ['empty names', { SaleID: '', SaleOrderNumber: '', OrderNumber: null }],
    ['the zero id', { SaleID: '00000000-0000-0000-0000-000000000000' }],
    ['an id that is none', { SaleID: 'DROP TABLE' }],
    ['an object for an id', { SaleID: { a: 1 } }],
    ['an order number beyond DEAR’s length', { SaleOrderNumber: 'x'.repeat(257) }],
  ])('calls a sale event with %s invalid, and says which', (_, payload) => {
    const reading = readWebhook({ ...payload, ...PERSON, EventType: 'Sale/Voided' });
    expect(reading).toEqual({ kind: 'invalid', why: 'Sale/Voided names no sale' });
  });

  it('still finds the sale by its number when its id is none', () => {
    const reading = readWebhook({ SaleID: 'odd', SaleOrderNumber: 'SO-7301', EventType: 'Sale/Undo' });
    expect(reading).toMatchObject({ kind: 'sale', event: { saleId: '', saleOrderNumber: 'SO-7301' } });
  });

  it.each([
    [{ EventType: 'Product/Updated', NumberOfProducts: 1 }, 'Product/Updated'],
    [{ EventType: 'Sale/SomethingNew', ...bySale }, 'Sale/SomethingNew'],
    [{ EventType: 'Tove Lind\n' }, 'unknown'],
    [{ EventType: 'constructor' }, 'unknown'],
    [{ EventType: 5 }, 'unknown'],
    [{}, 'unknown'],
    [[{ SKU: 'LAMP-OAK', OnHand: 4, Available: 3 }], 'Stock/AvailableStockLevelChanged'],
    [[{ TaskID: TASK, DueDate: '08/06/2026', AssingedTo: 'tove@fjord.example' }], 'Task/Overdue'],
    [[], 'unknown'],
    [['odd'], 'unknown'],
  ])('leaves %j alone as %s', (body, type) => {
    expect(readWebhook(body)).toEqual({ kind: 'unknown', type });
  });

  it.each([[null], [undefined], ['text'], [7], [true]])('calls %j invalid', (body) => {
    expect(readWebhook(body)).toEqual({ kind: 'invalid', why: 'the body is not a JSON object or array' });
  });

  it('never throws', () => {
    const keys = fc.constantFrom(
      'EventType',
      'SaleID',
      'SaleTaskID',
      'SaleOrderNumber',
      'Shipments',
      'other',
    );
    const values = fc.oneof(fc.constantFrom(...Object.keys(SALE_EVENTS)), fc.jsonValue());
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.dictionary(keys, values)), (body) => {
        expect(['sale', 'unknown', 'invalid']).toContain(readWebhook(body).kind);
      }),
    );
  });
});
