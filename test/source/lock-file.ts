import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';

/**
 * Looks whether `npm ci` verifies every package by its hash, on every platform: `npm run check:lock-file`. npm writes no hash
 * for an optional package of a platform that it does not install for; `npm run lock` asks the registry for it and adds it.
 */
const PATH = 'package-lock.json';

/** Keys in their order, as the file is written again. */
const record = z.record(z.string(), z.unknown());
const lockedPackage = z.object({
  version: z.string().optional(),
  integrity: z.string().startsWith('sha512-').optional(),
  /** Of a workspace: its files are here. */
  link: z.literal(true).optional(),
  /** It comes in its parent's archive, whose hash covers it. */
  inBundle: z.literal(true).optional(),
});

const lock = record.parse(JSON.parse(readFileSync(PATH, 'utf8')));
const packages = record.parse(lock.packages);
if (process.argv.includes('--complete')) complete();
const unverified = findUnverified();
for (const path of unverified) console.error(`${PATH}: ${path} has no integrity; npm run lock adds it`);
process.exitCode = unverified.length > 0 ? 1 : 0;

/** Paths below node_modules. */
function findUnverified(): string[] {
  return Object.entries(packages)
    .filter(([path]) => path.includes('node_modules/'))
    .filter(([, entry]) => {
      const { integrity, link, inBundle } = lockedPackage.parse(entry);
      return integrity === undefined && !link && !inBundle;
    })
    .map(([path]) => path);
}

function complete(): void {
  for (const path of findUnverified()) {
    const { version, ...rest } = record.parse(packages[path]);
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const integrity = askRegistry(`${name}@${version}`);
    packages[path] = { version, integrity, ...rest };
  }
  writeFileSync(PATH, `${JSON.stringify({ ...lock, packages }, null, 2)}\n`);
}

function askRegistry(version: string): string {
  const integrity = execFileSync('npm', ['view', version, 'dist.integrity'], { encoding: 'utf8' }).trim();
  if (integrity.startsWith('sha512-')) return integrity;
  throw new Error(`The registry gives no SHA-512 for ${version}`);
}
