import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { type DearState, startDearSandbox } from 'dear-sandbox/dear';
import { type ProviderSandbox, realTimeline, type SandboxStorage, type Staff } from 'dear-sandbox/kit';
import { getProviderDefinition } from '../../lib/providers/registry.ts';
import { type Settings, settingsSchema } from '../../lib/settings/schema.ts';
import { FulfillmentOrders } from '../../lib/store/fulfillment-orders.ts';
import type { IndexName } from '../../lib/store/indexes.ts';
import { Sales } from '../../lib/store/sales.ts';
import { DynamoDbTable } from '../../lib/store/table.ts';
import type { Ports } from '../../local/command-line.ts';
import { DearScreens } from '../../local/demo/screens.ts';
import { openSecretFile } from '../../local/secrets.ts';
import { localStackName } from '../../local/state-directory.ts';
import { subscribeToSandboxes } from '../../local/subscriptions.ts';
import { REGION } from '../../local/template/template-names.ts';
import { LOCATION, SKUS } from '../simulation/life/goods.ts';
import type { Random } from '../simulation/life/random.ts';
import { openGateway } from './gateway.ts';

/** The service's staff share its limit in some sandboxes, and must never be refused. */
const UNLIMITED = 1_000_000;

/** A minute takes a second, for people and for what DEAR waits before and between its webhooks. */
export const COMPRESSION = 60;

const CONNECTION = 'warehouse';

/** DEAR and a service, which outlive every process of the bridge, and the people who work with them. */
export interface ChaosWorld {
  readonly settings: Settings;
  readonly stackName: string;
  now(): number;
  /** Runs the task after that many ms of the people's time. */
  after(milliseconds: number, task: () => Promise<void>): void;
  /** How many of these tasks have not ended. */
  planned(): number;
  readonly dear: DearScreens;
  readonly staff: Staff;
  readonly noticesStaff: boolean;
  readonly noticesVoids: boolean;
  /** How many calls the bridge has made. */
  calls(): number;
  /** By the id of the delivery, what DEAR was answered with 2xx. */
  readonly acknowledged: ReadonlyMap<string, string>;
  /** How many deliveries DEAR gave up. */
  givenUp(): number;
  /** The bridge's own records. */
  readonly orders: FulfillmentOrders;
  readonly sales: Sales;
  /** Everything in the bridge's table, or in one of its indexes. */
  scan(index?: IndexName): Promise<ReadonlyArray<Record<string, unknown>>>;
  close(): Promise<void>;
}

interface WorldOptions {
  readonly provider: string;
  readonly random: Random;
  /** The state directory of the local system. */
  readonly directory: string;
  readonly ports: Ports;
  /** The limit of DEAR; the bridge uses nine tenths of it, there and at the service. */
  readonly callsPerMinute: number;
}

