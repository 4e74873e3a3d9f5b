import type * as z from 'zod';
import { isoTime } from '../../domain/clock.ts';
import { describeIssues } from '../../upstream/body.ts';
import { NOT_OFFERED, type Trial, type TrialAnswer } from './conformance-trial.ts';
import {
  ERROR_CODES,
  type ErrorCode,
  MAX_MESSAGE_BYTES,
  orderAnswerSchema,
  ordersPageSchema,
  shipmentSchema,
  shipmentsPageSchema,
  stockPageSchema,
  type WireOrder,
} from './contract.ts';
import { isSameGoods } from './order-mapper.ts';
import { sign } from './signature.ts';

/** '' where the rule is kept, else what was found in place of what is expected. */
type Found = string | typeof NOT_OFFERED;

export interface ConformanceRule {
  readonly part: 'signatures' | 'orders' | 'change' | 'cancel' | 'status' | 'shipments' | 'stock';
  readonly rule: string;
  readonly expected: string;
  readonly check: (trial: Trial) => Promise<Found>;
}

/** The tolerance is 300 s; half a minute more leaves room for a slow call and for clocks that differ. */
const BEYOND_TOLERANCE_S = 330;

export const CONFORMANCE_RULES: readonly ConformanceRule[] = [
  ...signatureRules(),
  ...orderRules(),
  ...changeRules(),
  ...statusRules(),
  ...cancelRules(),
  ...listRules(),
];

function signatureRules(): ConformanceRule[] {
  const path = '/orders/CHECK-0';
  const refused = (rule: string, code: ErrorCode, toHeaders: (trial: Trial) => Record<string, string>) =>
    toRule('signatures', rule, expectCode(code), async (trial) =>
      findCodeProblem(await trial.call({ method: 'GET', path, headers: toHeaders(trial) }), code),
    );
  const wrong = { signingSecret: 'a secret that is not of this warehouse', previousSigningSecret: '' };
  const accepted = (rule: string, toHeaders: (trial: Trial) => Record<string, string>) =>
    toRule('signatures', rule, expectCode('order_not_found'), async (trial) =>
      findCodeProblem(
        await trial.call({ method: 'GET', path, headers: toHeaders(trial) }),
        'order_not_found',
      ),
    );
  return [
    accepted('A call with the right signature is accepted', ({ secrets, now }) => sign('', secrets, now)),
    accepted('One right signature among several is enough', ({ secrets, now }) =>
      sign('', { signingSecret: wrong.signingSecret, previousSigningSecret: secrets.signingSecret }, now),
    ),
    refused('A call without a signature is refused', 'invalid_signature', () => ({})),
    refused('A call that is signed with another secret is refused', 'invalid_signature', ({ now }) =>
      sign('', wrong, now),
    ),
    toRule(
      'signatures',
      'A body that was changed after it was signed is refused',
      expectCode('invalid_signature'),
      async (trial) => {
        const order = toOrder(trial, 'changed');
        const headers = sign(trial.toBody('order.submitted', order), trial.secrets, trial.now);
        const body = trial.toBody('order.submitted', { ...order, phone: '5550100' });
        return findCodeProblem(await trial.call({ path: '/orders', body, headers }), 'invalid_signature');
      },
    ),
    ...[-BEYOND_TOLERANCE_S, BEYOND_TOLERANCE_S].map((seconds) =>
      refused(
        `A call that was signed ${Math.abs(seconds)} s ${seconds < 0 ? 'ago' : 'ahead'} is refused`,
        'timestamp_out_of_tolerance',
        ({ secrets, now }) => sign('', secrets, now + seconds * 1000),
      ),
    ),
  ];
}

