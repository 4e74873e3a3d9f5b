import { manualTimeline } from 'dear-sandbox/kit';
import { type LabelRow, startShipStationSandbox } from 'dear-sandbox/shipstation-v2';
import { shipStationV2 } from '../../lib/providers/shipstation-v2/provider.ts';
import { describeLabelContract, type LabelShop } from './label-contract.ts';
import { sandboxCaller } from './sandbox-caller.ts';

const API_KEY = 'label-key';
const CARRIERS = ['se-2001', 'se-2002', 'se-2003'];

/** @param labelFiles ShipStation's descriptions leave open where the file is */
async function openShop(labelFiles: 'inline' | 'address'): Promise<LabelShop> {
  const timeline = manualTimeline();
  const sandbox = await startShipStationSandbox({ port: 0, apiKey: API_KEY, timeline });
  const provider = shipStationV2({
    system: 'shipstation',
    settings: { baseUrl: sandbox.url, warehouseId: 'se-1001' },
    apiKey: API_KEY,
    now: timeline.now,
    pageSize: 5,
  });
  const call = sandboxCaller(sandbox.url, { 'api-key': API_KEY });
  const labels = async () => (await call<{ labels: LabelRow[] }>('GET', '/sandbox/labels')).labels;
  const addFault = (fault: object) => call('POST', '/sandbox/faults', fault);
  const change = (settings: object) => call('PATCH', '/sandbox/settings', settings);
  // Asking for rates is no write: it is repeated.
  const writes = { method: ['POST', 'PUT'], path: '/v2/labels' };
  await change({ labelFiles });
  return {
    provider,
    validLabels: async () => (await labels()).filter(({ voided }) => !voided).length,
    buyByHand: async (id) => (await call<LabelRow>('POST', `/v2/labels/shipment/${id}`)).tracking_number,
    weigh: async (id, weightGrams) => {
      await call('POST', `/sandbox/shipments/${id}/edit`, { weightGrams });
    },
    emptyBalance: async () => {
      await change({ balances: Object.fromEntries(CARRIERS.map((id) => [id, 0.5])) });
    },
    scan: async (number) => {
      const label = (await labels()).find(({ tracking_number }) => tracking_number === number);
      await call('POST', `/sandbox/labels/${label!.label_id}/scan`, { status: 'in_transit' });
    },
    delayLists: async (labelLagMs) => {
      await change({ labelLagMs });
    },
    loseNextAnswer: async (isDone) => {
      await addFault({ kind: isDone ? 'timeout-after' : 'timeout-before', match: writes });
    },
    refuseNextWrite: async (message) => {
      await addFault({ kind: 'status', status: 400, code: 'invalid_address', message, match: writes });
    },
    letTimePass: (milliseconds) => timeline.advance(milliseconds),
    close: async () => {
      await provider.close();
      await sandbox.close();
    },
  };
}

describeLabelContract('ShipStation V2, with files inline', () => openShop('inline'));
describeLabelContract('ShipStation V2, with files at an address', () => openShop('address'));
