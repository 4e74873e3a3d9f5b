import * as z from 'zod';
import {
  CONTRACT_VERSION,
  ERROR_CODES,
  type ErrorCode,
  errorSchema,
  MAX_MESSAGE_BYTES,
  newsSchema,
  orderAnswerSchema,
  ordersPageSchema,
  requestSchema,
  shipmentSchema,
  shipmentsPageSchema,
  stockPageSchema,
} from '../../lib/providers/http/contract.ts';
import { TOLERANCE_SECONDS } from '../../lib/providers/http/signature.ts';

/** Shown as a list of shipments, which the bridge checks one by one. */
const shipmentsPage = shipmentsPageSchema
  .extend({ shipments: z.array(shipmentSchema) })
  .meta({ id: 'ShipmentsPage' });

const acceptedSchema = z
  .object({ accepted: z.literal(true), isRepeated: z.boolean() })
  .meta({ id: 'Accepted' });

/** `docs/openapi.json`: the contract between the bridge and a warehouse, OpenAPI 3.1. */
export function openApiDocument(): string {
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'Warehouse contract of dear-fulfillment-bridge',
      version: CONTRACT_VERSION,
      description: DESCRIPTION,
    },
    servers: [
      {
        url: '{baseUrl}',
        description: 'The setting `baseUrl` of the connection.',
        variables: { baseUrl: { default: 'https://wms.example.com/bridge' } },
      },
    ],
    paths: getPaths(),
    webhooks: {
      message: {
        post: {
          operationId: 'sendMessage',
          summary: 'A message of the warehouse to `/providers/{connection}/messages` of the bridge.',
          description:
            'It is kept before it is answered. Without a 2xx send it again, with the same `webhook-id` and a new timestamp, for a day at least. Send the next message about a shipment once the one before was accepted.',
          parameters: SIGNATURE,
          requestBody: toBody('WarehouseMessage'),
          responses: {
            200: toAnswer('Accepted', 'Kept, now or before.'),
            ...refusals(
              'invalid_message',
              'unknown_type',
              'invalid_signature',
              'timestamp_out_of_tolerance',
              'too_large',
            ),
          },
        },
      },
    },
    components: { schemas: getSchemas(), parameters: getParameters() },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const DESCRIPTION = `The bridge calls the paths at the warehouse; the warehouse sends the webhook to the bridge. Both sign by the Standard Webhooks specification: HMAC-SHA256 over \`webhook-id.webhook-timestamp.body\`, an empty body where there is none. Either refuses a timestamp more than ${TOLERANCE_SECONDS} s from its clock, and accepts a message where one of several signatures matches, so that a secret can be replaced. A message has at most ${MAX_MESSAGE_BYTES} bytes. A refusal has a machine code; only the codes are read by the bridge. Required are \`POST /orders\` with \`order.submitted\`, \`GET /orders/{reference}\`, and shipments, sent or listed. What is not offered answers 501 not_implemented.`;

function getPaths() {
  return {
    '/orders': {
      post: {
        operationId: 'sendOrder',
        summary: 'Take, change or cancel an order.',
        description:
          '`data.reference` is the idempotency key: a repeated message changes nothing and is answered with the order as it is. Where an answer is lost, the bridge looks the order up before it repeats the message.',
        parameters: SIGNATURE,
        requestBody: toBody('OrderMessage'),
        responses: {
          200: toAnswer('OrderAnswer', 'The order as the warehouse holds it now.'),
          ...refusals(
            'invalid_message',
            'unknown_type',
            'invalid_signature',
            'timestamp_out_of_tolerance',
            'order_not_found',
            'reference_taken',
            'too_late',
            'order_cancelled',
            'too_large',
            'invalid_order',
            'rate_limited',
            'not_implemented',
          ),
        },
      },
      get: toList('listOrders', 'Orders that are open or held. Part `status`.', 'OrdersPage', ['Status']),
    },
    '/orders/{reference}': {
      get: {
        operationId: 'getOrder',
        summary: 'The order with exactly this reference, in any state.',
        parameters: [...SIGNATURE, toRef('parameters', 'Reference')],
        responses: {
          200: toAnswer('OrderAnswer', 'The order.'),
          ...refusals('invalid_signature', 'timestamp_out_of_tolerance', 'order_not_found', 'rate_limited'),
        },
      },
    },
    '/shipments': {
      get: toList(
        'listShipments',
        'Shipments in order of their last change. Setting `shipments: listed`.',
        'ShipmentsPage',
        ['Since'],
      ),
    },
    '/stock': {
      get: toList(
        'listStock',
        'Every product that the warehouse knows, once for each batch, with 0 where there is none. Part `stock`.',
        'StockPage',
        [],
      ),
    },
  };
}

