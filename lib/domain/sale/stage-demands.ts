import { createHash } from 'node:crypto';
import type { Connection, Trigger } from '../connection.ts';
import { sumAll } from '../decimal.ts';
import type { FulfillmentOrder } from '../order/fulfillment-order.ts';
import { keepsConnection } from '../order/transitions.ts';
import type { ReferenceBooks } from './catalogue.ts';
import { type DemandedLine, type IsService, serviceTest } from './deliverable-lines.ts';
import { BILLED_ELSEWHERE, type Demand, type Demands } from './demand.ts';
import {
  demandedParts,
  getParts,
  looseGoods,
  type PickedParts,
  pickedParts,
  remarksOnParts,
} from './kits.ts';
import { type GoodsLocation, getHeader } from './location.ts';
import { type Choice, type Choose, connectionChooser, describeChoices, remarksOnUnchosen } from './rules.ts';
import type { Sale, SaleFulfilment, StageLine } from './sale.ts';
import { allotStages, differ, type Piece, type StagedLine } from './stage-allotment.ts';

type StageTrigger = Exclude<Trigger, 'OrderAuthorised'>;

/** A sale, the orders made for it before, and the connections that ship from a place. */
interface StagedSale {
  readonly sale: Sale;
  readonly orders: readonly FulfillmentOrder[];
  readonly books: ReferenceBooks;
  readonly connectionsAt: (place: GoodsLocation) => readonly Connection[];
}

/** One demand for each fulfilment whose stage is authorised and has goods that the connection ships. */
export function demandsOfStages(staged: StagedSale, connection: Connection, trigger: StageTrigger): Demands {
  const { sale, orders, books, connectionsAt } = staged;
  const isService = serviceTest(connection, books);
  const shippers = new Shippers(staged);
  const lines = stagedLines(staged, shippers, trigger);
  const pieces = allotStages(sale, lines, orders, getParts(sale, books.kits));
  const parts = pickedParts(sale, looseGoods(sale, lines, pieces, isService), books.kits);
  const demands = sale.fulfilments.flatMap((fulfilment) => {
    const isOurs = (line: StageLine) => shippers.get(fulfilment, line)?.connection === connection;
    const byKey = Map.groupBy(getLines(fulfilment, trigger).filter(isOurs), (line) =>
      toKey(sale, fulfilment, connection, line),
    );
    return [...byKey].flatMap(([key, lines]) =>
      toDemand(key, lines, { sale, fulfilment, connection, pieces, parts, isService, shippers }),
    );
  });
  const isFirst = (place: GoodsLocation) => connectionsAt(place)[0] === connection;
  const here = sale.fulfilments.flatMap((one) =>
    getLines(one, trigger).flatMap((line) => (isFirst(line) ? [{ fulfilment: one, line }] : [])),
  );
  const unchosen = here.filter(({ fulfilment, line }) => shippers.get(fulfilment, line) === null);
  const isAlone = connectionsAt(getHeader(sale)).length === 1;
  const waiting = demands.length === 0 && isFirst(getHeader(sale)) && (isAlone || here.length === 0);
  const stage = { PickAuthorised: 'pick', PackAuthorised: 'pack', ShipmentAuthorised: 'shipment' }[trigger];
  return {
    demands,
    reasons: [
      ...(waiting ? [`Waiting for a ${stage} at ${connection.location} to be authorised.`] : []),
      ...remarksOnUnchosen(
        unchosen.map(({ line }) => line.sku),
        connectionsAt({ location: connection.location, locationId: '' }),
      ),
    ],
  };
}

/** Which connection ships a line of a stage. */
class Shippers {
  readonly #staged: StagedSale;
  readonly #choosers = new Map<string, Choose>();
  readonly #skus: ReadonlyMap<string, string>;

  constructor(staged: StagedSale) {
    this.#staged = staged;
    this.#skus = kitOfParts(staged);
  }

  /**
   * The connection whose order for the fulfilment keeps the product, else the one that the rules choose. Parts of a kit go where
   * the kit goes. null where no rule fits, and where no connection ships from there.
   */
  get(fulfilment: SaleFulfilment, line: StageLine): Choice | null {
    return this.#keeper(fulfilment, line) ?? this.choose(line);
  }

