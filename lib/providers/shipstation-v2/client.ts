import type * as z from 'zod';
import type { Attempt } from '../../upstream/attempt.ts';
import { errorFromUnknownForm, parseAnswer } from '../../upstream/body.ts';
import { type CountedPage, readRows } from '../../upstream/paging.ts';
import type { Transport } from '../../upstream/transport.ts';
import { errorFromAnswer, isShipStationError } from './classify-answer.ts';
import type { ShipmentRequest } from './order-request.ts';
import {
  type CreatedShipment,
  createdShipments,
  type Fulfillment,
  fulfillment,
  fulfillmentsPage,
  type Label,
  type LabelTrack,
  label,
  labelsPage,
  labelTrack,
  type Shipment,
  shipment,
  shipmentsPage,
  type WarehouseRow,
  warehousesPage,
} from './schemas.ts';
import type { Replacement } from './shipment-replacement.ts';

export type Query = Readonly<Record<string, string | number>>;

/** The endpoints of ShipStation that we use, without our domain. All methods throw the classes of `domain/errors.ts`. */
export interface ShipStationClient {
  /** `POST /v2/shipments` with one row, and its result. */
  createShipment(body: ShipmentRequest): Promise<CreatedShipment>;
  /** `GET /v2/shipments` */
  shipments(query: Query, reference?: string): Promise<CountedPage<Shipment>>;
  /**
   * `GET /v2/shipments/{id}`; null where ShipStation itself answers that there is none, as for a merged shipment.
   * @throws {UnexpectedAnswer} for a 404 of a gateway
   */
  shipment(shipmentId: string): Promise<Shipment | null>;
  /** `GET /v2/shipments/external_shipment_id/{id}`; null as `shipment`. */
  shipmentNamed(externalId: string): Promise<Shipment | null>;
  /** `PUT /v2/shipments/{id}` with the whole object; returns the shipment as it is afterwards. */
  replaceShipment(shipmentId: string, body: Replacement, reference: string): Promise<Shipment>;
  /** `PUT /v2/shipments/{id}/cancel` */
  cancelShipment(shipmentId: string, reference: string): Promise<void>;
  /** `PUT /v2/shipments/{id}/hold` @param until ISO date after today */
  holdShipment(shipmentId: string, until: string, reference: string): Promise<void>;
  /** `PUT /v2/shipments/{id}/restore`, which is refused where the shipment is not held. */
  restoreShipment(shipmentId: string, reference: string): Promise<void>;
  /** `POST /v2/shipments/{id}/tags/{name}`, which creates a tag that does not exist. */
  addTag(shipmentId: string, tag: string, reference: string): Promise<void>;
  /** `GET /v2/warehouses` */
  warehouses(): Promise<readonly WarehouseRow[]>;
  /** `GET /v2/labels/{id}`; null as `shipment`. */
  label(labelId: string): Promise<Label | null>;
  /** `GET /v2/labels/{id}/track`; null as `shipment`. */
  track(labelId: string): Promise<LabelTrack | null>;
  /** `GET /v2/labels` */
  labels(query: Query): Promise<CountedPage<Label>>;
  /** `GET /v2/fulfillments` */
  fulfillments(query: Query): Promise<CountedPage<Fulfillment>>;
  close(): Promise<void>;
}

