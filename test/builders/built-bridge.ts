import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cp, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { synthesise } from '../../lib/infra/synthesise.ts';
import { listFunctions } from '../../lib/runtime/environment.ts';
import { loadSettings } from '../../lib/settings/load.ts';
import type { Settings } from '../../lib/settings/schema.ts';
import { StateDirectoryError, takeStateDirectory } from '../../local/state-directory.ts';
import { type Build, buildBridge } from '../../local/template/build-bridge.ts';

const ROOT = join(import.meta.dirname, '../..');
/** What the bundles are made of; the libraries by their lock file. */
const SOURCES = ['functions', 'lib', 'local', 'tsconfig.json', 'package-lock.json'];
const BUILDS = join(ROOT, '.build/tests');
const DONE = 'done';
const LOOK_EVERY_MS = 100;

let building: Promise<string> | undefined;

/**
 * Bundles all functions as `npm start` does, once for each state of the sources: bundling takes more CPU than most tests that
 * need the bundles, and a dozen files of tests need them. The first process builds, and others wait for it.
 * @returns the directory that holds a folder for each function
 */
export async function builtFunctions(): Promise<string> {
  building ??= buildOnce(join(BUILDS, hashSources()));
  return join(await building, 'functions');
}

/** What `buildBridge` makes, from functions that were bundled before: only the stack is made anew. */
export const buildFromBuilt: Build = async ({ settings, name, stage, directory }) => {
  const functionsDirectory = join(directory, 'functions');
  await copyFunctions(listFunctions(settings), functionsDirectory, settings);
  const outdir = join(directory, 'cdk.out');
  const names = { stage, ...(name !== undefined && { name }) };
  const stack = await synthesise({ settings, ...names, outdir, functionsDirectory });
  return { ...stack, runtimeFile: join(await builtFunctions(), '../lambda-runtime.mjs') };
};

/** Copies bundled functions, with these settings in place of those that they were built with. */
export async function copyFunctions(
  names: readonly string[],
  directory: string,
  settings: Settings,
): Promise<void> {
  const built = await builtFunctions();
  for (const name of names) {
    await cp(join(built, name), join(directory, name), { recursive: true });
    await writeFile(join(directory, name, 'settings.json'), JSON.stringify(settings));
  }
}

async function buildOnce(directory: string): Promise<string> {
  while (!existsSync(join(directory, DONE))) {
    const lock = takeFree(directory);
    if (lock === null) {
      await sleep(LOOK_EVERY_MS);
      continue;
    }
    try {
      await build(directory);
    } finally {
      lock.release();
    }
  }
  return directory;
}

/** Null while another process builds. */
function takeFree(directory: string) {
  try {
    return takeStateDirectory(directory);
  } catch (error) {
    if (error instanceof StateDirectoryError) return null;
    throw error;
  }
}

async function build(directory: string): Promise<void> {
  if (existsSync(join(directory, DONE))) return;
  const settings = await loadSettings(join(ROOT, 'bridge.config.example.ts'));
  await buildBridge({ settings, name: undefined, stage: 'test', directory });
  for (const other of readdirSync(BUILDS)) {
    if (other !== basename(directory)) rmSync(join(BUILDS, other), { recursive: true, force: true });
  }
  writeFileSync(join(directory, DONE), '');
}

function hashSources(): string {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    const path = join(ROOT, source);
    const names = statSync(path).isFile() ? [''] : readdirSync(path, { recursive: true, encoding: 'utf8' });
    const files = names.map((name) => join(path, name)).filter((file) => statSync(file).isFile());
    for (const file of files.sort()) hash.update(file).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 16);
}
