import { FilesStaff, FULL_SERVICE, startFilesSandbox } from 'dear-sandbox/files';
import { manualTimeline } from 'dear-sandbox/kit';
import * as z from 'zod';
import { filesDefinition } from '../../lib/providers/files/definition.ts';
import { openTransfer } from '../../lib/providers/files/open-transfer.ts';
import { filesProvider } from '../../lib/providers/files/provider.ts';
import { filesSettings } from '../../lib/providers/files/settings.ts';
import { inMemoryBox } from '../fakes/in-memory-box.ts';
import { describeProviderContract } from './provider-contract.ts';
import { type SandboxCaller, sandboxCaller } from './sandbox-caller.ts';
import { PAGE_SIZE, type ServiceUnderTest } from './service-under-test.ts';

const PASSWORD = 'a password of the warehouse';
const { title, capabilities } = filesDefinition;

describeProviderContract(`${title} over SFTP, with answers`, capabilities, () => startService(FULL_SERVICE));
describeProviderContract(`${title} over SFTP, with no more than shipments`, ['voids'], () =>
  startService({ shipments: FULL_SERVICE.shipments }),
);

async function startService(mapping: object): Promise<ServiceUnderTest> {
  const timeline = manualTimeline();
  const box = inMemoryBox('warehouse', timeline.now);
  const { url, server, hostKey, close } = await startFilesSandbox({ port: 0, password: PASSWORD, timeline });
  const settings = z.object(filesSettings()).parse({ server, hostKey, ...mapping });
  const open = (password: string) =>
    filesProvider({
      system: 'warehouse',
      settings,
      openTransfer: () =>
        openTransfer({ system: 'warehouse', settings, secret: { password, privateKey: '', passphrase: '' } }),
      box,
      now: timeline.now,
      pageSize: PAGE_SIZE,
    });
  const call = sandboxCaller(`${url}/sandbox/`);
  const [provider, stranger] = [open(PASSWORD), open('another password')];
  return {
    provider,
    stranger,
    ...staffActions(call, new FilesStaff(url)),
    ...faults(call),
    letTimePass: (milliseconds) => timeline.advance(milliseconds),
    close: async () => {
      await provider.close();
      await stranger.close();
      await close();
    },
  };
}

const orders = z.object({
  orders: z.array(
    z.object({ reference: z.string(), street: z.string(), lines: z.array(z.object({ key: z.string() })) }),
  ),
});

function staffActions(call: SandboxCaller, staff: FilesStaff) {
  const getOrders = async () => orders.parse(await call('GET', 'orders')).orders;
  const getOrder = async (id: string) => (await getOrders()).find(({ reference }) => reference === id)!;
  const shipLine = (id: string, key: string) => call('POST', `orders/${id}/ship`, { keys: [key] });
  return {
    orderCount: async () => (await getOrders()).length,
    ship: (id: string) => staff.ship(id),
    shipInParts: async (id: string) => {
      for (const { key } of (await getOrder(id)).lines) await shipLine(id, key);
    },
    shipFrom: async (id: string) => {
      await staff.ship(id, 'North hall');
      return 'North hall';
    },
    shipFirstLine: async (id: string) => await shipLine(id, (await getOrder(id)).lines[0]!.key),
    voidParcel: (number: string) => staff.voidParcel(number),
    getStreet: async (id: string) => (await getOrder(id)).street,
    putStock: (sku: string, onHand: number, place?: string) => call('PUT', 'stock', { sku, onHand, place }),
    repeatNotices: () => call('POST', 'parcels/repeat', {}),
  };
}

/** The rename is the write; all before it changes nothing. */
function faults(call: SandboxCaller) {
  const fail = (fault: object) => call('POST', 'faults', fault);
  return {
    loseNextAnswer: () => fail({ kind: 'timeout-after', match: { method: 'RENAME', path: 'orders/' } }),
    loseNextRequest: () => fail({ kind: 'timeout-before', match: { method: 'RENAME', path: 'orders/' } }),
    goDown: () => fail({ kind: 'timeout-before', times: 1_000 }),
    comeUp: () => call('DELETE', 'faults'),
  };
}
