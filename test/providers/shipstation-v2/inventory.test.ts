import { describe, expect, it } from 'vitest';
import { Rejected, Throttled, Unavailable, UnexpectedAnswer } from '../../../lib/domain/errors.ts';
import { inventoryClient, inventoryReader } from '../../../lib/providers/shipstation-v2/inventory.ts';
import type { HttpAnswer } from '../../../lib/upstream/body.ts';
import { getSkus, getStock } from '../../contract/stock-contract.ts';

type Served = Partial<HttpAnswer> | object;

/** A reader on an account with an answer for each path, and the paths that it read. */
function account(answers: Record<string, Served>, warehouseId?: string) {
  const asked: string[] = [];
  const transport = {
    send: async ({ path }: { path: string }): Promise<HttpAnswer> => {
      asked.push(path);
      const answer = answers[path] ?? { status: 404, text: '' };
      const served = 'status' in answer ? answer : { status: 200, text: JSON.stringify(answer) };
      return { status: 200, contentType: 'application/json', retryAfterMs: null, text: '', ...served };
    },
    close: async () => undefined,
  };
  const client = inventoryClient(transport, 'shipstation');
  const wait = async () => undefined;
  const reader = inventoryReader({ client, system: 'shipstation', warehouseId, pageSize: 2, wait });
  return { asked, reader };
}

const level = (sku: string, onHand: number, warehouse = 'se-71') => ({
  sku,
  on_hand: onHand,
  allocated: 1,
  available: onHand - 1,
  inventory_warehouse_id: warehouse,
  inventory_location_id: 'se-81',
});
const page = (inventory: object[], total = inventory.length, href?: string) => ({
  inventory,
  total,
  page: 1,
  pages: 1,
  links: { first: {}, next: href === undefined ? {} : { href } },
});
const problem = (code: string, message: string, type = 'business_rules') =>
  JSON.stringify({ errors: [{ error_source: 'ShipStation', error_type: type, error_code: code, message }] });

describe('the stock of a ShipStation account', () => {
  it('is on hand stock, allocated included, in a row for each location', async () => {
    const { reader } = account({
      '/v2/inventory?limit=2&page_size=2': page([level('CUP', 5), level('CUP', 2)]),
    });
    expect(await getStock(reader)).toEqual([
      { sku: 'CUP', onHand: 5, batch: '', expiry: '' },
      { sku: 'CUP', onHand: 2, batch: '', expiry: '' },
    ]);
  });

  it('is read by the query of each link only, whatever host the link names', async () => {
    const { reader, asked } = account({
      '/v2/inventory?limit=2&page_size=2': page(
        [level('CUP', 5)],
        2,
        'https://elsewhere.example/v9/other?cursor=abc',
      ),
      '/v2/inventory?cursor=abc': page([level('BOWL', 3)], 2),
    });
    expect(await getStock(reader)).toHaveLength(2);
    expect(asked).toEqual(['/v2/inventory?limit=2&page_size=2', '/v2/inventory?cursor=abc']);
  });

  it('is that of one warehouse only where one is set, even if the filter was ignored', async () => {
    const { reader, asked } = account(
      {
        '/v2/inventory_warehouses/se-71': { inventory_warehouse_id: 'se-71' },
        '/v2/inventory?limit=2&page_size=2&inventory_warehouse_id=se-71': page([
          level('CUP', 5),
          level('CUP', 9, 'se-72'),
        ]),
      },
      'se-71',
    );
    expect(await getStock(reader)).toEqual([{ sku: 'CUP', onHand: 5, batch: '', expiry: '' }]);
    expect(asked).toHaveLength(2);
  });

  it.each([404, 400])(
    'is not read as empty where the configured warehouse does not exist (%i)',
    async (status) => {
      const { reader } = account(
        {
          '/v2/inventory_warehouses/se-71': { status, text: problem('invalid_identifier', 'Which one?') },
          '/v2/inventory?limit=2&page_size=2&inventory_warehouse_id=se-71': page([]),
        },
        'se-71',
      );
      await expect(getStock(reader)).rejects.toMatchObject({
        kind: 'operator',
        details: {
          operation: expect.stringContaining('inventoryWarehouseId se-71'),
          upstreamMessage: expect.stringMatching(/se-71.*inventoryWarehouseId/),
        },
      });
    },
  );

  it.each([
    ['an answer that is not JSON', 'not json'],
    ['no total', JSON.stringify({ ...page([]), total: undefined })],
  ])('is unknown after %s', async (_, body) => {
    const { reader } = account({ '/v2/inventory?limit=2&page_size=2': { status: 200, body } });
    await expect(getStock(reader)).rejects.toBeInstanceOf(UnexpectedAnswer);
  });

  it.each([
    [401, 'subscription_inactive'],
    [403, 'subscription_inactive'],
    [403, 'forbidden'],
    [400, 'invalid_billing_plan'],
    [403, ''],
  ])('is NotInPlan after %i %s', async (status, code) => {
    const { reader } = account({
      '/v2/inventory?limit=2&page_size=2': { status, text: problem(code, 'Upgrade first.') },
    });
    await expect(getStock(reader)).rejects.toMatchObject({
      name: 'NotInPlan',
      details: {
        status,
        upstreamMessage: expect.stringMatching(/plan has no Inventory API.*Upgrade first\./),
      },
    });
  });

  it('is not NotInPlan where the API key is refused', async () => {
    const body = problem('unauthorized', 'The key is unknown.', 'security');
    const { reader } = account({ '/v2/inventory?limit=2&page_size=2': { status: 401, text: body } });
    await expect(getStock(reader)).rejects.toMatchObject({
      kind: 'operator',
      details: { upstreamMessage: 'The key is unknown.' },
    });
  });

  it.each([
    [429, Throttled],
    [500, Unavailable],
    [422, Rejected],
  ])('fails on %i like every other read, and is not NotInPlan', async (status, kind) => {
    const answer = { status, text: problem('unspecified', 'No.') };
    const { reader } = account({ '/v2/inventory?limit=2&page_size=2': answer });
    await expect(getStock(reader)).rejects.toMatchObject({ name: kind.name });
    const looking = account({ '/v2/inventory_warehouses/se-71': answer }, 'se-71');
    await expect(getStock(looking.reader)).rejects.toMatchObject({ name: kind.name });
  });
});

