import { type ExtensivSandboxOptions, startExtensivSandbox } from 'dear-sandbox/extensiv';
import { manualTimeline } from 'dear-sandbox/kit';
import { onTestFinished } from 'vitest';

const CREDENTIALS = { clientId: 'client', clientSecret: 'secret', userLogin: '7' };
const CUSTOMERS = [12, 13].map((id) => ({ id, name: `C${id}`, facilities: [{ id: 1, name: 'Reno' }] }));

/** An answer of the API, with the fields that tests read of any of them. */
export interface ApiAnswer {
  access_token: string;
  readOnly: { orderId: number; status: number };
  orderItems: ReadonlyArray<{ readOnly: { orderItemId: number } }>;
  ErrorCode: string;
  Properties: ReadonlyArray<{ Name: string }>;
  totalResults: number;
  TotalResults: number;
  ResourceList: ReadonlyArray<{ ReferenceNum: string; ReadOnly: { OrderId: number } }>;
}

/** A started sandbox, on a clock moved by hand, and the calls that tests make of it, with a token. */
export async function startSandbox(options: Partial<ExtensivSandboxOptions> = {}) {
  const timeline = manualTimeline();
  const sandbox = await startExtensivSandbox({
    ...{ port: 0, credentials: CREDENTIALS, timeline, customers: CUSTOMERS },
    ...options,
  });
  onTestFinished(() => sandbox.close());
  const send = async (method: string, path: string, body: unknown, headers: Record<string, string>) => {
    const answer = await fetch(`${sandbox.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: (text && JSON.parse(text)) as ApiAnswer };
  };
  const askToken = (body: object, { clientId, clientSecret } = CREDENTIALS) => {
    const encoded = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    const asked = { grant_type: 'client_credentials', ...body };
    return send('POST', '/AuthServer/api/Token', asked, { authorization: `Basic ${encoded}` });
  };
  const { access_token } = (await askToken({ user_login: '7' })).body;
  const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    send(method, path, body, { authorization: `Bearer ${access_token}`, ...headers });
  return {
    ...sandbox,
    timeline,
    call,
    askToken,
    create: (reference: string, fields: object = {}) =>
      call('POST', '/orders', { ...orderBody(reference), ...fields }),
    list: async (rql: string) => (await call('GET', `/orders?rql=${encodeURIComponent(rql)}`)).body,
    setTo: (settings: object) => call('PATCH', '/sandbox/settings', settings),
  };
}

/** A request that the sandbox accepts. */
export function orderBody(referenceNum: string) {
  return {
    customerIdentifier: { id: 12 },
    facilityIdentifier: { id: 1 },
    referenceNum,
    shipTo: { name: 'Ida Tern', address1: '9 Quay Street', city: 'Reno', state: 'NV', country: 'US' },
    orderItems: [{ itemIdentifier: { sku: 'CUP' }, qty: 2 }],
  };
}