/** @param system the connection's id, which errors name */
export function shipStationClient(transport: Transport, system: string): ShipStationClient {
  const { reading, writing } = getAttempts(system);

  function get<Schema extends z.ZodType>(path: string, schema: Schema, attempt: Attempt) {
    return transport.read({ method: 'GET', path }, schema, attempt);
  }

  /** null where ShipStation itself answers that there is none. */
  async function getOne<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    attempt: Attempt,
  ): Promise<z.infer<Schema> | null> {
    const answer = await transport.send({ method: 'GET', path }, attempt);
    if (answer.status === 404 && isShipStationError(answer)) return null;
    if (answer.status !== 200) throw errorFromAnswer(attempt, answer);
    return parseAnswer(schema, answer, attempt);
  }

  return {
    async createShipment(body) {
      const attempt = writing('create shipment', body.external_shipment_id);
      const answer = await transport.sendForSuccess(
        { method: 'POST', path: '/v2/shipments', body: { shipments: [body] } },
        attempt,
      );
      const [row] = parseAnswer(createdShipments, answer, attempt).shipments;
      if (row === undefined) throw errorFromUnknownForm(attempt, answer.status, 'shipments: no row');
      return row;
    },
    async shipments(query, reference) {
      const page = await get(
        withQuery('/v2/shipments', query),
        shipmentsPage,
        reading(reference === undefined ? 'list shipments' : 'find shipment', reference),
      );
      return { ...page, ...readRows(shipment, 'shipment_id', page.shipments) };
    },
    shipment: (id) => getOne(shipmentPath(id), shipment, reading('read shipment', id)),
    shipmentNamed: (name) => getOne(namePath(name), shipment, reading('find shipment', name)),
    warehouses: async () =>
      (await get('/v2/warehouses', warehousesPage, reading('list warehouses'))).warehouses,
    track: (labelId) =>
      getOne(`/v2/labels/${encodeURIComponent(labelId)}/track`, labelTrack, reading('track label', labelId)),
    label: (labelId) =>
      getOne(`/v2/labels/${encodeURIComponent(labelId)}`, label, reading('read label', labelId)),
    async replaceShipment(shipmentId, body, reference) {
      const attempt = writing('update shipment', reference);
      const path = shipmentPath(shipmentId);
      const answer = await transport.sendForSuccess({ method: 'PUT', path, body }, attempt);
      // It is not documented whether the answer contains the shipment; other PUTs have an empty answer.
      const current =
        answer.text === '' ? await transport.sendForSuccess({ method: 'GET', path }, attempt) : answer;
      return parseAnswer(shipment, current, attempt);
    },
    ...shipmentChanges(transport, system),
    async labels(query) {
      const page = await get(withQuery('/v2/labels', query), labelsPage, reading('list labels'));
      return { ...page, ...readRows(label, 'label_id', page.labels) };
    },
    async fulfillments(query) {
      const page = await get(
        withQuery('/v2/fulfillments', query),
        fulfillmentsPage,
        reading('list fulfillments'),
      );
      return { ...page, ...readRows(fulfillment, 'fulfillment_id', page.fulfillments) };
    },
    close: () => transport.close(),
  };
}

type ShipmentChanges = Pick<
  ShipStationClient,
  'cancelShipment' | 'holdShipment' | 'restoreShipment' | 'addTag'
>;

/** The writes whose answer is not needed. */
function shipmentChanges(transport: Transport, system: string): ShipmentChanges {
  const { writing } = getAttempts(system);
  async function put(shipmentId: string, verb: string, body: object, reference: string): Promise<void> {
    const path = `${shipmentPath(shipmentId)}/${verb}`;
    // Without a body the answer to a cancellation is 411 (seen live, not documented).
    await transport.sendForSuccess({ method: 'PUT', path, body }, writing(`${verb} shipment`, reference));
  }
  return {
    cancelShipment: (id, reference) => put(id, 'cancel', {}, reference),
    holdShipment: (id, until, reference) => put(id, 'hold', { hold_until_date: until }, reference),
    restoreShipment: (id, reference) => put(id, 'restore', {}, reference),
    async addTag(id, tag, reference) {
      const path = `${shipmentPath(id)}/tags/${encodeURIComponent(tag)}`;
      await transport.sendForSuccess({ method: 'POST', path, body: {} }, writing('tag shipment', reference));
    },
  };
}

function getAttempts(system: string) {
  return {
    reading: (operation: string, reference?: string): Attempt => ({
      system,
      operation,
      writes: false,
      ...(reference !== undefined && { reference }),
    }),
    writing: (operation: string, reference: string): Attempt => ({
      system,
      operation,
      reference,
      writes: true,
    }),
  };
}

function namePath(externalId: string): string {
  return `/v2/shipments/external_shipment_id/${encodeURIComponent(externalId)}`;
}

function shipmentPath(shipmentId: string): string {
  return `/v2/shipments/${encodeURIComponent(shipmentId)}`;
}

function withQuery(path: string, query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) parameters.set(name, String(value));
  return `${path}?${parameters}`;
}
