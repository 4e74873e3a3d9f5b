import type { CommandDefinition, CommandGroup } from './command.ts';
import { consoleCommand } from './console.ts';
import { cost } from './cost.ts';
import { doctor } from './doctor.ts';
import { init } from './init.ts';
import { inventory } from './inventory.ts';
import { locations } from './locations.ts';
import { evidence, logs } from './logs.ts';
import { orders } from './orders.ts';
import { budget, provider } from './provider.ts';
import { queues } from './queues.ts';
import { replay, sale } from './sale.ts';
import { webhooks } from './webhooks.ts';

/** In the order of the help: what is used most comes first. */
export const COMMANDS: ReadonlyArray<CommandGroup | CommandDefinition> = [
  init,
  doctor,
  consoleCommand,
  orders,
  sale,
  replay,
  queues,
  provider,
  webhooks,
  locations,
  inventory,
  budget,
  cost,
  evidence,
  logs,
];