  /** By the rules alone. */
  choose(line: StageLine): Choice | null {
    const connections = this.#staged.connectionsAt(line);
    const key = connections.map(({ id }) => id).join();
    const chooser = this.#choosers.get(key) ?? this.#toChooser(connections);
    this.#choosers.set(key, chooser);
    return chooser({ productId: line.productId, sku: this.#skus.get(line.productId) ?? line.sku });
  }

  #toChooser(connections: readonly Connection[]): Choose {
    const { sale, books } = this.#staged;
    const tests = connections.map((connection) => serviceTest(connection, books));
    return connectionChooser(sale, connections, (product) => tests.some((test) => test(product)));
  }

  #keeper({ taskId }: SaleFulfilment, line: StageLine): Choice | undefined {
    const { productId } = line;
    const has = ({ lines }: FulfillmentOrder) =>
      lines.some((line) => [line, ...(line.parts ?? [])].some((one) => one.productId === productId));
    const order = this.#staged.orders.find(
      (one) => isOfTask(one, taskId) && keepsConnection(one) && has(one),
    );
    const connection = this.#staged.connectionsAt(line).find(({ id }) => id === order?.connection);
    return connection === undefined ? undefined : { connection, chosenBy: order?.chosenBy ?? '' };
  }
}

function isOfTask({ demand, connection }: FulfillmentOrder, taskId: string): boolean {
  const key = [connection, taskId].join('#');
  return demand === key || demand.startsWith(`${key}#`);
}

/** Product that is on no line of the order → SKU of the kit of the sale that it is a part of. */
function kitOfParts({ sale, books }: Pick<StagedSale, 'sale' | 'books'>): Map<string, string> {
  const ordered = new Set(sale.lines.map(({ productId }) => productId));
  return new Map(
    sale.lines.flatMap(({ productId: kit, sku }) =>
      (books.kits.get(kit) ?? [])
        .filter(({ productId }) => !ordered.has(productId))
        .map(({ productId }) => [productId, sku] as const),
    ),
  );
}

/** The lines of each fulfilment's stage, or, if it has not reached the stage, of its pick: picked goods are taken. */
function stagedLines({ sale }: StagedSale, shippers: Shippers, trigger: StageTrigger): StagedLine[] {
  return sale.fulfilments.flatMap((fulfilment) => {
    const lines = getLines(fulfilment, trigger);
    const taken = lines.length > 0 ? lines : getLines(fulfilment, 'PickAuthorised');
    return taken.map((stageLine) => {
      const connection = shippers.get(fulfilment, stageLine)?.connection;
      const demand = connection === undefined ? '' : toKey(sale, fulfilment, connection, stageLine);
      return { stageLine, demand, taskId: fulfilment.taskId };
    });
  });
}

/** Boxes with different shipping methods are orders of their own. */
function toKey(sale: Sale, fulfilment: SaleFulfilment, { id, trigger }: Connection, line: StageLine): string {
  const method =
    trigger === 'ShipmentAuthorised' ? [toDigest(getMethod(sale, fulfilment, trigger, line))] : [];
  return [id, fulfilment.taskId, ...method].join('#');
}

/** A person may have typed the carrier, and a demand's key never expires, so it must not hold the text. */
function toDigest(method: string): string {
  return createHash('sha256').update(method).digest('hex').slice(0, 8);
}

interface StagePart {
  readonly sale: Sale;
  readonly fulfilment: SaleFulfilment;
  readonly connection: Connection;
  readonly pieces: ReadonlyMap<StageLine, readonly Piece[]>;
  readonly parts: ReadonlyMap<string, PickedParts>;
  readonly isService: IsService;
  readonly shippers: Shippers;
}

