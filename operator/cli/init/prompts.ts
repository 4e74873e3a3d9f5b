import { Refused } from '../../user-errors.ts';

/** Questions to a person at a terminal. Ctrl-C ends the command with {@link Refused}. */
export async function askText(message: string): Promise<string> {
  const { text } = await import('@clack/prompts');
  return getAnswer(await text({ message, validate: requireText }));
}

/** Hidden while it is typed. */
export async function askPassword(message: string, isOptional = false): Promise<string> {
  const { password } = await import('@clack/prompts');
  const answer = await password({ message, ...(!isOptional && { validate: requireText }) });
  // An empty answer is undefined where it may be empty.
  return getAnswer(answer ?? '');
}

export async function askChoice(message: string, from: readonly string[]): Promise<string> {
  const { select } = await import('@clack/prompts');
  return getAnswer(await select({ message, options: from.map((value) => ({ value, label: value })) }));
}

function requireText(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? 'It cannot be empty.' : undefined;
}

/** Ctrl-C answers with a symbol and ends the command. */
function getAnswer(value: string | symbol): string {
  if (typeof value === 'string') return value.trim();
  throw new Refused('Nothing was written');
}