export async function openWorld(options: WorldOptions): Promise<ChaosWorld> {
  const { provider, random, directory, ports, callsPerMinute } = options;
  const closing = new AsyncDisposableStack();
  const stackName = localStackName();
  const apiUrl = `http://127.0.0.1:${ports.api}`;
  const secret = getSecret(provider);
  const dearSecret = { accountId: 'chaos-account', applicationKey: 'chaos-key' };
  const secrets = openSecretFile(join(directory, 'secrets.json'));
  secrets.add({
    [`${stackName}/dear`]: dearSecret,
    [`${stackName}/connection/${CONNECTION}`]: secret,
    [`${stackName}/webhook`]: { current: 'chaos-webhook-token', previous: '' },
  });

  const { storage, acknowledged, givenUp } = watchDeliveries();
  const timeline = realTimeline(COMPRESSION);
  const dear = await startDearSandbox({ port: 0, ...dearSecret, timeline, storage, callsPerMinute });
  closing.defer(dear.close);
  const sandbox = await loadSandbox(provider);
  const [own] = sandbox.connectionSettings;
  const running = await sandbox.start({
    port: 0,
    secret,
    stateFile: null,
    timeline: realTimeline(),
    shipsByItself: null,
    callsPerMinute: UNLIMITED,
    connections: [
      {
        id: CONNECTION,
        settings: own,
        stock: SKUS.map((sku) => ({ sku, quantity: 100_000 })),
        bridgeUrl: `${apiUrl}/providers/${CONNECTION}`,
      },
    ],
  });
  closing.defer(running.close);
  const serviceOrigin = new URL(running.url).origin;
  let calls = 0;
  const onCall = () => {
    calls += 1;
  };
  const [dearGateway, serviceGateway] = await Promise.all(
    [dear.origin, serviceOrigin].map((origin) => openGateway(origin, random.fork(), onCall)),
  );
  closing.defer(() => {
    dearGateway?.close();
    serviceGateway?.close();
  });
  const through = (text: string) =>
    text.replaceAll(dear.origin, dearGateway?.url ?? '').replaceAll(serviceOrigin, serviceGateway?.url ?? '');
  const used = Math.floor(callsPerMinute * 0.9);
  const { callsPerMinute: limit, ...found } = running.settingsFor(CONNECTION);
  const connection = {
    id: CONNECTION,
    location: LOCATION,
    provider,
    ...own,
    ...found,
    ...(limit !== undefined && { callsPerMinute: used }),
    invoice: 'authorised',
  };
  const settings = settingsSchema.parse({
    dear: { baseUrl: through(dear.url), callsPerMinute: used },
    connections: [JSON.parse(through(JSON.stringify(connection)))],
  });
  await subscribeToSandboxes({
    sandboxes: {
      settings,
      dearOrigin: dear.origin,
      providers: { [CONNECTION]: running.url },
      close: async () => {},
    },
    secrets: secrets.all(),
    stackName,
    apiUrl,
  });
  const screens = new DearScreens(dear.origin);
  for (const sku of SKUS) await screens.setStock(sku, LOCATION, 100_000);
  const client = new DynamoDBClient({
    region: REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    endpoint: `http://127.0.0.1:${ports.dynamoDb}`,
  });
  closing.defer(() => client.destroy());
  const table = new DynamoDbTable(client, stackName);
  let planned = 0;
  return {
    settings,
    stackName,
    now: Date.now,
    after: (milliseconds, task) => {
      planned += 1;
      setTimeout(async () => {
        await task();
        planned -= 1;
      }, milliseconds / COMPRESSION);
    },
    planned: () => planned,
    calls: () => calls,
    dear: screens,
    staff: sandbox.openStaff(running.url, secret),
    // What only the hourly comparison notices would make every run an hour longer.
    noticesStaff: false,
    noticesVoids: true,
    acknowledged,
    givenUp,
    orders: new FulfillmentOrders(table, Date.now, 90),
    sales: new Sales(table),
    scan: async (index) => {
      const pages = paginateScan(
        { client: DynamoDBDocumentClient.from(client) },
        { TableName: stackName, IndexName: index },
      );
      return (await Array.fromAsync(pages)).flatMap(({ Items = [] }) => Items);
    },
    close: async () => await closing.disposeAsync(),
  };
}

/** Keeps what DEAR forgets: it lists the last 500 deliveries. */
function watchDeliveries() {
  const acknowledged = new Map<string, string>();
  const givenUp = new Set<string>();
  let kept: DearState | null = null;
  const storage: SandboxStorage<DearState> = {
    load: () => kept,
    save: (state) => {
      kept = state;
      for (const { id, state: outcome, body } of state.deliveries) {
        if (outcome === 'delivered') acknowledged.set(id, body);
        if (outcome === 'failed' || outcome === 'dropped') givenUp.add(id);
      }
    },
  };
  return { storage, acknowledged, givenUp: () => givenUp.size };
}

async function loadSandbox(provider: string): Promise<ProviderSandbox> {
  const { providerSandbox }: { readonly providerSandbox: ProviderSandbox } = await import(
    `dear-sandbox/${provider}`
  );
  return providerSandbox;
}

function getSecret(provider: string): Record<string, string> {
  const { secretFields } = getProviderDefinition(provider);
  return Object.fromEntries(secretFields.map(({ key }) => [key, `chaos-credential-of-${key}`]));
}
