import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

/** One TypeScript file of the repository. */
export interface SourceFile {
  /** From the repository's root: `lib/domain/errors.ts`. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  readonly exports: readonly string[];
}

export interface Import {
  /** The imported file's path. */
  readonly from: string;
  readonly names: readonly string[];
  /** Erased before the code runs. */
  readonly typeOnly: boolean;
}

const PRODUCTION = /^(bin|functions|lib|operator|local|sandbox)\//;
const IMPORT =
  /^(?:import|export)\s+(type\s+)?(?:([\w$]+)\s*,?\s*)?(\{[^}]*\}|\*(?: as \w+)?)?\s*from\s*'(\.[^']+)'/gms;
const EXPORT = /^export (?:async )?(?:const|function\*?|class|abstract class|interface|type|enum) (\w+)/gm;

/** @returns the files that git knows or would add, without declaration files */
export function readSourceFiles(): SourceFile[] {
  return listFiles()
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'))
    .map(readSourceFile);
}

/** @returns the paths of all files that git knows or would add */
export function listFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' });
  return listed.split('\n').filter((path) => path !== '' && existsSync(path));
}

/** Code that ships or that a person runs: everything but tests, documentation and configuration. */
export function isProduction({ path }: Pick<SourceFile, 'path'>): boolean {
  return PRODUCTION.test(path);
}

function readSourceFile(path: string): SourceFile {
  const text = readFileSync(path, 'utf8');
  const imports = [...text.matchAll(IMPORT)].map((match) => toImport(path, match));
  const exports = [...text.matchAll(EXPORT)].map(([, name = '']) => name);
  return { path, text, lines: text.split('\n').length - 1, imports, exports };
}

function toImport(path: string, [, type, , clause = '', specifier = '']: RegExpExecArray): Import {
  const parts = clause
    .replaceAll(/[{}]/g, '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return {
    from: posix.normalize(posix.join(posix.dirname(path), specifier)),
    names: parts.map((part) => part.replace(/^type /, '').replace(/ as .*/, '')),
    typeOnly: type !== undefined || (parts.length > 0 && parts.every((part) => part.startsWith('type '))),
  };
}
