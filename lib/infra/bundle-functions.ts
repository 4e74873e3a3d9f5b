import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { decode, encode, type SourceMapMappings, type SourceMapSegment } from '@jridgewell/sourcemap-codec';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import * as z from 'zod';
import type { Settings } from '../settings/schema.ts';

const sourceMap = z.looseObject({ sources: z.array(z.string()), mappings: z.string() });
const LIBRARY = /(^|[\\/])node_modules[\\/]/;

/**
 * Keeps every place of this project's own code in a source map and, of each stretch of a library's code, only the first: a
 * library's frame in a stack trace names the right file and the line where that stretch begins.
 *
 * Node reads the whole map for the first stack trace that anything asks for, and undici asks for one whenever an idle
 * connection closes. With every place in the libraries that took each function 20 MB and 100 ms.
 * @param file the map, which is changed in place
 */
async function mapOwnCode(file: string): Promise<void> {
  const { mappings, ...rest } = sourceMap.parse(JSON.parse(await readFile(file, 'utf8')));
  const isLibrary = rest.sources.map((source) => LIBRARY.test(source));
  const kept = withoutLibraryPlaces(decode(mappings), isLibrary);
  await writeFile(file, JSON.stringify({ ...rest, mappings: encode(kept) }));
}

function withoutLibraryPlaces(lines: SourceMapMappings, isLibrary: readonly boolean[]): SourceMapMappings {
  let before = -1;
  const isKept = ([, source = -1]: SourceMapSegment): boolean => {
    const isRest = source === before && isLibrary[source] === true;
    before = source;
    return !isRest;
  };
  return lines.map((line) => line.filter(isKept));
}

/** Several times what a function needs. More means that something came in by accident, and each start pays for it. */
const MAX_BYTES = 3 * 1024 * 1024;

interface BundleOptions {
  /** Holds `<name>.ts` for each function. */
  readonly entriesDirectory: string;
  readonly names: readonly string[];
  /** Each function gets a folder of its own in here, emptied first. */
  readonly outdir: string;
  /** Delivered with the code as `settings.json`, so that the code is the same whatever the settings. */
  readonly settings: Settings;
  /** @default 3 MiB */
  readonly maxBytes?: number;
}

export interface BundledFunction {
  readonly name: string;
  /** Holds `index.mjs` and `settings.json`; all that the function needs. */
  readonly directory: string;
  /** Of the code, without source maps. */
  readonly bytes: number;
}

/**
 * Bundles every function with its libraries, the AWS SDK too: bundled, it starts two to three times as fast as the runtime's own.
 *
 * In three steps. Most of the time goes into reading the same libraries for each function, so all are bundled together into
 * shared chunks, and each is then bundled from those by itself. That splits what a function imports at once from what it imports
 * on demand, and each of a dozen imports on demand leaves shared code in further files, about 20 of which every start would
 * open. The last step joins all that is imported at once into one file again.
 * @throws {Error} naming the function or the file, where a source is missing, broken, or brings in what it must not
 */
export async function bundleFunctions(options: BundleOptions): Promise<BundledFunction[]> {
  const entries = Object.fromEntries(options.names.map((name) => [name, toEntry(name, options)]));
  const shared = join(options.outdir, '.shared');
  await emptyDirectory(shared);
  await build({
    ...COMMON,
    entryPoints: entries,
    outdir: shared,
    plugins: [refuseSynthOnly, omitSetUp, coreOfUndici],
  });
  const bundles = await Promise.all(options.names.map((name) => bundleFunction(name, shared, options)));
  await rm(shared, { recursive: true });
  return bundles;
}

function toEntry(name: string, { entriesDirectory }: BundleOptions): string {
  const entry = join(entriesDirectory, `${name}.ts`);
  if (!existsSync(entry)) throw new Error(`the function ${name} has no source: ${entry} does not exist`);
  return entry;
}