function toList(operationId: string, summary: string, schema: string, parameters: readonly string[]) {
  return {
    operationId,
    summary,
    parameters: [...SIGNATURE, ...[...parameters, 'Limit', 'Page'].map((name) => toRef('parameters', name))],
    responses: {
      200: toAnswer(schema, 'A page.'),
      ...refusals('invalid_signature', 'timestamp_out_of_tolerance', 'rate_limited', 'not_implemented'),
    },
  };
}

function toRef(kind: 'parameters' | 'schemas', name: string) {
  return { $ref: `#/components/${kind}/${name}` };
}

const SIGNATURE = ['WebhookId', 'WebhookTimestamp', 'WebhookSignature'].map((name) =>
  toRef('parameters', name),
);

function toBody(name: string) {
  return { required: true, content: toContent(name) };
}

function toAnswer(name: string, description: string) {
  return { description, content: toContent(name) };
}

function toContent(name: string) {
  return { 'application/json': { schema: toRef('schemas', name) } };
}

/** One answer for each status, which names its codes. */
function refusals(...codes: readonly ErrorCode[]) {
  const byStatus = Object.groupBy(codes, (code) => ERROR_CODES[code][0]);
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, all]) => [
      status,
      toAnswer('Error', all.map((code) => `\`${code}\`: ${ERROR_CODES[code][1]}`).join(' ')),
    ]),
  );
}

function getParameters() {
  const toParameter = (
    place: 'header' | 'query' | 'path',
    name: string,
    description: string,
    schema: object,
  ) => ({
    in: place,
    name,
    required: place !== 'query',
    description,
    schema,
  });
  const text = { type: 'string' };
  return {
    WebhookId: toParameter('header', 'webhook-id', 'Of the message; the same where it is sent again.', text),
    WebhookTimestamp: toParameter('header', 'webhook-timestamp', 'Seconds since the epoch.', {
      type: 'integer',
    }),
    WebhookSignature: toParameter(
      'header',
      'webhook-signature',
      '`v1,` and base64; several with blanks.',
      text,
    ),
    Reference: toParameter('path', 'reference', 'Key of the order.', text),
    Status: {
      ...toParameter('query', 'status', 'Always `unshipped`.', { const: 'unshipped' }),
      required: true,
    },
    Since: toParameter('query', 'since', 'Only those changed then or later; without it, all.', {
      ...text,
      format: 'date-time',
    }),
    Limit: toParameter('query', 'limit', 'Rows wanted; the warehouse may give fewer.', { type: 'integer' }),
    Page: toParameter('query', 'page', '`next` of the page before.', text),
  };
}

/** Every schema with an id, as it is on the wire. */
function getSchemas(): Record<string, unknown> {
  const all = z.object({
    requestSchema,
    orderAnswerSchema,
    ordersPageSchema,
    shipmentsPage,
    stockPageSchema,
    newsSchema,
    errorSchema,
    acceptedSchema,
  });
  const { $defs = {} } = z.toJSONSchema(all, {
    io: 'input',
    target: 'draft-2020-12',
    override: ({ jsonSchema }) => {
      // Beside a format, zod's pattern of dates is 300 characters of the same.
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
    },
  });
  const text = JSON.stringify($defs).replaceAll('"#/$defs/', '"#/components/schemas/');
  const schemas = z.record(z.string(), z.record(z.string(), z.unknown())).parse(JSON.parse(text));
  return Object.fromEntries(
    Object.entries(schemas)
      .map(([name, { id: _, ...schema }]) => [name, schema] as const)
      .sort(([one], [other]) => one.localeCompare(other)),
  );
}
