import type { ApiCall } from '../call-log.ts';
import type { DearState } from './state.ts';

/** Why a call was turned away before any rule saw it. */
export type Turned = 'credentials' | 'rate-limit' | 'fault';

/** Its path is the one below `/ExternalApi/v2/`. */
export interface DearCall extends ApiCall {
  /** `POST sale/fulfilment/pick`: the same for every spelling of the path. */
  operation: string;
  /** Of the sale that the call names by its ID, SaleID or TaskID; '' where it names none that exists. */
  saleOrderNumber: string;
  /** null: the rules had it. */
  refused: Turned | null;
}

/** Which sale a call is about, as far as its query and body tell. */
export function orderNumberOf(
  state: DearState,
  { query, body }: { query: DearCall['query']; body: unknown },
): string {
  const named = typeof body === 'object' && body !== null ? body : {};
  const ids = [
    query.id,
    query.saleid,
    query.taskid,
    'ID' in named && named.ID,
    'SaleID' in named && named.SaleID,
    'TaskID' in named && named.TaskID,
  ]
    .filter((id) => typeof id === 'string')
    .map((id) => id.toLowerCase());
  const sale = state.sales.find(
    ({ id, orderNumber, fulfilments }) =>
      ids.includes(id) ||
      fulfilments.some(({ taskId }) => ids.includes(taskId)) ||
      query.search === orderNumber,
  );
  return sale?.orderNumber ?? '';
}