async function bundleFunction(
  name: string,
  shared: string,
  options: BundleOptions,
): Promise<BundledFunction> {
  const directory = join(options.outdir, name);
  await emptyDirectory(directory);
  const pieces = join(options.outdir, `.${name}`);
  await emptyDirectory(pieces);
  const entryPoints = { index: join(shared, `${name}.mjs`) };
  const { metafile } = await build({
    ...COMMON,
    entryPoints,
    outdir: pieces,
    metafile: true,
    plugins: [omitSetUp],
  });
  const outputs = await joinPieces(sortPieces(metafile, resolve(pieces, 'index.mjs')), directory);
  await rm(pieces, { recursive: true });
  const files = Object.keys(outputs);
  const bytes = files.filter(isCode).reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0);
  await Promise.all(files.filter((file) => file.endsWith('.map')).map(mapOwnCode));
  refuseLarge(name, bytes, options.maxBytes ?? MAX_BYTES);
  await writeFile(join(directory, 'settings.json'), `${JSON.stringify(options.settings)}\n`);
  return { name, directory, bytes };
}

/** The files that esbuild split a function into. */
interface Pieces {
  /** What is imported at once, the function itself first: file → names that it exports. */
  readonly atOnce: ReadonlyMap<string, readonly string[]>;
  /** What `import()` names, unless it is imported at once too. */
  readonly onDemand: readonly string[];
}

function sortPieces({ outputs }: Metafile, entry: string): Pieces {
  const files = new Map(Object.entries(outputs).map(([file, output]) => [resolve(file), output]));
  const getImported = (file: string, kind: string) =>
    (files.get(file)?.imports ?? [])
      .filter((one) => one.kind === kind && one.external !== true)
      .map(({ path }) => resolve(path));
  const atOnce = new Set([entry]);
  // A set may grow while it is read.
  for (const file of atOnce) for (const one of getImported(file, 'import-statement')) atOnce.add(one);
  const demanded = [...files.keys()].flatMap((file) => getImported(file, 'dynamic-import'));
  return {
    atOnce: new Map([...atOnce].map((file) => [file, files.get(file)?.exports ?? []])),
    onDemand: [...new Set(demanded)].filter((file) => !atOnce.has(file)),
  };
}

/**
 * Writes `index.mjs`, all that is imported at once, and `chunks`, which take what they share with it from it: no module is in
 * two files, so that a class of errors is one class.
 */
async function joinPieces(pieces: Pieces, directory: string): Promise<Metafile['outputs']> {
  const bundle = async (own: BuildOptions, plugin: Plugin) => {
    const output = { outdir: directory, minify: true, banner: { js: REQUIRE } };
    const { metafile } = await build({
      ...COMMON,
      ...output,
      ...own,
      metafile: true,
      plugins: [omitSetUp, plugin],
    });
    return metafile.outputs;
  };
  const [entry = ''] = pieces.atOnce.keys();
  const stdin = { contents: exportAll(pieces), resolveDir: dirname(entry) };
  const main = await bundle({ stdin, splitting: false, entryNames: 'index' }, keepOutside(pieces));
  if (pieces.onDemand.length === 0) return main;
  const chunks = pieces.onDemand.map((file) => [`chunks/${basename(file, '.mjs')}`, file] as const);
  const demanded = await bundle({ entryPoints: Object.fromEntries(chunks) }, takeFromMain(pieces));
  return { ...main, ...demanded };
}

/** Names of different files would clash, so each has the number of its file; the function's own stay as they are. */
function exportAll({ atOnce, onDemand }: Pieces): string {
  const [[entry = '', own = []] = [], ...others] = atOnce;
  const lines = others.map(([file, names], index) =>
    toExport(file, names, (name) => [name, `${name}_${index}`]),
  );
  const shared = onDemand.length === 0 ? [] : lines;
  return [toExport(entry, own, (name) => [name]), ...shared].join('\n');
}

/** `export { a as a_3 } from "…";` */
function toExport(
  file: string,
  names: readonly string[],
  toNames: (name: string) => readonly string[],
): string {
  const list = names.map((name) => toNames(name).join(' as ')).join(', ');
  return `export { ${list} } from ${JSON.stringify(file)};`;
}

const RELATIVE = /^\.{1,2}\//;

