import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { manualTimeline, type ProviderSandbox } from 'dear-sandbox/kit';
import { afterEach, describe, expect, it } from 'vitest';
import { RefusedInShadow } from '../../lib/domain/errors.ts';
import { NO_LIMIT } from '../../lib/domain/rate-budget.ts';
import type { Provider } from '../../lib/providers/provider.ts';
import type { OpenProvider } from '../../lib/providers/provider-definition.ts';
import { openProvider, PROVIDERS } from '../../lib/providers/registry.ts';
import { parseSettings } from '../../lib/settings/define-config.ts';
import { checkOrders } from '../../lib/workflows/check-orders.ts';
import { collectShipments, RecordedNews } from '../../lib/workflows/collect-shipments.ts';
import { dispatchOrder } from '../../lib/workflows/dispatch-order.ts';
import { connection as builtConnection } from '../builders/connection.ts';
import { sampleOrder } from '../contract/sample-order.ts';
import { inMemoryBox } from '../fakes/in-memory-box.ts';
import { World } from '../workflows/world.ts';

/** Calls with a method of writes that change nothing: a token, rates. */
const READS_BY_POST = /\/AuthServer\/api\/Token$|\/v2\/rates$/;
/** A call with a method of reads that cancels an order. */
const WRITES_BY_GET = /\/wms_cancel\//;

const closing: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Passes calls on to a service, and notes those that may write. */
async function startRecorder(target: string): Promise<{ url: string; writes: string[] }> {
  const writes: string[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url = '' } = request;
    const [path = ''] = url.split('?');
    const isRead = method === 'GET' ? !WRITES_BY_GET.test(path) : READS_BY_POST.test(path);
    if (!isRead) writes.push(`${method} ${path}`);
    const answer = await fetch(`${target}${url}`, {
      method,
      headers: getHeaders(request),
      ...(method !== 'GET' && { body: await readText(request) }),
    });
    const type = answer.headers.get('content-type');
    response.writeHead(answer.status, { ...(type !== null && { 'content-type': type }) });
    response.end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => void server.close(() => resolve())));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, writes };
}

function getHeaders({ headers }: IncomingMessage): Record<string, string> {
  const kept = Object.entries(headers).filter(
    ([name]) => !['host', 'connection', 'content-length'].includes(name),
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

async function refuse(): Promise<void> {
  throw new RefusedInShadow({ system: 'east', operation: 'write anything' });
}

/** A provider of each kind on its sandbox, in shadow mode, and the same one live. */
async function start({ id, secretFields }: (typeof PROVIDERS)[number], mode: 'shadow' | 'live') {
  const { providerSandbox } = (await import(`dear-sandbox/${id}`)) as { providerSandbox: ProviderSandbox };
  const [settings] = providerSandbox.connectionSettings;
  const secret = Object.fromEntries(
    secretFields
      .filter(({ isOptional }) => isOptional !== true)
      .map(({ key }) => [key, `${key}-0123456789abcdef0123456789`]),
  );
  const timeline = manualTimeline();
  const sandbox = await providerSandbox.start({
    port: 0,
    secret,
    stateFile: null,
    timeline,
    shipsByItself: null,
    connections: [{ id: 'east', settings, stock: [], bridgeUrl: 'http://127.0.0.1:9' }],
  });
  closing.push(() => sandbox.close());
  const recorder = await startRecorder(new URL(sandbox.url).origin);
  const own = { ...settings, ...sandbox.settingsFor('east') };
  const parsed = parseSettings(
    {
      connections: [
        {
          ...own,
          ...('baseUrl' in own && { baseUrl: `${recorder.url}${new URL(String(own.baseUrl)).pathname}` }),
          id: 'east',
          provider: id,
          location: 'East',
          mode,
        },
      ],
    },
    'the test',
  );
  const [connection] = parsed.connections;
  const box = inMemoryBox('east', timeline.now);
  const open = async (mayWrite: () => Promise<void>): Promise<OpenProvider> => {
    const deps = { now: timeline.now, getBudget: () => NO_LIMIT, getBox: () => box, mayWrite };
    const provider = await openProvider(connection!, secret, deps);
    closing.push(() => provider.close());
    return provider;
  };
  const staff = providerSandbox.openStaff(sandbox.url, secret);
  return { open, staff, box, writes: recorder.writes };
}

type Method = (...given: readonly unknown[]) => Promise<unknown>;

function getMethod(provider: Provider, name: string): Method {
  return Reflect.get(provider, name) as Method;
}

const WRITES = ['submit', 'cancel', 'update', 'hold', 'release', 'acknowledge', 'buyLabel', 'voidLabel'];

describe.each(PROVIDERS.map((definition) => [definition.id, definition] as const))(
  '%s in shadow mode',
  (id, definition) => {
    it('has a sale read and planned, its orders and shipments looked at, and nothing written', async () => {
      const { open, staff, box, writes } = await start(definition, 'shadow');
      const provider = await open(refuse);
      const world = new World();
      const shadowed = builtConnection({ mode: 'shadow' });
      world.connections = [shadowed];
      await world.reconcile();
      expect(await world.order('SO-00042-1')).toMatchObject({ status: 'On Hold', hold: 'shadow' });
      const { orders, pauses, fractions, figures, labelFiles, confirmations, takeovers, cursors, setAside } =
        world;
      const everyday = { now: () => world.now, log: () => {}, count: () => {} };
      const deps = { orders, takeovers, cursors, confirmations, ...everyday };
      await dispatchOrder('SO-00042-1', {
        ...{ ...deps, pauses, fractions, figures, labelFiles, connections: [shadowed] },
        providerFor: async () => provider,
      });
      const job = { ...deps, provider, connection: shadowed, hasTime: () => true, setAside };
      await collectShipments({ ...job, recorded: new RecordedNews() });
      await checkOrders({ ...job, runs: world.runs, saleEvents: world.saleEvents, unshippedDays: 5 });
      expect(writes).toEqual([]);
      expect(await staff.ordersFor('SO-00042-1')).toEqual([]);
      expect(await box.outbox.read('SO-00042-1')).toBeNull();
    });

    it('refuses every method that is not known to only read', async () => {
      const { open, writes } = await start(definition, 'shadow');
      const provider = await open(refuse);
      for (const name of WRITES.filter((one) => one in provider))
        await expect(getMethod(provider, name)('one', 'two', [])).rejects.toThrow(RefusedInShadow);
      expect(writes).toEqual([]);
    });

    it('refuses writes in its transport too', async () => {
      const { open, staff, writes } = await start(definition, 'live');
      const order = sampleOrder();
      const { providerOrderId } = await (await open(async () => {})).submit(order);
      const made = await staff.ordersFor(order.reference);
      writes.length = 0;
      const guarded = await open(refuse);
      const changed = sampleOrder({ customerNotes: 'Ring twice.' });
      const calls: Readonly<Record<string, readonly unknown[]>> = {
        submit: [sampleOrder({ reference: 'SO-20418-1' })],
        cancel: [providerOrderId, order.reference],
        update: [providerOrderId, changed, [order]],
        hold: [providerOrderId, order.reference, null],
        acknowledge: [order.reference, ['1Z1']],
        voidLabel: ['se-1', order.reference],
      };
      for (const [name, given] of Object.entries(calls).filter(([one]) => one in guarded))
        await expect(getMethod(guarded, name)(...given), `${id} ${name}`).rejects.toThrow(RefusedInShadow);
      expect(writes).toEqual([]);
      expect(await staff.ordersFor(order.reference)).toEqual(made);
    });
  },
);
