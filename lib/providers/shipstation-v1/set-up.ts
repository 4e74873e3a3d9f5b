import * as z from 'zod';
import type { Clock } from '../../domain/clock.ts';
import type { Attempt } from '../../upstream/attempt.ts';
import type { Transport } from '../../upstream/transport.ts';
import type { Access, Choice, Finding, SetUpSpec, ShippingCodes } from '../provider-set-up.ts';
import { stores, warehouses } from './schemas.ts';
import { SHIPSTATION_V1_URL, type ShipStationV1Secret, type ShipStationV1Settings } from './settings.ts';
import { shipStationV1Transport } from './transport.ts';
import { shipStationV1Webhooks } from './webhook-subscriptions.ts';

type OwnAccess = Access<Partial<ShipStationV1Settings>, ShipStationV1Secret>;

export const shipStationV1SetUp: SetUpSpec<ShipStationV1Settings, ShipStationV1Secret> = {
  async verify(access) {
    const found = await readStores(access);
    return {
      found: `its account has ${found.length} stores`,
      choices: {
        storeId: found
          .filter(isManual)
          .map(({ storeId, storeName }) => ({ value: String(storeId), title: storeName })),
      },
      accountMarks: found.map(({ storeId }) => `${getUrl(access)} ${storeId}`),
    };
  },
  async check(access) {
    const { settings } = access;
    const findings =
      settings.storeId === undefined ? [] : [checkStore(await readStores(access), settings.storeId)];
    if (settings.warehouseId === undefined) return findings;
    return [...findings, await checkWarehouse(access, settings.warehouseId)];
  },
  listShipping: (access) => withTransport(access, (transport) => listShipping(transport, access.system)),
  openWebhooks: (access) =>
    shipStationV1Webhooks({ transport: openTransport(access), system: access.system, secret: access.secret }),
};

type Store = Awaited<ReturnType<typeof readStores>>[number];

function readStores(access: OwnAccess) {
  return withTransport(access, (transport) =>
    transport.read({ method: 'GET', path: '/stores' }, stores, getAttempt(access.system, 'list stores')),
  );
}

function checkStore(found: readonly Store[], storeId: number): Finding {
  const name = 'store';
  const store = found.find((one) => one.storeId === storeId);
  if (store === undefined) {
    return {
      name,
      ok: false,
      found: `ShipStation has no store ${storeId}`,
      next: `Set storeId to one of ${found.map((one) => `${one.storeId} (${one.storeName})`).join(', ')}.`,
    };
  }
  const title = `orders go to the store ${store.storeName}`;
  if (!store.active)
    return { name, ok: false, found: `${title}, which is inactive`, next: 'Activate it in ShipStation.' };
  if (isManual(store)) return { name, ok: true, found: title, next: '' };
  return {
    name,
    ok: false,
    found: `${title}, which belongs to a marketplace`,
    next: 'Create a manual store in ShipStation for the bridge and set storeId to it.',
  };
}

/** A marketplace's own orders are in the other stores. */
function isManual({ marketplaceId }: Pick<Store, 'marketplaceId'>): boolean {
  return (marketplaceId ?? 0) === 0;
}

async function checkWarehouse(access: OwnAccess, warehouseId: number): Promise<Finding> {
  const attempt = getAttempt(access.system, 'list warehouses');
  const found = await withTransport(access, (transport) =>
    transport.read({ method: 'GET', path: '/warehouses' }, warehouses, attempt),
  );
  const warehouse = found.find((one) => one.warehouseId === warehouseId);
  const name = 'ship-from location';
  if (warehouse !== undefined)
    return { name, ok: true, found: `orders leave from ${warehouse.warehouseName}`, next: '' };
  return {
    name,
    ok: false,
    found: `ShipStation has no ship-from location ${warehouseId}`,
    next: `Set warehouseId to one of ${found.map((one) => `${one.warehouseId} (${one.warehouseName})`).join(', ')}.`,
  };
}

/** One call for the carriers, and one for the services of each. */
async function listShipping(transport: Transport, system: string): Promise<ShippingCodes> {
  const attempt = getAttempt(system, 'list carriers');
  const carriers = await transport.read({ method: 'GET', path: '/carriers' }, codes, attempt);
  const services: Choice[] = [];
  for (const { code } of carriers) {
    const path = `/carriers/listservices?carrierCode=${encodeURIComponent(code)}`;
    const listed = await transport.read({ method: 'GET', path }, codes, getAttempt(system, 'list services'));
    services.push(...listed.map(toChoice));
  }
  return { services, carriers: carriers.map(toChoice) };
}

const codes = z.array(z.looseObject({ code: z.string(), name: z.string() }));

function toChoice({ code, name }: z.infer<typeof codes>[number]): Choice {
  return { value: code, title: name };
}

function getAttempt(system: string, operation: string): Attempt {
  return { system, operation, writes: false };
}

function getUrl({ settings }: Pick<OwnAccess, 'settings'>): string {
  return settings.baseUrl ?? SHIPSTATION_V1_URL;
}

function openTransport(access: OwnAccess): Transport {
  const { secret, now }: { secret: ShipStationV1Secret; now: Clock } = access;
  return shipStationV1Transport({ baseUrl: getUrl(access), secret, now });
}

async function withTransport<Result>(
  access: OwnAccess,
  work: (transport: Transport) => Promise<Result>,
): Promise<Result> {
  const transport = openTransport(access);
  try {
    return await work(transport);
  } finally {
    await transport.close();
  }
}
