import type { Bridge, Target } from '../bridge.ts';
import { type LoadLocalSystem, openBridge } from '../open-bridge.ts';
import { getLocalCaller, toOperator } from '../record-act.ts';
import { toMessage } from '../user-errors.ts';
import { audit } from './audit.ts';
import { canary } from './canary.ts';
import { chat } from './chat.ts';
import {
  type CommandDefinition,
  type CommandGroup,
  createOptions,
  getTarget,
  type Invocation,
} from './command.ts';
import { consoleCommand } from './console.ts';
import { cost } from './cost.ts';
import { cutover, shadow } from './cutover.ts';
import { doctor } from './doctor.ts';
import { figures } from './figures.ts';
import { init } from './init/init.ts';
import { inventory } from './inventory.ts';
import { jobs } from './jobs.ts';
import { label, rates } from './labels.ts';
import { locations } from './locations.ts';
import { evidence, logs } from './logs.ts';
import { mappings } from './mappings.ts';
import { orders } from './orders.ts';
import { createOutput, type Output, type Terminal } from './output.ts';
import { createProgram, EXIT, toCommanderExit, toExitCode } from './program.ts';
import { budget, provider } from './provider.ts';
import { queues } from './queues.ts';
import { restore } from './restore.ts';
import { replay, sale } from './sale.ts';
import { webhooks } from './webhooks.ts';

/** In the order of the help: what is used most comes first. */
export const COMMANDS: ReadonlyArray<CommandGroup | CommandDefinition> = [
  init,
  doctor,
  canary,
  consoleCommand,
  orders,
  rates,
  label,
  sale,
  replay,
  queues,
  jobs,
  provider,
  mappings,
  shadow,
  cutover,
  webhooks,
  restore,
  chat,
  locations,
  inventory,
  budget,
  cost,
  figures,
  audit,
  evidence,
  logs,
];

export interface CliContext {
  readonly terminal: Terminal;
  readonly local: LoadLocalSystem;
  /** @default the bridge that the options name */
  readonly open?: (target: Target) => Promise<Bridge>;
  readonly now?: () => number;
}

/**
 * Runs one command line and resolves with its exit code. Never throws, and never ends the process.
 * @param words without the program's own name
 */
export async function run(words: readonly string[], cliContext: CliContext): Promise<number> {
  const { terminal } = cliContext;
  let code: number = EXIT.ok;
  const program = createProgram(COMMANDS, terminal, async (definition, parameters, values) => {
    code = await perform(definition, parameters, values, cliContext);
  });
  try {
    if (words.length === 0) program.outputHelp();
    else await program.parseAsync([...words], { from: 'user' });
    return code;
  } catch (error) {
    const exit = toCommanderExit(error);
    if (exit !== null) return exit === 'help-shown' ? EXIT.ok : EXIT.usage;
    return explain(error, terminal);
  }
}

async function perform(
  definition: CommandDefinition,
  parameters: readonly string[],
  values: Record<string, unknown>,
  { terminal, local, open = (target) => openBridge(target, local), now = Date.now }: CliContext,
): Promise<number> {
  const options = createOptions(values, now);
  const output = createOutput(terminal, options.flag('json'));
  let opened: Promise<Bridge> | null = null;
  const as = options.text('as');
  const operator = { ...toOperator(getLocalCaller(), as) };
  // Who acts on a deployed bridge is what AWS says, which is known once it is open; no command acts before.
  const openAsCaller = async () => {
    const bridge = await open(getTarget(options));
    Object.assign(operator, toOperator(bridge.caller, as));
    return bridge;
  };
  const invocation: Invocation = {
    parameters,
    options,
    output,
    terminal,
    local,
    dryRun: options.flag('dry-run'),
    operator,
    bridge: () => {
      output.progress('Opening the bridge …');
      opened ??= openAsCaller();
      return opened;
    },
  };
  try {
    return (await definition.run(invocation)) ?? EXIT.ok;
  } finally {
    await closeIfOpen(opened, output);
  }
}

/** A bridge that could not be opened has nothing to close; its error is reported by the command. */
async function closeIfOpen(opened: Promise<Bridge> | null, output: Output): Promise<void> {
  const bridge = await opened?.catch(() => null);
  for (const why of bridge?.leftOut.list() ?? []) output.say(`Left out: ${why}`);
  await bridge?.close();
}

/** A fault of the bridge itself is printed with its stack, any other failure as one message. */
function explain(error: unknown, { err }: Terminal): number {
  const code = toExitCode(error);
  const stack = error instanceof Error && code === EXIT.fault ? error.stack : undefined;
  err(`${stack ?? toMessage(error)}\n`);
  return code;
}
