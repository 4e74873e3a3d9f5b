import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { IncomingMessage } from 'node:http';
import type { Staff } from 'dear-sandbox/kit';
import { loadProviderSandbox } from '../../local/sandboxes.ts';
import { ACCOUNTS, HOUR, MINUTE, startVirtualSystem, type VirtualSystem } from '../flow/virtual-system.ts';
import type { Metrics } from './bench.ts';

/**
 * The providers that the bridge calls by HTTP. ShipStation's store fetches its orders and is never called, and the provider of
 * files exchanges files: neither has calls to count.
 */
const PROVIDERS = ['shipstation-v2', 'shipstation-v1', 'cartrover', 'extensiv', 'http'] as const;
type ProviderId = (typeof PROVIDERS)[number];

const LOCATION = 'ShipStation Reno';
const [MUG, LAMP] = ['TRL-MUG-350', 'TRL-LAMP-HD'] as const;
const SECRET = {
  apiKey: ACCOUNTS.apiKey,
  apiUser: 'bench',
  apiSecret: 'bench-secret',
  clientId: 'bench-client',
  clientSecret: 'bench-secret',
  userLogin: 'bench-user',
  signingSecret: 'bench-signing-secret-of-32-characters',
  token: 'bench-token-of-more-than-32-characters',
};

interface Scene {
  readonly system: VirtualSystem;
  readonly staff: Staff;
  readonly number: string;
}

interface Story {
  /** What the service's staff must be able to do. */
  readonly action?: keyof Staff;
  readonly hours?: number;
  readonly settings?: object;
  /** Before the sale is authorised. */
  readonly prepare?: (system: VirtualSystem) => Promise<void>;
  /** What happens once the service has the order. */
  readonly play: (scene: Scene) => Promise<void>;
}

const STORIES: Readonly<Record<string, Story>> = {
  shipped: {
    play: async (scene) => {
      await ship(scene);
    },
  },
  'two packages': {
    action: 'split',
    play: async (scene) => {
      const id = await orderId(scene);
      for (const part of (await scene.staff.split?.(id, 1)) ?? []) await scene.staff.ship(part);
    },
  },
  'label voided and bought anew': {
    action: 'voidParcel',
    play: async (scene) => {
      await scene.staff.voidParcel?.(await ship(scene));
      await ship(scene);
    },
  },
  cancelled: { play: ({ system, number }) => system.dear.click(number, 'void') },
  'edited before it leaves': {
    play: async (scene) => {
      const { system, number } = scene;
      await system.dear.click(number, 'undo');
      await system.dear.edit(number, { lines: [{ sku: MUG, quantity: 3 }] });
      await system.dear.click(number, 'authorise');
      await system.advance(10 * MINUTE);
      await ship(scene, 2);
    },
  },
  'the rest after a backorder': {
    hours: 5,
    settings: { backorders: 'ship-available' },
    prepare: (system) => system.dear.setStock(LAMP, LOCATION, 0),
    play: async (scene) => {
      await ship(scene);
      await scene.system.dear.setStock(LAMP, LOCATION, 5);
      await scene.system.advance(4.2 * HOUR);
      await ship(scene, 2);
    },
  },
};
const HOURS = 2;

/**
 * Calls of DEAR and of the service for one sale in each story, as the sandboxes were called by the real workflows on a virtual
 * clock, beyond those of the same hours without a sale; and those of an hour without a sale. The floor of a simple sale is four
 * calls of DEAR, its reading, pick, pack and ship, and one of the service, its creation.
 */
