import { randomUUID } from 'node:crypto';
import { OperatorActionNeeded } from '../../domain/errors.ts';
import type { Access, Finding, SetUpSpec } from '../provider-set-up.ts';
import { type HttpClient, httpClient } from './client.ts';
import { type HttpSecret, type HttpSettings, PARTS, type Part } from './settings.ts';

type HttpAccess = Access<Partial<HttpSettings>, HttpSecret>;

export const httpSetUp: SetUpSpec<HttpSettings, HttpSecret> = {
  /** A new secret is not known there yet, so that a refusal of it is for `check`. */
  verify: async (access) => {
    const isKnown = await withClient(access, knowsSecret);
    const found = isKnown ? 'it accepts our signature' : 'it does not know the signing secret yet';
    return { found, choices: {}, accountMarks: [] };
  },
  check: checkWarehouse,
  instructions: ({ endpointsUrl }) => [
    `The warehouse sends its messages to ${endpointsUrl === '' ? 'the stack output EndpointsUrl… of the connection, and /messages' : `${endpointsUrl}/messages`}`,
    'It signs them with the stored signing secret, and verifies ours with it.',
    'Its engineer checks its side with: npx bridge provider conformance --url … --secret-file …',
  ],
  openWebhooks: null,
};

/** By a signed look-up of an order that cannot be there, which the warehouse answers only to us. */
async function knowsSecret(client: HttpClient): Promise<boolean> {
  try {
    await client.order(`CHECK-${randomUUID().slice(0, 8)}`);
    return true;
  } catch (error) {
    if (error instanceof OperatorActionNeeded) return false;
    throw error;
  }
}

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

/** The signature, and the first page of each list that the settings rely on. Only conformance tests what writes. */
async function checkWarehouse(access: HttpAccess): Promise<Finding[]> {
  const { parts = [], shipments = 'sent' } = access.settings;
  return await withClient(access, async (client) => {
    if (!(await knowsSecret(client))) return [toUnknownSecret(access)];
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

function toUnknownSecret({ system }: HttpAccess): Finding {
  return {
    name: `signature of ${system}`,
    ok: false,
    found: 'the warehouse refuses our signature',
    next: 'enter the stored signing secret there, and compare the clocks of both sides',
  };
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