describe('a list of stock in an undocumented form', () => {
  const first = '/v2/inventory?limit=2&page_size=2';

  it.each([null, 'many', undefined, {}])(
    'has no figure for a row with %j, and all other figures',
    async (on_hand) => {
      const { reader } = account({ [first]: page([{ ...level('CUP', 1), on_hand }, level('BOWL', -3)]) });
      expect(await getStock(reader)).toMatchObject([
        { sku: 'CUP', onHand: null },
        { sku: 'BOWL', onHand: -3 },
      ]);
    },
  );

  it('has no figure for a row without a warehouse where one is set', async () => {
    const { reader } = account(
      {
        '/v2/inventory_warehouses/se-71': { inventory_warehouse_id: 'se-71' },
        [`${first}&inventory_warehouse_id=se-71`]: page([
          { ...level('CUP', 1), inventory_warehouse_id: null },
        ]),
      },
      'se-71',
    );
    expect(await getStock(reader)).toMatchObject([{ sku: 'CUP', onHand: null }]);
  });

  it('is read to its end where its total is below zero', async () => {
    const second = `${first}&page=2`;
    const { reader, asked } = account({
      [first]: page([level('CUP', 1), level('BOWL', 2)], -1, 'https://api.example/v2/inventory?page=2'),
      [second]: page([level('LAMP', 2)], -1),
    });
    expect(await getStock(reader)).toHaveLength(3);
    expect(asked).toEqual([first, second]);
  });

  it('is paged by its counts where it has no links', async () => {
    const counted = (rows: object[], number: number) => ({
      inventory: rows,
      total: 3,
      page: number,
      pages: 2,
    });
    const { reader } = account({
      [first]: counted([level('CUP', 1), level('BOWL', 2)], 1),
      [`${first}&page=2`]: counted([level('LAMP', 2)], 2),
    });
    expect(await getStock(reader)).toHaveLength(3);
  });
});

describe('the catalogue of a ShipStation account', () => {
  const product = (sku: string | null) => ({ product_id: 1, sku, name: 'A cup', active: true });
  const products = (rows: object[], number: number) => ({ products: rows, total: 3, page: number, pages: 2 });

  it('is its list of products, which needs no Inventory add-on', async () => {
    const { reader, asked } = account({
      '/v2/products?page_size=2&page=1': products([product('CUP'), product(null)], 1),
      '/v2/products?page_size=2&page=2': products([product('BOWL')], 2),
    });
    expect(await getSkus(reader)).toEqual(new Set(['CUP', 'BOWL']));
    expect(asked).toHaveLength(2);
  });

  it('is every SKU of its stock, in any warehouse, where the account lists no products', async () => {
    const { reader } = account(
      {
        '/v2/products?page_size=2&page=1': { status: 404, text: problem('not_found', 'There is none.') },
        '/v2/inventory?limit=2&page_size=2': page([level('CUP', 5), level('BOWL', 0, 'se-72')]),
      },
      'se-71',
    );
    expect(await getSkus(reader)).toEqual(new Set(['CUP', 'BOWL']));
  });

  it('fails where a gateway answers 404', async () => {
    const { reader } = account({
      '/v2/products?page_size=2&page=1': { status: 404, text: '<html>Not here</html>' },
      '/v2/inventory?limit=2&page_size=2': page([level('CUP', 5)]),
    });
    await expect(getSkus(reader)).rejects.toBeInstanceOf(UnexpectedAnswer);
  });
});
