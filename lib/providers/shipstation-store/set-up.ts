import * as z from 'zod';
import { DAY_MS, formatAge } from '../../domain/clock.ts';
import { OperatorActionNeeded, Unavailable, UnexpectedAnswer } from '../../domain/errors.ts';
import type { Access, Finding, SetUpSpec } from '../provider-set-up.ts';
import { type ShipStationStoreSecret, type ShipStationStoreSettings, statuses } from './settings.ts';

type StoreAccess = Access<Partial<ShipStationStoreSettings>, ShipStationStoreSecret>;

export const shipStationStoreSetUp: SetUpSpec<ShipStationStoreSettings, ShipStationStoreSecret> = {
  /** ShipStation cannot be asked whether it was given the credentials; `check` says whether it has called. */
  verify: async ({ secret }) => ({
    found: `it calls the bridge as ${secret.username}`,
    choices: {},
    accountMarks: [],
  }),
  check: checkStore,
  instructions: toInstructions,
  openWebhooks: null,
};

function toInstructions({ settings, secret, endpointsUrl }: StoreAccess): string[] {
  const { unpaid, paid, shipped, cancelled, onHold } = statuses.parse(settings.statuses ?? {});
  const url =
    endpointsUrl === ''
      ? 'the stack output EndpointsUrl… of the connection, and /store'
      : toUrl(endpointsUrl);
  return [
    'In ShipStation: Settings → Selling Channels → Store Setup → Connect a Store → Custom Store.',
    `URL to custom XML page: ${url}`,
    `Username: ${secret.username}. Password: the one that was stored`,
    `Statuses: unpaid → ${unpaid}, paid → ${paid}, shipped → ${shipped}, cancelled → ${cancelled}, on hold → ${onHold}`,
  ];
}

function toUrl(endpointsUrl: string): string {
  return `${endpointsUrl}/store`;
}

/** Two calls of our own endpoint: an empty window, which ShipStation would ask for likewise, and its state. */
async function checkStore(access: StoreAccess): Promise<Finding[]> {
  const name = `store of ${access.system}`;
  if (access.endpointsUrl === '') return [];
  const orders = await call(access, 'export', {
    start_date: '01/01/2001 00:00',
    end_date: '01/01/2001 00:01',
  });
  if (!orders.includes('<Orders pages="0">')) throw unexpected(access, 'an empty window is not empty');
  const parsed = status.safeParse(JSON.parse(await call(access, 'status', {})));
  if (parsed.data === undefined) throw unexpected(access, 'the state has another form');
  const { lastFetchedAt, problems } = parsed.data;
  return [
    { name, ok: true, found: 'the bridge serves orders with the stored credentials', next: '' },
    checkFetches(lastFetchedAt, access),
    ...problems.map(({ problem, since }) => ({
      name: `notice to ${access.system}`,
      ok: false,
      found: `${since.slice(0, 16)}: ${problem}`,
      next: `see docs/providers/shipstation-store.md`,
    })),
  ];
}

const status = z.object({
  lastFetchedAt: z.string().nullable(),
  problems: z.array(z.object({ since: z.string(), problem: z.string() })),
});

function checkFetches(lastFetchedAt: string | null, access: StoreAccess): Finding {
  const name = `fetches of ${access.system}`;
  if (lastFetchedAt === null) {
    const next = toInstructions(access).join(' ');
    return { name, ok: false, found: 'ShipStation has never fetched orders', next };
  }
  const age = access.now() - Date.parse(lastFetchedAt);
  const found = `ShipStation last fetched orders ${formatAge(Math.max(0, age))} ago`;
  if (age < DAY_MS) return { name, ok: true, found, next: '' };
  const next =
    'look in ShipStation whether the store is connected and imports automatically, or import by hand';
  return { name, ok: false, found, next };
}

const TIMEOUT_MS = 15_000;

async function call(
  access: StoreAccess,
  action: string,
  query: Readonly<Record<string, string>>,
): Promise<string> {
  const { system, secret, endpointsUrl } = access;
  const url = new URL(toUrl(endpointsUrl));
  url.search = new URLSearchParams({ action, ...query }).toString();
  const credentials = Buffer.from(`${secret.username}:${secret.password}`).toString('base64');
  const operation = `call its own ${action}`;
  const request = {
    headers: { authorization: `Basic ${credentials}` },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  };
  const answer = await fetch(url, request).catch((cause: unknown) => {
    throw new Unavailable({ system, operation, cause });
  });
  const body = await answer.text();
  if (answer.status === 200) return body;
  const details = { system, operation, status: answer.status };
  throw answer.status === 401 ? new OperatorActionNeeded(details) : new Unavailable(details);
}

function unexpected({ system }: StoreAccess, upstreamMessage: string): UnexpectedAnswer {
  return new UnexpectedAnswer({ system, operation: 'check its own answers', upstreamMessage });
}
