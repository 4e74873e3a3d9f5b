import type { CallView } from './views.ts';

type Fields = CallView['fields'];

/** `1 package`, `2 packages`. */
function count(number: string | undefined, one: string, several = `${one}s`): string {
  return number === '1' ? `1 ${one}` : `${number ?? '0'} ${several}`;
}

/**
 * A sentence for each event that a function logs about an order or its sale. What a sentence leaves out is in the fields, which
 * a page shows on request.
 */
export const EVENT_SENTENCES: Readonly<Record<string, (fields: Fields) => string>> = {
  'webhook.received': ({ event = '' }) => `A webhook arrived: ${event}.`,
  'webhook.ignored': () => 'A webhook arrived that concerns nothing here.',
  'webhook.refused': () => 'A webhook was refused: its token or signature is wrong.',
  'webhook.unreadable': () => 'A webhook arrived that cannot be read.',
  'webhook.failed': () => 'A webhook could not be processed; its sender repeats it.',
  'sale.reconciled': ({ outcome = '', reason = '' }) =>
    reason === '' ? `The sale was read: ${outcome}.` : `The sale was read. ${reason}`,
  'sale.skipped': ({ outcome }) =>
    outcome === 'no news'
      ? 'The webhook reported what the bridge had written itself, so the sale was not read.'
      : 'The webhook reported tracking that is not the bridge’s; it is noted, and the sale was not read.',
  'sale.unreadable': () => 'A part of the sale could not be read.',
  'sale.notFound': () => 'DEAR has no such sale any more.',
  'order.dispatched': describeDispatch,
  'order.label': ({ step = '', state = '' }) => `Label: ${step}, ${state}.`,
  'shipment.confirmed': ({ outcome, packages }) =>
    outcome === 'confirmed'
      ? `DEAR shows ${count(packages, 'package')} as picked, packed and shipped.`
      : `What left is not written to DEAR: ${outcome ?? 'refused'}.`,
  'shipment.waiting': ({ reason = '' }) => `What left is not written to DEAR yet. ${reason}`.trimEnd(),
  'shipment.corrected': ({ outcome = '' }) => `The shipment was corrected in DEAR: ${outcome}.`,
  'shipment.setAside': () => 'What left could not be recorded; it is tried again at each run.',
  'shipment.skipped': () => 'A shipment was left out.',
  'shipment.acknowledgementRefused': () => 'The service did not take the acknowledgement of a shipment.',
  'shipments.notAcknowledged': () => 'The service could not be told which shipments were read.',
  'shipments.collected': ({ packages }) =>
    `The service’s shipments were read: ${count(packages, 'new package')}.`,
  'parcel.unreadable': () => 'A parcel that the service reports could not be read.',
  'return.credited': ({ outcome = '' }) => `A credit note for what came back: ${outcome}.`,
  'bulkAct.carriedOut': ({ act = '', action = '', outcome }) =>
    `${outcome === 'done' ? 'Part' : 'Left out'} of the act ${act} on many orders (${action}).`,
  'record.unreadable': () => 'A stored record could not be read.',
  'message.deferred': ({ reason = '' }) =>
    `It is too early, and the bridge comes back to it. ${reason}`.trimEnd(),
  'message.failed': ({ failure = '' }) => `It failed (${failure}), and is tried again.`,
  'message.notSettled': () => 'It was done, and may come once more.',
  'message.notHidden': () => 'It comes back earlier than planned.',
  'calls.lost': () => 'Some calls are missing on this page.',
  'figure.lost': () => 'It is missing in the charts.',
  'endpoint.answered': ({ method = '', path = '' }) => `The service called ${method} ${path}.`,
};

function describeDispatch(fields: Fields): string {
  const { step, outcome, status, connection = 'The service', providerOrderId = '', cancelRefused } = fields;
  if (step === 'cancel') {
    if (cancelRefused === 'true') return `${connection} refused to cancel it.`;
    return status === 'Cancelled'
      ? `It was cancelled at ${connection}.`
      : `${connection} was asked to cancel it.`;
  }
  if (outcome === 'rejected') return `${connection} refused it.`;
  if (outcome === 'unknown') return `It was sent to ${connection}, and the answer was lost.`;
  const as = providerOrderId === '' ? '' : ` as ${providerOrderId}`;
  return step === 'update' ? `${connection} was told of the change.` : `${connection} has it${as}.`;
}

/** An event that the table lacks, perhaps of another version, by its name in words: `order moved`. */
export function describeEvent({ event, fields }: Pick<CallView, 'event' | 'fields'>): string {
  return EVENT_SENTENCES[event]?.(fields) ?? event.replaceAll(/[.]|(?=[A-Z])/g, ' ').toLowerCase();
}