function keepOutside({ onDemand }: Pieces): Plugin {
  return {
    name: 'keep-outside',
    setup(build) {
      build.onResolve({ filter: RELATIVE }, ({ path, resolveDir }) =>
        onDemand.includes(resolve(resolveDir, path))
          ? { path: `./chunks/${basename(path)}`, external: true }
          : undefined,
      );
    },
  };
}

function takeFromMain({ atOnce }: Pieces): Plugin {
  const [entry, ...others] = atOnce.keys();
  return {
    name: 'take-from-main',
    setup(build) {
      build.onResolve({ filter: RELATIVE }, ({ path, resolveDir, namespace }) => {
        if (namespace === 'main') return { path, external: true };
        const file = resolve(resolveDir, path);
        return atOnce.has(file) ? { path: file, namespace: 'main' } : undefined;
      });
      build.onLoad({ filter: /./, namespace: 'main' }, ({ path }) => {
        const index = others.indexOf(path);
        const toNames = (name: string) => (path === entry ? [name] : [`${name}_${index}`, name]);
        return { contents: toExport('../index.mjs', atOnce.get(path) ?? [], toNames) };
      });
    },
  };
}

function isCode(file: string): boolean {
  return file.endsWith('.mjs');
}

/**
 * Of the HTTP library only its pool, its errors and the methods of a pool: its index brings `fetch`, web sockets and mocks too,
 * 250 KiB that every worker would compile at each start. Another name that is imported from it fails the build.
 */
const coreOfUndici: Plugin = {
  name: 'core-of-undici',
  setup(build) {
    build.onResolve({ filter: /^undici$/ }, ({ resolveDir }) => ({
      path: 'undici',
      namespace: 'core',
      pluginData: resolveDir,
    }));
    build.onLoad({ filter: /^undici$/, namespace: 'core' }, ({ pluginData }) => ({
      resolveDir: pluginData,
      contents: [
        "import methods from 'undici/lib/api/index.js';",
        "import errors from 'undici/lib/core/errors.js';",
        "import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';",
        "import Pool from 'undici/lib/dispatcher/pool.js';",
        'Object.assign(Dispatcher.prototype, methods);',
        'export { errors, Pool };',
      ].join('\n'),
    }));
  },
};

async function emptyDirectory(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
}

const COMMON = {
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // What is imported dynamically stays in a file of its own, read only when it is needed.
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  legalComments: 'none',
  // Undici leaves out its second, experimental parser, 165 KiB, where this is defined, as Node does for its own copy.
  define: { esbuildDetection: 'true' },
  // ssh2 does without its native parts, which would have to be built for each machine.
  external: ['cpu-features', '*.node'],
  // Libraries ship ESM as `module`: it is what can be shaken.
  mainFields: ['module', 'main'],
  sourcemap: 'linked',
  // The trace needs lines and names; the text of the source would triple what is uploaded.
  sourcesContent: false,
  logLevel: 'silent',
} as const satisfies BuildOptions;

/** Libraries written for CommonJS call `require` and read `__dirname`, which an ES module has not. */
const REQUIRE =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url); const __dirname = import.meta.dirname;";

/** Libraries that run when the stack is made never belong in it: a single import of a constant would bring megabytes. */
const refuseSynthOnly: Plugin = {
  name: 'refuse-synth-only',
  setup(build) {
    build.onResolve({ filter: /^(aws-cdk-lib|cdk-nag|constructs|esbuild)(\/|$)/ }, ({ path }) => ({
      errors: [{ text: `${path} only runs when the stack is made; a function must not import it` }],
    }));
  },
};

/**
 * What only an operator's commands import of a provider stays outside. Each import on demand makes esbuild split what it shares
 * with the function into further files, and every start opens all of them.
 */
const omitSetUp: Plugin = {
  name: 'omit-set-up',
  setup(build) {
    build.onResolve({ filter: /\/set-up\.ts$/ }, ({ path }) => ({ path, external: true }));
  },
};

function refuseLarge(name: string, bytes: number, most: number): void {
  if (bytes <= most) return;
  throw new Error(
    `the function ${name} has ${Math.ceil(bytes / 1024)} KiB of code, at most ${Math.floor(most / 1024)} are allowed: see what it imports`,
  );
}
