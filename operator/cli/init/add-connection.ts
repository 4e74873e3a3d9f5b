import { rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parseSettings } from '../../../lib/settings/define-config.ts';
import { loadSettings } from '../../../lib/settings/load.ts';
import type { Settings } from '../../../lib/settings/schema.ts';
import { Refused } from '../../user-errors.ts';

/**
 * The text of a settings file with one more connection, at the end of its list; everything else stays as a person wrote it.
 * @param source text of the file
 * @param entry the connection, as an object literal with a line for each key
 * @returns null where the list is not written out as `connections: [ … ]`
 */
export function insertConnection(source: string, entry: string): string | null {
  const list = findList(source);
  if (list === null) return null;
  const { last, end } = list;
  const needsComma = source[last] !== ',' && source[last] !== '[';
  const lines = entry.split('\n').map((line) => `    ${line}\n`);
  const tail = source.slice(last + 1, end).trimEnd();
  return `${source.slice(0, last + 1)}${needsComma ? ',' : ''}${tail}\n${lines.join('').trimEnd()},\n  ${source.slice(end)}`;
}

/** Comments, texts, and single characters: what a bracket must not be looked for in comes first. */
const TOKENS =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`|connections\s*:\s*\[|\S/g;

/** Where the list ends, and the last character of it that is no comment. */
function findList(source: string): { last: number; end: number } | null {
  let depth = 0;
  let last = -1;
  for (const { 0: token, index } of source.matchAll(TOKENS)) {
    if (token.startsWith('//') || token.startsWith('/*')) continue;
    if (depth === 0 && token.startsWith('connections')) depth = 1;
    else if (depth > 0 && /^(\[|\{|\(|connections)/.test(token)) depth += 1;
    else if (depth > 0 && /^[\]})]$/.test(token)) depth -= 1;
    if (depth === 0 && last >= 0) return { last, end: index };
    if (depth > 0) last = index + token.length - 1;
  }
  return null;
}

/**
 * The text of the file with the connection, after it was loaded once from a file beside it.
 * @param connection as a person would write it, without settings that keep their default
 * @throws {ConfigurationError} the connection does not fit to the others
 * @throws {Refused} the file is written in a way that cannot be added to
 */
export async function addConnection(
  file: string,
  source: string,
  connection: Readonly<Record<string, string>>,
  entry: string,
): Promise<string> {
  const before = await loadSettings(file);
  const wanted = withConnection(before, connection, file);
  const text = insertConnection(source, entry);
  if (text === null || !isDeepStrictEqual(await loadText(file, text), wanted))
    throw new Refused(
      `${file} writes its connections in a way that cannot be added to`,
      `Add this to them:\n${entry}`,
    );
  return text;
}

function withConnection(before: Settings, connection: object, file: string): Settings {
  const connections = [...before.connections, connection];
  return parseSettings({ ...before, connections }, `${file} with the new connection`);
}

/** null where it cannot be loaded. */
async function loadText(file: string, text: string): Promise<Settings | null> {
  const draft = join(dirname(file), `.${process.pid}-${basename(file)}`);
  try {
    await writeFile(draft, text);
    return await loadSettings(draft);
  } catch {
    return null;
  } finally {
    await rm(draft, { force: true });
  }
}