function orderRules(): ConformanceRule[] {
  const message = (rule: string, code: ErrorCode, toBody: (trial: Trial) => string) =>
    toRule('orders', rule, expectCode(code), async (trial) =>
      findCodeProblem(await trial.call({ path: '/orders', body: toBody(trial) }), code),
    );
  const submit = (rule: string) =>
    toRule('orders', rule, 'the order, open, with its lines', async (trial) => {
      const order = toOrder(trial, '1');
      return findOrderProblem(await trial.send('order.submitted', order), order, 'open');
    });
  return [
    submit('An order is taken'),
    submit('A repeated order is answered with the one that was taken'),
    toRule(
      'orders',
      'The reference is not taken for other goods',
      expectCode('reference_taken'),
      async (trial) => {
        const other = toOrder(trial, '1', 5);
        return findCodeProblem(await trial.send('order.submitted', other), 'reference_taken');
      },
    ),
    toRule(
      'orders',
      'An order is found by its reference',
      'the order, open, with its lines',
      async (trial) => {
        const order = toOrder(trial, '1');
        return findOrderProblem(await trial.get(`/orders/${order.reference}`), order, 'open');
      },
    ),
    toRule('orders', 'A part of a reference finds no order', expectCode('order_not_found'), async (trial) =>
      findCodeProblem(await trial.get(`/orders/${trial.prefix}`), 'order_not_found'),
    ),
    message('An order without lines is refused', 'invalid_order', (trial) =>
      trial.toBody('order.submitted', { ...toOrder(trial, 'empty'), lines: [] }),
    ),
    message('A body that is no JSON is refused', 'invalid_message', () => '<order/>'),
    message('A message of an unknown type is refused', 'unknown_type', (trial) =>
      trial.toBody('order.painted', toOrder(trial, 'painted')),
    ),
    message(`A message of more than ${MAX_MESSAGE_BYTES} bytes is refused`, 'too_large', (trial) =>
      trial.toBody('order.submitted', { ...toOrder(trial, 'large'), notes: 'x'.repeat(MAX_MESSAGE_BYTES) }),
    ),
  ];
}

function changeRules(): ConformanceRule[] {
  const change = (rule: string) =>
    toRule('change', rule, 'the order, open, with its new lines', async (trial) => {
      const order = toOrder(trial, '1', 3);
      return findOrderProblem(await trial.send('order.changed', order), order, 'open');
    });
  return [
    change('An order is changed'),
    change('A repeated change is answered like the first'),
    toRule(
      'change',
      'A change of an unknown order is refused',
      expectCode('order_not_found'),
      async (trial) =>
        findCodeProblem(await trial.send('order.changed', toOrder(trial, 'unknown')), 'order_not_found'),
    ),
  ];
}

function statusRules(): ConformanceRule[] {
  return [
    toRule('status', 'The unshipped orders are listed', 'a page with the order', async (trial) => {
      for (let page = '', read = 0; read < MAX_PAGES; read += 1) {
        const answer = await trial.get(`/orders?status=unshipped&limit=100${toPage(page)}`);
        const problem = findFormProblem(answer, ordersPageSchema);
        if (problem !== '') return problem;
        const { orders, next } = ordersPageSchema.parse(answer.json);
        if (orders.some(({ reference }) => reference === toReference(trial, '1'))) return '';
        if (next === '') return `${toReference(trial, '1')} is on no page`;
        page = next;
      }
      return `${toReference(trial, '1')} is not on the first ${MAX_PAGES} pages`;
    }),
  ];
}

const MAX_PAGES = 50;

function toPage(page: string): string {
  return page === '' ? '' : `&page=${encodeURIComponent(page)}`;
}

/** They end the life of the order that the others are about. */
function cancelRules(): ConformanceRule[] {
  const cancel = (rule: string) =>
    toRule('cancel', rule, 'the order, cancelled', async (trial) => {
      const answer = await trial.send('order.cancelled', { reference: toReference(trial, '1') });
      return findOrderProblem(answer, null, 'cancelled');
    });
  return [
    cancel('An order is cancelled'),
    cancel('A repeated cancellation is answered like the first'),
    toRule(
      'cancel',
      'A cancellation of an unknown order is refused',
      expectCode('order_not_found'),
      async (trial) =>
        findCodeProblem(
          await trial.send('order.cancelled', { reference: toReference(trial, 'unknown') }),
          'order_not_found',
        ),
    ),
    toRule('change', 'A cancelled order is not changed', expectCode('order_cancelled'), async (trial) => {
      const { json } = await trial.get(`/orders/${toReference(trial, '1')}`);
      // Where orders are never cancelled, the rule says nothing.
      if (orderAnswerSchema.safeParse(json).data?.order.status !== 'cancelled') return NOT_OFFERED;
      return findCodeProblem(await trial.send('order.changed', toOrder(trial, '1', 4)), 'order_cancelled');
    }),
  ];
}

