import { describe, expect, it } from 'vitest';
import { Rejected, UnexpectedAnswer } from '../../lib/domain/errors.ts';
import { dearFulfilment, dearOrder, dearOrderLine, dearSale, SALE_ID, TASK_ID } from './samples.ts';
import { answering, getClient, sendJson, startServer } from './server.ts';

describe('readSale', () => {
  it('reads a sale with ISO countries and without its movements, in one call', async () => {
    const { server, client } = await answering(dearSale({ Fulfilments: [dearFulfilment()] }));
    const sale = await client.readSale(SALE_ID);
    expect(sale).toMatchObject({ id: SALE_ID, orderNumber: 'SO-7301', fulfilments: [{ taskId: TASK_ID }] });
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({
      method: 'GET',
      path: '/ExternalApi/v2/sale',
      query: { ID: SALE_ID, HideInventoryMovements: 'true', CountryFormat: 'Code2' },
      body: undefined,
    });
  });

  it('converts weights by the account’s weight units', async () => {
    const sale = dearSale({ Order: dearOrder({ Lines: [dearOrderLine({ WeightUnits: '' })] }) });
    const server = await startServer((_, response) => sendJson(response, sale));
    const { lines } = await getClient(server, { defaultWeightUnits: 'g' }).readSale(SALE_ID);
    expect(lines[0]?.weightGrams).toBe(1.25);
  });

  it.each([400, 404])('rejects for a sale that DEAR does not know (HTTP %d)', async (status) => {
    const { client } = await answering([{ ErrorCode: 404, Exception: 'There is no such sale' }], status);
    const error = await client.readSale(SALE_ID, 'SO-7301').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Rejected);
    expect(error).toMatchObject({
      details: {
        operation: 'read sale',
        reference: 'SO-7301',
        code: '404',
        upstreamMessage: 'There is no such sale',
      },
    });
  });

  it('names the unreadable fields without their values, and reads the rest', async () => {
    const Lines = [dearOrderLine({ Quantity: 'two' }), dearOrderLine({ Name: 17 })];
    const { client } = await answering(
      dearSale({ Order: dearOrder({ Lines }), Contact: { Name: 'Tove Lind' } }),
    );
    const { lines, contact, unreadable } = await client.readSale(SALE_ID);
    expect(unreadable).toEqual(['Contact', 'Order.Lines.0.Quantity']);
    expect(lines).toMatchObject([{ name: '17' }]);
    expect(contact).toBe('');
  });

  it.each([[null], [{}], [[]], [{ SaleList: [] }]])('does not read %j as a sale', async (body) => {
    const { client } = await answering(body);
    await expect(client.readSale(SALE_ID)).rejects.toBeInstanceOf(UnexpectedAnswer);
  });
});
