import type { Access, Choice, Finding, SetUpSpec } from '../provider-set-up.ts';
import { extensivClient } from './client.ts';
import type { CustomerRow } from './schemas.ts';
import { EXTENSIV_URL, type ExtensivSecret, type ExtensivSettings } from './settings.ts';
import { extensivTransport } from './transport.ts';

type SetUpAccess = Access<Partial<ExtensivSettings>, ExtensivSecret>;

/** Extensiv's maximum for customers. Credentials are made for one, or for a few. */
const PAGE_SIZE = 100;

export const extensivSetUp: SetUpSpec<ExtensivSettings, ExtensivSecret> = {
  async verify(access) {
    const customers = await readCustomers(access);
    return {
      found: `its credentials see ${customers.length === 1 ? '1 customer' : `${customers.length} customers`}`,
      choices: {
        ...(customers.length > 0 && { customerId: customers.map(toChoice) }),
        ...toFacilityChoices(customers),
      },
      accountMarks: [],
    };
  },
  check: async (access) => [checkCustomer(access, await readCustomers(access))],
  instructions: ({ endpointsUrl }) =>
    endpointsUrl === ''
      ? []
      : [
          `The warehouse may enter ${endpointsUrl.replace('/providers/', '/webhooks/providers/')} under Customers → Event Notifications, for the events Order Confirm, Order Unconfirm and Order Cancel. Without them shipments are collected every five minutes.`,
        ],
  // People at the warehouse enter them.
  openWebhooks: null,
};

async function readCustomers({ system, settings, secret, now }: SetUpAccess): Promise<CustomerRow[]> {
  const { baseUrl = EXTENSIV_URL, loginField = 'user_login' } = settings;
  const transport = extensivTransport({ settings: { baseUrl, loginField }, secret, now });
  try {
    const { rows } = await extensivClient(transport, system).customers({ page: 1, size: PAGE_SIZE });
    return rows.filter(({ readOnly }) => !readOnly.deactivated);
  } finally {
    await transport.close();
  }
}

function toChoice({ readOnly, companyInfo }: CustomerRow): Choice {
  return { value: String(readOnly.customerId), title: companyInfo?.companyName ?? '' };
}

function toFacilityChoices(customers: readonly CustomerRow[]): { facilityId?: readonly Choice[] } {
  const all = customers.flatMap(({ facilities }) => facilities);
  const byId = new Map(all.map(({ id, name }) => [id, { value: String(id), title: name }]));
  return byId.size === 0 ? {} : { facilityId: [...byId.values()] };
}

function checkCustomer({ settings }: SetUpAccess, customers: readonly CustomerRow[]): Finding {
  const name = 'Extensiv customer and facility';
  const { customerId = '', facilityId = '' } = settings;
  const own = customers.find(({ readOnly }) => String(readOnly.customerId) === customerId);
  if (own === undefined) {
    const seen = customers.map(({ readOnly }) => readOnly.customerId).join(', ');
    const found = `the credentials do not see customer ${customerId}`;
    return { name, ok: false, found, next: `Set customerId to one of: ${seen || 'none'}` };
  }
  const { facilities } = own;
  if (facilities.length > 0 && !facilities.some(({ id }) => String(id) === facilityId)) {
    const next = `Set facilityId to one of: ${facilities.map(({ id }) => id).join(', ')}`;
    return { name, ok: false, found: `the customer is not at facility ${facilityId}`, next };
  }
  return { name, ok: true, found: `customer ${customerId}, facility ${facilityId}`, next: '' };
}
