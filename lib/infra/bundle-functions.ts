import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
 * In two steps, because most of the time goes into reading the same libraries for each function: all are bundled together
 * into shared chunks, and each is then bundled from those by itself. A third of the time, and as few files to load as if each were alone.
 * @throws {Error} naming the function or the file, where a source is missing, broken, or brings in what it must not
 */
export async function bundleFunctions(options: BundleOptions): Promise<BundledFunction[]> {
  const entries = Object.fromEntries(options.names.map((name) => [name, toEntry(name, options)]));
  const shared = join(options.outdir, '.shared');
  await emptyDirectory(shared);
  await build({ ...COMMON, entryPoints: entries, outdir: shared, plugins: [refuseSynthOnly, omitSetUp] });
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
  const { metafile } = await build({
    ...COMMON,
    entryPoints: { index: join(shared, `${name}.mjs`) },
    outdir: directory,
    metafile: true,
    minify: true,
    banner: { js: REQUIRE },
    plugins: [omitSetUp],
  });
  const bytes = getCodeBytes(metafile);
  const maps = Object.keys(metafile.outputs).filter((file) => file.endsWith('.map'));
  await Promise.all(maps.map(mapOwnCode));
  refuseLarge(name, bytes, options.maxBytes ?? MAX_BYTES);
  await writeFile(join(directory, 'settings.json'), `${JSON.stringify(options.settings)}\n`);
  return { name, directory, bytes };
}

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
  // Libraries ship ESM as `module`: it is what can be shaken.
  mainFields: ['module', 'main'],
  sourcemap: 'linked',
  // The trace needs lines and names; the text of the source would triple what is uploaded.
  sourcesContent: false,
  logLevel: 'silent',
} as const satisfies BuildOptions;

/** Libraries written for CommonJS call `require`, which an ES module has not. */
const REQUIRE =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

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

function getCodeBytes(metafile: Metafile): number {
  return Object.entries(metafile.outputs)
    .filter(([file]) => file.endsWith('.mjs'))
    .reduce((sum, [, output]) => sum + output.bytes, 0);
}

function refuseLarge(name: string, bytes: number, most: number): void {
  if (bytes <= most) return;
  throw new Error(
    `the function ${name} has ${Math.ceil(bytes / 1024)} KiB of code, at most ${Math.floor(most / 1024)} are allowed: see what it imports`,
  );
}
