import type { Behaviour } from './behaviour.ts';
import type { Call, Routes } from './call.ts';
import { addFulfilment } from './fulfilment-rules.ts';
import { guid, saleById, type Task, taskById } from './lookup.ts';
import { writePack } from './pack-rules.ts';
import { writePick } from './pick-rules.ts';
import {
  autoPickRequest,
  fulfilmentRequest,
  packRequest,
  parseRequest,
  pickRequest,
  shipRequest,
} from './requests.ts';
import { writeShip } from './ship-rules.ts';
import type { DearState } from './state.ts';
import type { Store } from './store.ts';
import { toWireFulfilments, toWireOwnStage, toWireShip } from './wire-fulfilment.ts';

type Mode = 'add' | 'replace';

export function fulfilmentRoutes(store: Store, behaviour: () => Behaviour): Routes {
  const pick = (call: Call) =>
    store.change((world) => {
      const request = parseRequest(isAutoPick(call) ? autoPickRequest : pickRequest, call.body);
      const task = taskById(world.state, guid(request.TaskID, 'TaskID'));
      writePick(world, task, request);
      return stageAnswer(world.state, task, 'pick');
    });
  const pack = (mode: Mode) => (call: Call) =>
    store.change((world) => {
      const request = parseRequest(packRequest, call.body);
      const task = taskById(world.state, guid(request.TaskID, 'TaskID'));
      writePack(world, task, request, mode);
      return stageAnswer(world.state, task, 'pack');
    });
  const ship = (mode: Mode) => (call: Call) =>
    store.change((world) => {
      const request = parseRequest(shipRequest, call.body);
      const task = taskById(world.state, guid(request.TaskID, 'TaskID'));
      if (!behaviour().ignores.includes('AddTrackingNumbers')) writeShip(world, task, request, mode);
      else if (!request.AddTrackingNumbers)
        writeShip(world, task, { ...request, AddTrackingNumbers: true }, mode);
      return shipAnswer(task);
    });
  const asked = (call: Call) => taskById(store.state(), guid(call.query.taskid, 'TaskID'));
  return {
    'sale/fulfilment': fulfilments(store),
    'sale/fulfilment/pick': {
      GET: (call) => stageAnswer(store.state(), asked(call), 'pick'),
      POST: pick,
      PUT: pick,
    },
    'sale/fulfilment/pack': {
      GET: (call) => stageAnswer(store.state(), asked(call), 'pack'),
      POST: pack('add'),
      PUT: pack('replace'),
    },
    'sale/fulfilment/ship': {
      GET: (call) => shipAnswer(asked(call)),
      POST: ship('add'),
      PUT: ship('replace'),
    },
  };
}

function fulfilments(store: Store) {
  return {
    GET: (call: Call) => {
      const sale = saleById(store.state(), guid(call.query.saleid, 'SaleID'));
      return toWireFulfilments(store.state(), sale);
    },
    POST: (call: Call) =>
      store.change((world) => {
        const { SaleID } = parseRequest(fulfilmentRequest, call.body);
        const sale = saleById(world.state, guid(SaleID, 'SaleID'));
        addFulfilment(world, sale);
        return toWireFulfilments(world.state, sale);
      }),
  };
}

function isAutoPick({ body }: Call): boolean {
  return typeof body === 'object' && body !== null && 'AutoPickMode' in body && body.AutoPickMode !== null;
}

function stageAnswer(state: DearState, { fulfilment }: Task, kind: 'pick' | 'pack') {
  return { TaskID: fulfilment.taskId, ...toWireOwnStage(state, fulfilment[kind], kind) };
}

function shipAnswer({ sale, fulfilment }: Task) {
  return { TaskID: fulfilment.taskId, ...toWireShip(sale, fulfilment) };
}