function toDemand(key: string, lines: readonly StageLine[], part: StagePart): Demand[] {
  const { sale, fulfilment, connection, pieces, parts, shippers } = part;
  const picked = parts.get(key) ?? { kits: [], loose: [] };
  const reasons = new Map(lines.map((line) => [line, whyNotShipped(line, part, picked)]));
  const [first] = lines;
  const shipped = lines.filter((line) => reasons.get(line) === null);
  if (first === undefined || shipped.length === 0) return [];
  const fromLines = shipped.flatMap((line) => toDemanded(line, pieces.get(line) ?? []));
  const demanded = numbered([...fromLines, ...demandedParts(picked, connection.kits, sale.lines.length)]);
  const leftOut = [...reasons.values()].filter((why) => why !== null);
  return [
    {
      key,
      connection,
      taskId: fulfilment.taskId,
      shippingMethod: getMethod(sale, fulfilment, connection.trigger, first),
      lines: demanded,
      ...BILLED_ELSEWHERE,
      ...describeChoices(
        connection,
        shipped.map((line) => shippers.get(fulfilment, line)?.chosenBy ?? ''),
        shipped.map((line) => shippers.choose(line)),
      ),
      kits: connection.kits === 'components' ? picked.kits : [],
      awaited: [],
      completes: [],
      remarks: [
        ...leftOut,
        ...remarksOnParts(picked, connection.kits),
        ...remarksOnAllotment(sale, fromLines),
      ],
    },
  ];
}

function toDemanded({ batch, expiry }: StageLine, pieces: readonly Piece[]): DemandedLine[] {
  return pieces.map(({ line, place, quantity }) => ({ line, place, quantity, batch, expiry }));
}

/** A number distinguishes the pieces of one line of the sale. */
function numbered(lines: readonly DemandedLine[]): DemandedLine[] {
  const counts = new Map<number, number>();
  return lines.map((line) => {
    const piece = (counts.get(line.place) ?? 0) + 1;
    counts.set(line.place, piece);
    return { ...line, piece };
  });
}

/** A sentence for each product whose goods could be divided among its lines in another way. */
function remarksOnAllotment({ lines }: Sale, demanded: readonly DemandedLine[]): string[] {
  const byProduct = Map.groupBy(demanded, ({ line }) => line.productId);
  return [...byProduct].flatMap(([productId, pieces]) => {
    const all = lines.filter((line) => line.productId === productId && !line.dropShip);
    const isWhole =
      sumAll(pieces.map(({ quantity }) => quantity)) === sumAll(all.map(({ quantity }) => quantity));
    if (isWhole || !differ(all)) return [];
    const sku = pieces[0]?.line.sku ?? '';
    return [
      `${sku} is on ${all.length} lines of the sale that differ, and DEAR does not say which of them this is: they are filled in the order of the sale.`,
    ];
  });
}

function getLines(fulfilment: SaleFulfilment, trigger: StageTrigger): readonly StageLine[] {
  const { pick, pack, ship } = fulfilment;
  if (trigger === 'PickAuthorised') return pick.status === 'AUTHORISED' ? pick.lines : [];
  if (pack.status !== 'AUTHORISED') return [];
  if (trigger === 'PackAuthorised') return pack.lines;
  if (ship.status !== 'AUTHORISED' && ship.status !== 'PARTIALLY AUTHORISED') return [];
  const skipped = new Set(
    ship.lines.filter(({ carrier }) => isSkipFulfillment(carrier)).flatMap(({ boxes }) => boxes),
  );
  return pack.lines.filter(({ box }) => !skipped.has(box));
}

/** A shipment names the carrier of each box; before that there is only the sale's. */
function getMethod(sale: Sale, { ship }: SaleFulfilment, trigger: Trigger, { box }: StageLine): string {
  if (trigger !== 'ShipmentAuthorised') return sale.carrier;
  return ship.lines.find(({ boxes }) => boxes.includes(box))?.carrier ?? sale.carrier;
}

/** A sentence; null where the line is shipped. */
function whyNotShipped(
  line: StageLine,
  { pieces, isService }: StagePart,
  picked: PickedParts,
): string | null {
  if (isService(line)) return `${line.sku} is a service.`;
  if (line.quantity <= 0) return `${line.sku} has the quantity ${line.quantity}.`;
  if ((pieces.get(line) ?? []).length > 0) return null;
  const parts = [...picked.loose, ...picked.kits.flatMap((kit) => kit.parts)];
  if (parts.some(({ stageLine }) => stageLine === line)) return null;
  return `${line.sku} is drop-shipped by its supplier.`;
}

/** Whether the carrier is DEAR's value for a sale that the merchant ships. */
export function isSkipFulfillment(carrier: string): boolean {
  return SKIP.test(carrier.trim());
}

const SKIP = /^skip fulfil?lment$/i;
