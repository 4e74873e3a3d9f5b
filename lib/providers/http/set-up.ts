import { randomUUID } from 'node:crypto';
import type { Access, Finding, SetUpSpec } from '../provider-set-up.ts';
import { type HttpClient, httpClient } from './client.ts';
import { type HttpSecret, type HttpSettings, PARTS, type Part } from './settings.ts';

type HttpAccess = Access<Partial<HttpSettings>, HttpSecret>;

export const httpSetUp: SetUpSpec<HttpSettings, HttpSecret> = {
  /** A signed look-up of an order that cannot be there: the warehouse says so only to us. */
  verify: (access) =>
    withClient(access, async (client) => {
      await client.order(`BRIDGE-CHECK-${randomUUID().slice(0, 8)}`);
      return { found: 'it accepts our signature', choices: {}, accountMarks: [] };
    }),
  check: checkParts,
  instructions: ({ endpointsUrl }) => [
    `The warehouse sends its messages to ${endpointsUrl === '' ? 'the stack output EndpointsUrl… of the connection, and /messages' : `${endpointsUrl}/messages`}`,
    'It signs them with the stored signing secret, and verifies ours with it.',
    'Its engineer checks its side with: npx bridge provider conformance --url … --secret-file …',
  ],
  openWebhooks: null,
};

async function withClient<Result>(
  { system, settings, secret, now }: HttpAccess,
  use: (client: HttpClient) => Promise<Result>,
): Promise<Result> {
  const client = httpClient({ system, baseUrl: settings.baseUrl ?? '', secrets: secret, now });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

/** The first page of each list that the settings rely on. Only conformance tests what writes. */
async function checkParts(access: HttpAccess): Promise<Finding[]> {
  const { parts = [], shipments = 'sent' } = access.settings;
  return await withClient(access, async (client) => {
    const lists: Array<readonly [string, AsyncIterable<unknown>]> = [
      ...(shipments === 'listed' ? ([['shipments', client.shipments('')]] as const) : []),
      ...(parts.includes('status') ? ([['unshipped orders', client.unshippedOrders()]] as const) : []),
      ...(parts.includes('stock') ? ([['stock', client.stock()]] as const) : []),
    ];
    const findings: Finding[] = [];
    for (const [name, list] of lists) findings.push(await checkList(`${name} of ${access.system}`, list));
    return [...findings, toPartsFinding(access.system, parts)];
  });
}

async function checkList(name: string, list: AsyncIterable<unknown>): Promise<Finding> {
  try {
    await list[Symbol.asyncIterator]().next();
    return { name, ok: true, found: 'the warehouse lists them', next: '' };
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    return { name, ok: false, found, next: 'have the warehouse run: npx bridge provider conformance' };
  }
}

function toPartsFinding(system: string, parts: readonly Part[]): Finding {
  const missing = PARTS.filter((part) => !parts.includes(part));
  const found =
    missing.length === 0 ? 'all of the contract is used' : `not declared in parts: ${missing.join(', ')}`;
  return { name: `parts of ${system}`, ok: true, found, next: '' };
}
