import { readAccount } from '../../dear/account.ts';
import { listSubscriptions } from '../../dear/webhook-subscriptions.ts';
import { OperatorActionNeeded, Rejected } from '../../domain/errors.ts';
import { shipStationV2Secret } from '../../providers/shipstation-v2/settings.ts';
import { listWarehouses } from '../../providers/shipstation-v2/warehouses.ts';
import type { Bridge } from '../bridge.ts';
import { type Check, type Examination, fine, wrong } from './check.ts';

export const dearCredentials: Examination = {
  name: 'DEAR credentials',
  examine: async (bridge) => {
    const name = 'DEAR credentials';
    try {
      const { company, timeZone } = await readAccount(await bridge.dear());
      return [fine(name, `they open the account of ${company} (${timeZone})`)];
    } catch (error) {
      if (!(error instanceof OperatorActionNeeded)) throw error;
      return [wrong(name, error.message, storeAgain(bridge))];
    }
  },
};

export const automationModule: Examination = {
  name: 'Automation module',
  examine: async (bridge) => {
    const name = 'Automation module';
    if (bridge.settings.dear.webhooks === 'off') return [fine(name, "not used: dear.webhooks is 'off'")];
    try {
      await listSubscriptions(await bridge.dear());
      return [fine(name, 'DEAR lets us register webhooks')];
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      const next = "add the module to the subscription, or set dear: { webhooks: 'off' } and deploy";
      return [wrong(name, `DEAR refuses webhooks: ${error.details.words ?? 'it does not say why'}`, next)];
    }
  },
};

/** The key, and whether the warehouse of the settings exists in that account. */
export const providerCredentials: Examination = {
  name: 'provider credentials',
  examine: async (bridge) =>
    (await Promise.all(bridge.settings.connections.map(({ id }) => examineProvider(bridge, id)))).flat(),
};

async function examineProvider(bridge: Bridge, id: string): Promise<Check[]> {
  const connection = bridge.connection(id);
  const name = `credentials of ${id}`;
  const secret = shipStationV2Secret.safeParse(await bridge.secrets.read(bridge.secretNames.connection(id)));
  if (!secret.success) return [wrong(name, 'no key is stored', storeAgain(bridge))];
  try {
    const warehouses = await listWarehouses(id, connection, secret.data.apiKey, bridge.now);
    return [
      fine(name, `its account has ${warehouses.length} warehouses`),
      warehouseCheck(
        `warehouse of ${id}`,
        connection.warehouseId,
        warehouses.map((one) => one.id),
      ),
    ];
  } catch (error) {
    if (!(error instanceof OperatorActionNeeded)) throw error;
    return [wrong(name, error.message, storeAgain(bridge))];
  }
}

function warehouseCheck(name: string, wanted: string, known: readonly string[]): Check {
  if (known.includes(wanted)) return fine(name, `${wanted} is there`);
  const next = `set warehouseId to one of ${known.join(', ')} in bridge.config.ts`;
  return wrong(name, `${wanted} is not in its account`, next);
}

function storeAgain({ kind, name }: Bridge): string {
  return kind === 'local'
    ? 'bridge init --secrets FILE --secrets-only'
    : `bridge init --stack ${name} --secrets FILE --secrets-only`;
}
