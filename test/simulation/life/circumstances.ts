import { getProviderDefinition, PROVIDERS } from '../../../lib/providers/registry.ts';
import type { Random } from './random.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** What a seed chooses about a life before anything happens in it. */
export interface Circumstances extends Dimensions {
  readonly provider: string;
  readonly size: Size;
  readonly trigger: Trigger;
  /** Whether one product is short, and comes in later. */
  readonly isScarce: boolean;
  /** Whether the bridge corrects DEAR's stock, of which a person miscounts a product. */
  readonly keepsStock: boolean;
  /** How late lists of the service show what is new. */
  readonly lagMs: number;
  /** Whether people also do what `BusyPeople` do. */
  readonly isBusy: boolean;
  /** Settings of the connection. */
  readonly connection: Readonly<Record<string, unknown>>;
}

type Size = 'small' | 'large' | 'rush';
type Trigger = 'OrderAuthorised' | 'PickAuthorised' | 'PackAuthorised' | 'ShipmentAuthorised';

interface Dimensions {
  /** How long things go wrong. */
  readonly troubledMs: number;
  /** After which time everything that heals by itself has to be healed, once before the rest is shipped and once after. */
  readonly calmMs: number;
  /** How many sales are made, at least and at most. */
  readonly sales: readonly [number, number];
}

const SIZES: Readonly<Record<Size, Dimensions>> = {
  small: { troubledMs: 25 * MINUTE, calmMs: 30 * MINUTE, sales: [1, 3] },
  // With an outage of hours.
  large: { troubledMs: 3 * HOUR, calmMs: 1.5 * HOUR, sales: [1, 5] },
  // In which more calls are due at once than an account may make in a minute, also after queues have spread them.
  rush: { troubledMs: 20 * MINUTE, calmMs: 30 * MINUTE, sales: [38, 42] },
};

/** Whose sandboxes have lists that lag. */
const LAGGING: readonly string[] = ['shipstation-v2', 'shipstation-v1'];

/** Code of an account of DEAR's sandbox that differences of stock are booked to. */
const STOCK_ACCOUNT = '540';

/**
 * Most lives are small, so that many of them are lived; one in sixty is large, and one in sixty a rush.
 * @param only the provider; null: the seed's
 */
export function drawCircumstances(random: Random, only: string | null): Omit<Circumstances, 'isBusy'> {
  const ids = PROVIDERS.map(({ id }) => id);
  const drawn = ids[random.between(0, ids.length - 1)] ?? 'http';
  const provider = only ?? drawn;
  const lot = random.between(1, 60);
  const size = lot === 1 ? 'large' : lot === 2 ? 'rush' : 'small';
  const usual = random.chance(0.7);
  const later = random.pick(['PickAuthorised', 'PackAuthorised', 'ShipmentAuthorised'] as const);
  const trigger = usual ? 'OrderAuthorised' : later;
  const kind = random.between(1, 4);
  const chosen = {
    isScarce: trigger === 'OrderAuthorised' && kind === 1,
    // With a later trigger the bridge only reports differences.
    keepsStock: reportsStock(provider) && trigger === 'OrderAuthorised' && kind === 2,
    lagMs: LAGGING.includes(provider) && random.chance(0.3) ? 2 * MINUTE : 0,
  };
  const connection = drawSettings(random, { trigger, ...chosen });
  return { provider, size, trigger, ...chosen, connection, ...SIZES[size] };
}

/** Of the story in which one process dies: short, and one dead process is made good within minutes. */
export function quietCircumstances(provider: string): Circumstances {
  const keepsStock = reportsStock(provider);
  return {
    provider,
    size: 'small',
    trigger: 'OrderAuthorised',
    isScarce: false,
    keepsStock,
    isBusy: false,
    lagMs: 0,
    connection: {
      invoice: 'authorised',
      checkOrders: '15 minutes',
      inventory: { ...(keepsStock && KEEP_STOCK), every: '15 minutes' },
    },
    troubledMs: 19 * MINUTE,
    calmMs: 6 * MINUTE,
    sales: [3, 3],
  };
}

function reportsStock(provider: string): boolean {
  return getProviderDefinition(provider).capabilities.includes('stock');
}

const KEEP_STOCK = {
  every: '5 minutes',
  mode: 'adjust',
  account: STOCK_ACCOUNT,
  guard: { lines: 1, quantity: 1 },
};

function drawSettings(
  random: Random,
  { trigger, isScarce, keepsStock }: Pick<Circumstances, 'trigger' | 'isScarce' | 'keepsStock'>,
) {
  return {
    trigger,
    checkOrders: '10 minutes',
    backorders: isScarce ? random.pick(['wait', 'ship-available']) : 'wait',
    partialShipments: random.pick(['wait', 'wait', 'convert']),
    pick: random.pick(['explicit', 'explicit', 'auto']),
    invoice: random.pick(['none', 'authorised', 'draft']),
    inventory: keepsStock ? KEEP_STOCK : { every: '30 minutes' },
  };
}
