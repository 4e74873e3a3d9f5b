import type { Connection } from '../connection.ts';
import type { Sale, SaleFulfilment } from '../sale/sale.ts';
import { enumerate } from '../text.ts';
import { getInvoiceState, type InvoiceState, isInvoiceOpen, isOpen } from './own-fulfilment.ts';
import { type Consignment, getBoxes, getTrackingNumbers, pickLines } from './packing.ts';

/** The next write to DEAR, so that it shows what the provider shipped. */
export type ConfirmationStep =
  | 'create-fulfilment'
  | 'pick'
  | 'pack'
  | 'ship'
  | 'add-tracking'
  | 'invoice'
  | 'done'
  | {
      /** The end of a sentence. */
      readonly blocked: string;
      /** What a person has to do, in sentences. */
      readonly advice: string;
    };

/** The stages of a fulfilment in DEAR. */
export interface FulfilmentStages {
  readonly saleType: Sale['type'];
  readonly taskId: string;
  /** `SaleFulfilment.number`; 0 if not known. */
  readonly number: number;
  readonly pick: string;
  readonly pack: string;
  readonly ship: string;
  /** Names of the boxes in DEAR's pack. */
  readonly boxes: readonly string[];
  /** Product → the location that DEAR has picked it from. */
  readonly pickedAt: ReadonlyMap<string, string>;
  readonly trackingNumbers: readonly string[];
  /** Whether the pack has any line, authorised or not: staff who undo a sale leave its lines in a draft. */
  readonly hasPackLines: boolean;
  /** Whether the shipment has any line, authorised or not. */
  readonly hasShipLines: boolean;
  /** What DEAR has of an invoice for these goods. */
  readonly invoice: InvoiceState;
  /** Number of a fulfilment that was created for these goods and is empty, because they went into another one; 0: none. */
  readonly leftEmpty: number;
  /** What DEAR's pack holds of the orders' goods although it did not leave: `2 × QUILL-01`. */
  readonly notLeft: readonly string[];
  /** What left, and DEAR's pack does not hold: `1 × QUILL-01`. */
  readonly lacking: readonly string[];
}

/** The assumption before the first write: if it is wrong, DEAR refuses the write; this saves a read. */
export function untouchedStages(taskId: string, saleType: Sale['type']): FulfilmentStages {
  const none = 'NOT AVAILABLE';
  const nothing = {
    boxes: [],
    pickedAt: new Map(),
    trackingNumbers: [],
    hasPackLines: false,
    hasShipLines: false,
    invoice: 'none' as const,
    leftEmpty: 0,
    notLeft: [],
    lacking: [],
  };
  return { saleType, taskId, number: 0, pick: none, pack: none, ship: none, ...nothing };
}

/** @param consignments whose invoice is looked for */
export function getStages(
  sale: Pick<Sale, 'type' | 'invoices' | 'lines'>,
  fulfilment: SaleFulfilment,
  consignments: readonly Consignment[],
): FulfilmentStages {
  const { pick, pack, ship, number, taskId } = fulfilment;
  return {
    saleType: sale.type,
    taskId,
    number,
    pick: pick.status,
    pack: pack.status,
    ship: ship.status,
    boxes: [...new Set(pack.lines.map(({ box }) => box).filter((box) => box !== ''))],
    pickedAt:
      pick.status === 'AUTHORISED'
        ? new Map(pick.lines.map((line) => [line.productId, line.location]))
        : new Map(),
    trackingNumbers: ship.lines.flatMap((line) => line.trackingNumbers),
    hasPackLines: pack.lines.length > 0,
    hasShipLines: ship.lines.length > 0,
    invoice: getInvoiceState(sale, number, consignments),
    leftEmpty: 0,
    notLeft: [],
    lacking: [],
  };
}

/** A person who packs in DEAR what was added after goods had left packs both; DEAR ships a box of a pack whole. */
const UNDO_PACK =
  'Undo its pack and pick in DEAR, enter there what left, and give the rest a fulfilment of its own. Or ship the rest by hand, then acknowledge it here.';

