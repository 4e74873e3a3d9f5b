import { NotInPlan } from '../../domain/errors.ts';
import type { Access, Finding, SetUpSpec } from '../provider-set-up.ts';
import { cartRoverClient } from './client.ts';
import { CARTROVER_URL, type CartRoverSecret, type CartRoverSettings } from './settings.ts';
import { getWarehouses } from './stock.ts';
import { cartRoverTransport } from './transport.ts';

type SetUpAccess = Access<Partial<CartRoverSettings>, CartRoverSecret>;

/** Enough SKUs to meet each warehouse. */
const PAGE_SIZE = 100;

export const cartRoverSetUp: SetUpSpec<CartRoverSettings, CartRoverSecret> = {
  async verify(access) {
    const { orders, warehouses } = await look(access);
    const names = warehouses ?? [];
    const places = names.length === 0 ? '' : `, and stock in ${names.join(', ')}`;
    return {
      found: `its cart has ${orders} unshipped orders${places}`,
      choices: names.length === 0 ? {} : { warehouse: names.map((value) => ({ value, title: value })) },
      accountMarks: [],
    };
  },
  check: async (access) => [checkWarehouse(access, (await look(access)).warehouses)],
  openWebhooks: null,
};

/** One call with the keys of the cart, and one for stock. @returns `warehouses` null where the keys may not read stock */
async function look({ system, settings, secret, now }: SetUpAccess) {
  const baseUrl = settings.baseUrl ?? CARTROVER_URL;
  const open = (user: string, key: string) => cartRoverTransport({ baseUrl, keys: { user, key }, now });
  const cart = open(secret.apiUser, secret.apiKey);
  const merchant = secret.merchantUser ? open(secret.merchantUser, secret.merchantKey ?? '') : cart;
  const client = cartRoverClient(cart, merchant, system);
  try {
    const { rows, total } = await client.orders('new_or_at_wms', { page: 1, limit: PAGE_SIZE });
    const stock = await client.stock({ page: 1, limit: PAGE_SIZE }).catch((error: unknown) => {
      if (error instanceof NotInPlan) return null;
      throw error;
    });
    const warehouses = stock === null ? null : [...new Set(stock.rows.flatMap(getWarehouses))];
    return { orders: total ?? rows.length, warehouses };
  } finally {
    await cart.close();
    await merchant.close();
  }
}

function checkWarehouse({ settings }: SetUpAccess, warehouses: readonly string[] | null): Finding {
  const name = 'CartRover warehouse';
  if (warehouses === null) {
    const next =
      "Add merchantUser and merchantKey to the connection's secret, or set inventory.every to off.";
    return { name, ok: false, found: 'the keys of the cart may not read stock', next };
  }
  const { warehouse = '' } = settings;
  if (warehouses.length === 0 || warehouses.includes(warehouse))
    return {
      name,
      ok: true,
      found: warehouses.length === 0 ? 'its stock is not divided' : warehouse,
      next: '',
    };
  const next = `Set warehouse to one of: ${warehouses.join(', ')}`;
  return { name, ok: false, found: `there is no stock in ${warehouse}`, next };
}
