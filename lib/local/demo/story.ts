import type { Host } from '../host.ts';
import { BridgeRecords } from './bridge-records.ts';
import { DearScreens } from './dear-screens.ts';
import { type EndState, type ExpectedOrder, readEndState } from './end-state.ts';
import { PackingBench } from './packing-bench.ts';

export interface StoryOptions {
  readonly host: Host;
  /** The connection that ships, and the DEAR location it ships from. */
  readonly connection: { readonly id: string; readonly location: string };
  readonly say: (line: string) => void;
  /** Longest wait for any one thing, in ms. */
  readonly patienceMs: number;
}

/** Something that was promised did not happen in time. */
export class BrokenPromiseError extends Error {
  override readonly name = 'BrokenPromiseError';
}

const ONE_LINE = [{ sku: 'TRL-MUG-350', quantity: 2 }];
const THREE_LINES = [
  { sku: 'TRL-LAMP-HD', quantity: 1 },
  { sku: 'TRL-KNIFE-S', quantity: 3 },
  { sku: 'TRL-TENT-2P', quantity: 1 },
];
const CARRIER = 'UPS Ground';
/** A location that the sandbox begins with and no connection ships from. */
const ELSEWHERE = 'Main Warehouse';

/**
 * Three sales are authorised: one of a single line, one that leaves in two parcels, one for another location. Everything
 * between the person in DEAR and the packer in ShipStation is the bridge's.
 * @throws {BrokenPromiseError} where the bridge does not do its part in time
 */
export async function playStory({ host, connection, say, patienceMs }: StoryOptions): Promise<EndState> {
  const dear = new DearScreens(required(host.urls.dearScreens, 'a DEAR sandbox'));
  const bench = new PackingBench(
    required(host.urls.shipStations[connection.id], 'a ShipStation sandbox'),
    apiKeyOf(host, connection.id),
  );
  const records = new BridgeRecords(host);
  const until = <Value>(promise: string, look: () => Promise<Value | null>) =>
    waitFor(promise, look, patienceMs);
  const startedAt = new Date().toISOString();

  const authorise = async (location: string, lines: typeof ONE_LINE) => {
    const sale = await dear.authoriseSale({ location, carrier: CARRIER, lines });
    say(`DEAR: a person authorises ${sale.number} at ${location}, ${lines.length} line(s)`);
    return sale;
  };
  const [simple, split, elsewhere] = [
    await authorise(connection.location, ONE_LINE),
    await authorise(connection.location, THREE_LINES),
    await authorise(ELSEWHERE, ONE_LINE),
  ];

  const pack = async (number: string, itemsPerPart: number | null): Promise<ExpectedOrder> => {
    const reference = `${number}-1`;
    const shipmentId = await until(
      `${reference} reaches ShipStation`,
      async () => (await bench.ordersFor(reference))[0] ?? null,
    );
    const parts = itemsPerPart === null ? [shipmentId] : await bench.split(shipmentId, itemsPerPart);
    const trackingNumbers: string[] = [];
    for (const part of parts) {
      trackingNumbers.push(await bench.buyLabel(part));
      say(`ShipStation: a packer buys label ${trackingNumbers.at(-1)} for ${reference}`);
    }
    return { reference, number, trackingNumbers };
  };
  const expected = [await pack(simple.number, null), await pack(split.number, 2)];

  for (const { reference } of expected) {
    await until(`${reference} is confirmed to DEAR`, async () => {
      const order = await records.order(reference);
      return order !== null && ['confirmed', 'refused', 'abandoned'].includes(order.confirmation.state)
        ? order
        : null;
    });
  }
  await until(`${elsewhere.number} is recorded as ignored`, () => records.sale(elsewhere.id));
  await until('DEAR delivers the echoes of our own writes', async () =>
    (await isQuiet(host, dear)) ? true : null,
  );
  return readEndState({ host, dear, bench, records, expected, ignored: elsewhere, startedAt });
}

function required(url: string | null | undefined, what: string): string {
  if (url === null || url === undefined) {
    throw new Error(`The demo needs ${what}: run it with the repository's own bridge.config.ts`);
  }
  return url;
}

function apiKeyOf({ secrets, stackName }: Host, connection: string): string {
  const secret = secrets[`${stackName}/connection/${connection}`];
  return typeof secret === 'object' ? String(secret.apiKey) : '';
}

/** Nothing is on its way any more, so that every call that the story costs has been made. */
async function isQuiet(host: Host, dear: DearScreens): Promise<boolean> {
  if ((await dear.undeliveredWebhooks()) > 0) return false;
  const depths = Object.values(await host.depths());
  return depths.every(({ waiting, hidden }) => waiting + hidden === 0);
}

async function waitFor<Value>(
  promise: string,
  look: () => Promise<Value | null>,
  patienceMs: number,
): Promise<Value> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const value = await look();
    if (value !== null) return value;
    if (Date.now() > deadline) throw new BrokenPromiseError(`Within ${patienceMs / 1000} s: ${promise}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
