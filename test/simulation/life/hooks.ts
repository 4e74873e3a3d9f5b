import nodeCrypto from 'node:crypto';
import { registerHooks, syncBuiltinESMExports } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Breakage, Edit } from './breakages.ts';
import { send } from './network.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const here = (name: string) => new URL(name, import.meta.url).href;

/** What the code under test gets in place of what it imports, by the importing file. */
const REPLACED: ReadonlyArray<{ readonly from: RegExp; readonly specifier: RegExp; readonly by: string }> = [
  { from: /\/lib\//, specifier: /^node:timers\/promises$/, by: here('virtual-timers.ts') },
  { from: /\/lib\/upstream\/connections\.ts$/, specifier: /^undici$/, by: here('simulated-undici.ts') },
  { from: /\/lib\/providers\/files\/sftp\.ts$/, specifier: /^ssh2$/, by: here('simulated-ssh2.ts') },
  { from: /\/sandbox\/files\//, specifier: /sftp-server\.ts$/, by: here('simulated-sftp-server.ts') },
  { from: /\/sandbox\//, specifier: /kit\/server\.ts$/, by: here('simulated-server.ts') },
];

/** State of modules that one Lambda environment does not share with another, and pauses that a module measures itself. */
const EDITS: readonly Edit[] = [
  {
    file: 'lib/providers/files/transfer.ts',
    code: 'const IDLE_MS = 3_000;',
    becomes: `const IDLE_MS = 3_000;
      import { VirtualDate as Date, setVirtualTimeout as setTimeout, clearVirtualTimeout as clearTimeout } from '${here('virtual-timers.ts')}';`,
  },
  {
    file: 'lib/providers/extensiv/token.ts',
    code: 'const tokens = new Map<string, Promise<Token>>();',
    becomes: `import { mapOfProcess } from '${here('processes.ts')}';
      const tokens = mapOfProcess('tokens') as Map<string, Promise<Token>>;`,
  },
];

function edit(text: string, { file, code, becomes }: Edit): string {
  if (!text.includes(code)) throw new Error(`${file} no longer has: ${code}`);
  return text.replace(code, becomes);
}

/**
 * Puts a run into this process: no sockets, no real waiting, and a breakage in the code where the run has one. Before the code
 * under test is imported.
 */
export function installHooks(breakage: Breakage | null): void {
  const edits = breakage === null ? EDITS : [...EDITS, ...breakage.edits];
  registerHooks({
    resolve(specifier, context, next) {
      const found = REPLACED.find(
        (one) => one.specifier.test(specifier) && one.from.test(context.parentURL ?? ''),
      );
      return found === undefined ? next(specifier, context) : { url: found.by, shortCircuit: true };
    },
    load(url, context, next) {
      const loaded = next(url, context);
      const own = edits.filter(({ file }) => url === new URL(file, `file://${ROOT}`).href);
      return own.length === 0 ? loaded : { ...loaded, source: own.reduce(edit, String(loaded.source)) };
    },
  });
  keepKeys();
  globalThis.fetch = async (input, init) => await send(new Request(input, init));
}

/** A key of a sandbox is made once for all lives: it takes longer than a tenth of a life, and none depends on it. */
function keepKeys(): void {
  const { generateKeyPairSync } = nodeCrypto;
  const kept = new Map<string, unknown>();
  nodeCrypto.generateKeyPairSync = ((...args: Parameters<typeof generateKeyPairSync>) => {
    const wanted = JSON.stringify(args);
    const pair = kept.get(wanted) ?? generateKeyPairSync(...args);
    kept.set(wanted, pair);
    return pair;
  }) as typeof generateKeyPairSync;
  syncBuiltinESMExports();
}

/** Every random choice from here on follows from the seed: ids of sales, orders and messages too. */
export function seedRandomness(random: () => number): void {
  Math.random = random;
  const randomUUID = () => {
    const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
    const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`];
    return `${parts.join('-')}-${hex.slice(20)}` as ReturnType<typeof nodeCrypto.randomUUID>;
  };
  nodeCrypto.randomUUID = randomUUID;
  globalThis.crypto.randomUUID = randomUUID;
  nodeCrypto.randomBytes = ((size: number) =>
    Buffer.from(
      Array.from({ length: size }, () => Math.floor(random() * 256)),
    )) as typeof nodeCrypto.randomBytes;
  syncBuiltinESMExports();
}
