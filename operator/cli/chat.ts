import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { Option } from 'commander';
import { withoutByteOrderMark } from '../../lib/domain/text.ts';
import { UsageError } from '../user-errors.ts';
import type { CommandGroup, Invocation } from './command.ts';

export const chat: CommandGroup = {
  name: 'chat',
  about: 'Slack and Microsoft Teams: the addresses that alarms are posted to',
  commands: [
    {
      usage: 'store',
      about: 'Stores the addresses of the chats; each lets anyone post who knows it',
      examples: [
        ['bridge chat store --stack acme-prod --secrets -', '{ "slack": "https://…", "teams": "https://…" }'],
      ],
      options: [
        new Option(
          '--secrets <file>',
          '{ "slack": "https://…", "teams": "https://…" }, either alone; - for stdin',
        ).makeOptionMandatory(),
      ],
      writes: true,
      run: store,
    },
    {
      usage: 'test',
      about: 'Posts a message to each chat as an alarm would; shows it with --dry-run',
      examples: [['bridge chat test --stack acme-prod', 'after storing the addresses']],
      writes: true,
      run: test,
    },
  ],
};

async function store({ options, output, bridge, dryRun, operator }: Invocation): Promise<undefined> {
  const { chatSecret } = await import('../../lib/workflows/notify-chat.ts');
  const { recordAct } = await import('../record-act.ts');
  const file = options.text('secrets') ?? '';
  const content = file === '-' ? await readAll(process.stdin) : await readFile(file, 'utf8').catch(() => '');
  const parsed = chatSecret.strict().safeParse(parse(content));
  if (!parsed.success || Object.keys(parsed.data).length === 0)
    throw new UsageError('--secrets has to be { "slack": "https://…", "teams": "https://…" }, either alone');
  const opened = await bridge();
  const name = `${opened.name}/chat`;
  if (!dryRun) {
    await opened.secrets.write(name, parsed.data);
    await recordAct(opened, operator, 'stored the addresses of chats', name);
  }
  output.data({ secret: name, chats: Object.keys(parsed.data), dryRun }, () => name);
  output.say(dryRun ? 'Nothing was written.' : 'Next: bridge chat test');
}

/** The message of the file quotes nothing of it. */
function parse(text: string): unknown {
  try {
    return JSON.parse(withoutByteOrderMark(text));
  } catch {
    return null;
  }
}

async function test({ output, bridge, dryRun, operator }: Invocation): Promise<undefined> {
  const { CHATS, chatSecret, postNotice, toSlack, toTeams } = await import(
    '../../lib/workflows/notify-chat.ts'
  );
  const opened = await bridge();
  const notice = {
    tone: 'ticket',
    title: 'TEST: this is how an alarm looks',
    lines: [`Impact: none. ${operator.name} tests the chats of ${opened.name}.`],
    command: 'bridge doctor',
    links: [],
  } as const;
  const messages = { slack: toSlack(notice), teams: toTeams(notice) };
  if (dryRun) return output.data({ messages, dryRun }, () => JSON.stringify(messages, null, 2)) as undefined;
  const addresses = chatSecret.safeParse(await opened.secrets.read(`${opened.name}/chat`)).data ?? {};
  const chats = CHATS.filter((name) => addresses[name] !== undefined);
  if (chats.length === 0)
    throw new UsageError('No chat has an address', 'Store one: bridge chat store --secrets FILE');
  await postNotice(notice, addresses, { fetch, wait });
  output.data({ posted: chats }, () => `Posted to ${chats.join(' and ')}.`);
}
