import * as clack from '@clack/prompts';
import { Refused } from '../user-errors.ts';

/** Questions to a person; only asked where one sits there. Ctrl-C ends the command. */
export async function text(message: string): Promise<string> {
  return answered(await clack.text({ message, validate: required }));
}

/** Not shown while it is typed. */
export async function password(message: string): Promise<string> {
  return answered(await clack.password({ message, validate: required }));
}

export async function select(message: string, from: readonly string[]): Promise<string> {
  return answered(await clack.select({ message, options: from.map((value) => ({ value, label: value })) }));
}

function required(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? 'It cannot be empty.' : undefined;
}

function answered(value: string | symbol): string {
  if (typeof value === 'string') return value.trim();
  throw new Refused('Nothing was written.');
}