const COMPLETE_PACK =
  'Undo its pack and pick in DEAR, and what left is entered by itself. Or enter it by hand, then acknowledge it here.';

type ConfirmationPolicy = Pick<Connection, 'shipStage' | 'invoice'>;

export function nextConfirmationStep(
  consignments: readonly Consignment[],
  stages: FulfilmentStages,
  wishes: ConfirmationPolicy,
): ConfirmationStep {
  if (stages.taskId === '') return 'create-fulfilment';
  if ([stages.pick, stages.pack, stages.ship].includes('VOIDED')) {
    return { blocked: 'its fulfilment is voided in DEAR', advice: 'Correct the sale in DEAR.' };
  }
  if (stages.notLeft.length > 0) {
    return {
      blocked: `the pack in DEAR holds ${enumerate(stages.notLeft)} that did not leave`,
      advice: UNDO_PACK,
    };
  }
  if (stages.lacking.length > 0) {
    return {
      blocked: `the pack in DEAR lacks ${enumerate(stages.lacking)} that left`,
      advice: COMPLETE_PACK,
    };
  }
  if (isShipmentShown(stages, wishes))
    return lacksTracking(consignments, stages) ? tracking(stages) : billing(consignments, stages, wishes);
  if (stages.pack === 'AUTHORISED') return 'ship';
  return stages.pick === 'AUTHORISED' ? 'pack' : 'pick';
}

/** With `shipStage: 'DRAFT'` the bridge only drafts the shipment; a person authorises it. */
function isShipmentShown(
  { ship, hasShipLines }: FulfilmentStages,
  { shipStage }: ConfirmationPolicy,
): boolean {
  if (ship === 'AUTHORISED') return true;
  return shipStage === 'DRAFT' && ship === 'DRAFT' && hasShipLines;
}

function tracking({ ship }: FulfilmentStages): ConfirmationStep {
  return ship === 'AUTHORISED' ? 'add-tracking' : 'ship';
}

function billing(
  consignments: readonly Consignment[],
  stages: FulfilmentStages,
  wishes: ConfirmationPolicy,
): ConfirmationStep {
  if (wishes.invoice === 'none') return 'done';
  if (stages.invoice === 'none') return 'invoice';
  const orders = consignments.map(({ order }) => order);
  return isInvoiceOpen(stages.invoice, orders, wishes)
    ? { blocked: 'its invoice in DEAR is a draft', advice: 'Authorise it there.' }
    : 'done';
}

function lacksTracking(consignments: readonly Consignment[], stages: FulfilmentStages): boolean {
  const ours = getTrackingNumbers(consignments.flatMap(({ packages }) => packages));
  return ours.some((number) => !stages.trackingNumbers.includes(number));
}

/** The stages after the step has succeeded. */
export function after(
  step: ConfirmationStep,
  stages: FulfilmentStages,
  consignments: readonly Consignment[],
  wishes: ConfirmationPolicy,
): FulfilmentStages {
  switch (step) {
    case 'pick': {
      const pickedAt = new Map(pickLines(consignments).map((line) => [line.productId, line.location]));
      return { ...stages, pick: 'AUTHORISED', pickedAt };
    }
    case 'pack':
      return {
        ...stages,
        pack: 'AUTHORISED',
        boxes: consignments.flatMap(getBoxes).map(({ name }) => name),
        hasPackLines: true,
      };
    case 'ship':
    case 'add-tracking': {
      const trackingNumbers = getTrackingNumbers(consignments.flatMap(({ packages }) => packages));
      const ship = step === 'ship' ? wishes.shipStage : stages.ship;
      const shown = [...stages.trackingNumbers, ...trackingNumbers];
      return { ...stages, ship, trackingNumbers: shown, hasShipLines: true };
    }
    case 'invoice':
      return { ...stages, invoice: wishes.invoice === 'draft' ? 'draft' : 'authorised' };
    default:
      return stages;
  }
}

/** DEAR answers with every fulfilment of the sale; the new one is the last with an open pick. */
export function newFulfilment(fulfilments: readonly SaleFulfilment[]): SaleFulfilment | undefined {
  return fulfilments.findLast(({ pick }) => isOpen(pick.status));
}
