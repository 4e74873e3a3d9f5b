import type { RecordedCall } from '../../lib/domain/call/recorded-call.ts';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import type { Bridge } from '../bridge.ts';

/** The calls that were made for an order and for its sale, masked, latest first. */
export async function readCalls(
  bridge: Pick<Bridge, 'calls' | 'now'>,
  { reference, saleId }: FulfillmentOrder,
): Promise<RecordedCall[]> {
  return await readCallsFor(bridge, [reference, saleId]);
}

/** @param owners references of orders, and ids of sales */
export async function readCallsFor(
  { calls, now }: Pick<Bridge, 'calls' | 'now'>,
  owners: readonly string[],
): Promise<RecordedCall[]> {
  const found = await Promise.all(owners.map((owner) => calls.list(owner, now())));
  return found.flat().sort((a, b) => b.at.localeCompare(a.at));
}

/** `400 in 412 ms`, or why there is no answer. */
export function getOutcome({ status, durationMs, fault }: RecordedCall): string {
  return status === null
    ? `no answer after ${durationMs} ms${fault && `: ${fault}`}`
    : `${status} in ${durationMs} ms`;
}

/** The call for a shell, without its body. Credentials are variables of the shell. */
export function toCurl({
  system,
  method,
  url,
  credentials,
  request,
}: Pick<RecordedCall, 'system' | 'method' | 'url' | 'credentials' | 'request'>): string {
  const headers = Object.entries(request.headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`);
  const secrets = credentials.map((name) => `-H "${name}: $${toVariable(system, name)}"`);
  return [`curl -sS -X ${method} ${quote(url)}`, ...secrets, ...headers].join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** `api-auth-applicationkey` of DEAR: `DEAR_APPLICATIONKEY`. */
function toVariable(system: string, header: string): string {
  const name = `${system}_${header.split('-').at(-1)}`;
  return name.toUpperCase().replaceAll(/[^A-Z\d]/g, '_');
}

const TOKEN = /"(?:[^"\\]|\\.)*"?|[{}[\],:]|[^"{}[\],:\s]+/g;

/** JSON on lines, also where it was cut in the middle; XML with each element on a line; other text as it is. */
export function toLines(body: string): string {
  if (body.startsWith('<')) return body.replaceAll(/>\s*</g, '>\n<');
  if (!/^[[{]/.test(body)) return body;
  let depth = 0;
  let text = '';
  const newLine = () => `\n${'  '.repeat(Math.max(0, depth))}`;
  for (const [token] of body.matchAll(TOKEN)) {
    if (token === '}' || token === ']') {
      depth -= 1;
      text = /[[{]\s*$/.test(text) ? `${text.trimEnd()}${token}` : `${text}${newLine()}${token}`;
    } else if (token === '{' || token === '[') {
      depth += 1;
      text += `${token}${newLine()}`;
    } else if (token === ',') text += `,${newLine()}`;
    else text += token === ':' ? ': ' : token;
  }
  return text;
}