export async function calls(): Promise<Metrics> {
  const metrics: Record<string, number> = {};
  for (const provider of PROVIDERS) {
    const idle = new Map<number, Found>();
    for (const hours of [HOURS, 5]) idle.set(hours, await count(provider, hours, null));
    const still = idle.get(HOURS) ?? NONE;
    metrics[`${provider}, an hour without a sale: DEAR`] = rounded(still.dear / HOURS);
    metrics[`${provider}, an hour without a sale: service`] = rounded(still.service / HOURS);
    for (const [name, story] of Object.entries(STORIES)) {
      const hours = story.hours ?? HOURS;
      const found = await count(provider, hours, story);
      const { dear, service } = idle.get(hours) ?? NONE;
      if (!found.isPlayed) continue;
      metrics[`${provider}, ${name}: DEAR`] = found.dear - dear;
      metrics[`${provider}, ${name}: service`] = found.service - service;
    }
  }
  return metrics;
}

interface Found {
  readonly dear: number;
  readonly service: number;
  /** The service's staff can do it. */
  readonly isPlayed: boolean;
}
const NONE: Found = { dear: 0, service: 0, isPlayed: false };

/** Calls within so many hours from the start on. @param story null: there is no sale */
async function count(provider: ProviderId, hours: number, story: Story | null): Promise<Found> {
  const sandbox = await loadProviderSandbox(provider);
  const [own] = sandbox.connectionSettings;
  const off = { inventory: { every: 'off' } };
  // The virtual system takes no messages of a warehouse.
  const listed = provider === 'http' ? { shipments: 'listed' } : {};
  const connection = {
    ...off,
    ...own,
    ...listed,
    ...story?.settings,
    id: 'bench',
    provider,
    location: LOCATION,
  };
  const system = await startVirtualSystem({
    connection: off,
    beside: { sandbox, secret: SECRET, connection },
  });
  const service = countRequests(new URL(String(Object(system.settings.connections.at(-1)).baseUrl)).host);
  await warmUp(system);
  const [before, servedBefore] = [system.dearCalls().length, service.count()];
  const end = system.now() + hours * HOUR;
  try {
    const staff = system.getStaff();
    if (story?.action !== undefined && staff[story.action] === undefined) return NONE;
    if (story !== null) await tell(story, system, staff);
    await system.advance(end - system.now());
    if (story !== null && system.deadLetters() > 0) throw new Error(`${provider}: a message was parked`);
    return {
      dear: system.dearCalls().length - before,
      service: service.count() - servedBefore,
      isPlayed: true,
    };
  } finally {
    service.stop();
    await system.stop();
  }
}

const SALE = {
  location: LOCATION,
  carrier: 'UPS Ground',
  lines: [MUG, LAMP].map((sku) => ({ sku, quantity: 1 })),
};

/** An earlier sale, so that the products are known: each costs DEAR one call, once. */
async function warmUp(system: VirtualSystem): Promise<void> {
  const { number } = await system.dear.authoriseSale(SALE);
  await system.advance(5 * MINUTE);
  await system.dear.click(number, 'void');
  await system.advance(40 * MINUTE);
}

async function tell(story: Story, system: VirtualSystem, staff: Staff): Promise<void> {
  await story.prepare?.(system);
  const { number } = await system.dear.authoriseSale(SALE);
  await system.advance(10 * MINUTE);
  await story.play({ system, staff, number });
}

async function orderId({ staff, number }: Scene, serial = 1): Promise<string> {
  const orders = await staff.ordersFor(`${number}-${serial}`);
  const [order] = orders.length === 0 ? await staff.ordersFor(`${number}-1`) : orders;
  if (order === undefined) throw new Error(`The service has no order of ${number}`);
  return order.id;
}

async function ship(scene: Scene, serial = 1): Promise<string> {
  const tracking = await scene.staff.ship(await orderId(scene, serial));
  await scene.system.advance(20 * MINUTE);
  return tracking;
}

/** Requests that a server of this process receives at its API, and not at its screens. */
function countRequests(host: string) {
  let requests = 0;
  const note = (message: unknown) => {
    const { request } = Object(message);
    if (!(request instanceof IncomingMessage) || request.headers.host !== host) return;
    if (!request.url?.startsWith('/sandbox')) requests += 1;
  };
  subscribe('http.server.request.start', note);
  return { count: () => requests, stop: () => unsubscribe('http.server.request.start', note) };
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