function listRules(): ConformanceRule[] {
  return [
    toRule(
      'shipments',
      'Shipments are listed since a time, in order of their last change',
      'a page of shipments',
      async (trial) => {
        const since = new Date(trial.now - 86_400_000).toISOString();
        const answer = await trial.get(`/shipments?since=${encodeURIComponent(since)}&limit=100`);
        const problem = findFormProblem(answer, shipmentsPageSchema);
        return problem === ''
          ? findListProblem(shipmentsPageSchema.parse(answer.json).shipments, since)
          : problem;
      },
    ),
    toRule('stock', 'Stock is listed', 'a page of stock', async (trial) =>
      findFormProblem(await trial.get('/stock?limit=100'), stockPageSchema),
    ),
  ];
}

function findListProblem(shipments: readonly unknown[], since: string): Found {
  let before = Date.parse(since);
  for (const [index, shipment] of shipments.entries()) {
    const { data, error } = shipmentSchema.safeParse(shipment);
    if (error !== undefined) return `shipment ${index + 1}: ${describeIssues(error)}`;
    const changedAt = Date.parse(data.changedAt);
    if (changedAt < before) return `shipment ${index + 1} changed before ${isoTime(before)}`;
    before = changedAt;
  }
  return '';
}

function toRule(
  part: ConformanceRule['part'],
  rule: string,
  expected: string,
  check: ConformanceRule['check'],
): ConformanceRule {
  return { part, rule, expected, check };
}

function expectCode(code: ErrorCode): string {
  return `${ERROR_CODES[code][0]} ${code}`;
}

function findCodeProblem({ status, code, json }: TrialAnswer, wanted: ErrorCode): Found {
  if (code === 'not_implemented') return NOT_OFFERED;
  if (status === ERROR_CODES[wanted][0] && code === wanted) return '';
  return toFound({ status, code, json });
}

function findFormProblem(answer: TrialAnswer, schema: z.ZodType): Found {
  if (answer.code === 'not_implemented') return NOT_OFFERED;
  if (answer.status < 200 || answer.status > 299) return toFound(answer);
  const parsed = schema.safeParse(answer.json);
  return parsed.success ? '' : `${answer.status}, ${describeIssues(parsed.error)}`;
}

/** @param order whose goods are expected; null: any */
function findOrderProblem(answer: TrialAnswer, order: WireOrder | null, status: string): Found {
  const problem = findFormProblem(answer, orderAnswerSchema);
  if (problem !== '') return problem;
  const found = orderAnswerSchema.parse(answer.json).order;
  if (found.status !== status) return `the order is ${found.status}`;
  if (order === null) return '';
  if (found.reference !== order.reference) return `the order ${found.reference}`;
  return isSameGoods(found.lines, order.lines) ? '' : 'the order has other lines';
}

function toFound({ status, code, json }: TrialAnswer): string {
  if (code !== '') return `${status} ${code}`;
  return `${status} ${json === undefined ? 'and a body that is no JSON' : 'without error.code'}`;
}

function toReference({ prefix }: Trial, name: string): string {
  return `${prefix}-${name}`;
}

/** An order that a person would recognise as a trial. */
function toOrder(trial: Trial, name: string, quantity = 2): WireOrder {
  const reference = toReference(trial, name);
  const address = {
    name: 'Conformance Check',
    company: '',
    line1: '1 Test Street',
    line2: '',
    city: 'Austin',
    state: 'TX',
    postcode: '78701',
    country: 'US',
  };
  return {
    reference,
    saleOrderNumber: reference,
    customerReference: '',
    channel: 'conformance',
    orderDate: '',
    shipBy: '',
    shipTo: address,
    billTo: address,
    email: '',
    phone: '',
    shippingService: '',
    notes: 'A trial order. Do not ship it.',
    internalNotes: '',
    isGift: false,
    giftMessage: '',
    currency: 'USD',
    lines: [toLine(quantity)],
  };
}

function toLine(quantity: number): WireOrder['lines'][number] {
  return {
    key: 'line-1',
    sku: 'CONFORMANCE-CHECK',
    name: 'Trial product',
    quantity,
    unitPrice: 1,
    weightGrams: 100,
    imageUrl: '',
    options: [],
    bin: '',
    batch: '',
    expiry: '',
    comment: '',
  };
}
