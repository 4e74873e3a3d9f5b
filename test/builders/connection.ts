import type { Admission, Connection, InventoryPolicy, Rule } from '../../lib/domain/connection.ts';
import { LOCATION } from './sale.ts';

/** As the settings' defaults make it. */
export function connection(overrides: Partial<Connection> = {}): Connection {
  return {
    id: 'lantern',
    location: LOCATION,
    rules: [],
    mode: 'live',
    replaces: null,
    trigger: 'OrderAuthorised',
    admission: admission(),
    serviceSkus: [],
    kits: 'components',
    backorders: 'wait',
    release: 'automatic',
    holdUntilPaid: false,
    shippingMethods: null,
    partialShipments: 'wait',
    pick: 'explicit',
    shipStage: 'AUTHORISED',
    invoice: 'none',
    carriers: {},
    warehouses: {},
    units: {},
    testSale: { number: '', send: false },
    estimatedArrivalDays: 14,
    statusAttribute: '',
    returns: 'log',
    returnsBegin: 'scan',
    shippingService: null,
    inventory: inventory(),
    catalogue: { every: '1 day', unknownSkus: 'pass' },
    fields: { gift: '', giftMessage: '', image: '', options: {} },
    ...overrides,
  };
}

export function admission(overrides: Partial<Admission> = {}): Admission {
  return { saleStatuses: [], ordersFrom: '', salesChannels: [], attributes: {}, ...overrides };
}

export function inventory(overrides: Partial<InventoryPolicy> = {}): InventoryPolicy {
  return {
    mode: 'report',
    completeStocktake: 'by-hand',
    account: '',
    unitCostTier: '',
    guard: { lines: 0.2, quantity: 0.2 },
    ...overrides,
  };
}

export function rule(overrides: Partial<Rule>): Rule {
  return {
    name: '',
    salesChannels: [],
    countries: [],
    priceTiers: [],
    customers: [],
    attributes: {},
    weightGrams: null,
    skus: [],
    ...overrides,
  };
}
