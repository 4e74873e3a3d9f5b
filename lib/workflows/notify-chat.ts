import * as z from 'zod';
import { formatSeconds } from '../domain/clock.ts';
import type { Figure } from '../domain/ports/orders.ts';
import { cutText } from '../domain/text.ts';

/** What people in a chat are told: what happened, to whom, and what to do about it. */
export interface Notice {
  /** `over`: an alarm has ended. */
  readonly tone: 'page' | 'ticket' | 'over' | 'digest';
  readonly title: string;
  readonly lines: readonly string[];
  /** To type; '' where there is none. */
  readonly command: string;
  readonly links: ReadonlyArray<{ readonly title: string; readonly url: string }>;
}

export const CHATS = ['slack', 'teams'] as const;

/** Each address lets anyone who knows it post, so it is a secret. */
export const chatSecret = z.object({
  slack: z.url({ protocol: /^https$/ }).exactOptional(),
  teams: z.url({ protocol: /^https$/ }).exactOptional(),
});

/** What CloudWatch sends through SNS of an alarm. */
const alarmMessage = z.object({
  AlarmName: z.string(),
  AlarmDescription: z.string().nullish(),
  NewStateValue: z.enum(['ALARM', 'OK', 'INSUFFICIENT_DATA']),
  StateChangeTime: z.string(),
});

const LINKED = ['Runbook', 'Queue', 'Logs'] as const;

/**
 * @param text of the SNS message
 * @returns null of a text that is no alarm, and of one that lost its data, which says nothing by itself
 */
export function toNotice(text: string): Notice | null {
  const { data } = alarmMessage.safeParse(parseJson(text));
  if (data === undefined || data.NewStateValue === 'INSUFFICIENT_DATA') return null;
  const [first = data.AlarmName, ...rest] = (data.AlarmDescription ?? '').split('\n');
  const [, severity = 'TICKET', summary = first] = /^(PAGE|TICKET): (.*)$/.exec(first) ?? [];
  const get = (name: string) =>
    rest.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? '';
  const at = `${data.AlarmName}, ${data.StateChangeTime.slice(0, 16).replace('T', ' ')} UTC`;
  if (data.NewStateValue === 'OK')
    return { tone: 'over', title: `Over: ${summary}`, lines: [at], command: '', links: [] };
  const links = LINKED.map((title) => ({ title, url: get(title) }));
  const runbook = get('Runbook');
  return {
    tone: severity === 'PAGE' ? 'page' : 'ticket',
    title: `${severity}: ${summary}`,
    lines: [
      `Impact: ${get('Impact')}`,
      // A path of the project is no link.
      ...(URL.canParse(runbook) ? [] : [`Runbook: ${runbook}`]),
      at,
    ],
    command: get('Command'),
    links: links.filter(({ url }) => URL.canParse(url)),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Of one day, all connections together. */
export interface DayInNumbers {
  readonly day: string;
  readonly counts: Readonly<Record<Figure, number>>;
  readonly seconds: Readonly<Record<Figure, { readonly p50: number; readonly p95: number } | null>>;
  /** What orders wait for now → how many. */
  readonly waiting: Readonly<Record<string, number>>;
}

/** The digest of a day. @param name of the stack */
export function toDigest({ day, counts, seconds, waiting }: DayInNumbers, name: string): Notice {
  const rows: ReadonlyArray<readonly [Figure, string]> = [
    ['made', 'orders made, after their event'],
    ['sent', 'sent, once they were ready'],
    ['authorisedToSent', 'of them after no hold, payment or person, since they were authorised'],
    ['confirmed', 'confirmed to DEAR, after their label'],
  ];
  const now = Object.entries(waiting).map(([what, count]) => `${what} ${count}`);
  return {
    tone: 'digest',
    title: `${name}: ${counts.made} orders on ${day}`,
    lines: [
      ...rows.map(([figure, words]) => {
        const times = seconds[figure];
        const within =
          times === null
            ? ''
            : `: half within ${formatSeconds(times.p50)}, 95 % within ${formatSeconds(times.p95)}`;
        return `${counts[figure]} ${words}${within}`;
      }),
      now.length === 0 ? 'Nothing waits.' : `Waiting in the last hour, at most: ${now.join(', ')}`,
    ],
    command: `bridge orders list --waiting --stack ${name}`,
    links: [],
  };
}

/** Slack refuses longer texts, and with them the message. */
const SLACK_HEADER = 150;
const SLACK_SECTION = 3_000;

/** Block Kit, with the text that notifications and screen readers show. Buttons would want an app that answers them. */
export function toSlack({ title, lines, command, links }: Notice) {
  const section = (text: string) => ({
    type: 'section',
    text: { type: 'mrkdwn', text: cutText(text, SLACK_SECTION, '…') },
  });
  const linked = links.map((link) => `<${escapeSlack(link.url)}|${escapeSlack(link.title)}>`).join(' · ');
  return {
    text: escapeSlack([title, ...lines].join('\n')),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: cutText(title, SLACK_HEADER, '…') } },
      section(lines.map(escapeSlack).join('\n')),
      ...(command === '' ? [] : [section(`\`\`\`${escapeSlack(command)}\`\`\``)]),
      ...(linked === '' ? [] : [section(linked)]),
    ],
  };
}

/** `<!channel>` would call everyone. */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const COLOURS = { page: 'Attention', ticket: 'Warning', over: 'Good', digest: 'Accent' } as const;

/** An Adaptive Card in a message, as the Workflows trigger of Teams takes it. Teams shows cards of version 1.4 everywhere. */
export function toTeams({ tone, title, lines, command, links }: Notice) {
  const block = (text: string, more: object = {}) => ({ type: 'TextBlock', text, wrap: true, ...more });
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            block(title, { weight: 'Bolder', size: 'Medium', color: COLOURS[tone] }),
            ...lines.map((line) => block(line, { spacing: 'Small' })),
            ...(command === '' ? [] : [block(command, { fontType: 'Monospace' })]),
          ],
          actions: links.map((link) => ({ type: 'Action.OpenUrl', title: link.title, url: link.url })),
        },
      },
    ],
  };
}

export interface NotifyChatDeps {
  readonly fetch: typeof fetch;
  readonly wait: (ms: number) => Promise<unknown>;
}

/** A chat did not take a message. The error names no address. */
export class ChatRefused extends Error {
  override readonly name = 'ChatRefused';
}

const TRIES = 3;
const MAX_WAIT_MS = 20_000;
const TIMEOUT_MS = 10_000;

/**
 * Posts to every chat that has an address. One that refuses keeps no other from its message.
 * @throws {ChatRefused} naming each chat that did not take it
 */
export async function postNotice(
  notice: Notice,
  addresses: z.infer<typeof chatSecret>,
  deps: NotifyChatDeps,
): Promise<void> {
  const bodies = { slack: toSlack(notice), teams: toTeams(notice) };
  const refusals: string[] = [];
  for (const chat of CHATS) {
    const url = addresses[chat];
    if (url === undefined) continue;
    const refusal = await post(url, JSON.stringify(bodies[chat]), deps);
    if (refusal !== null) refusals.push(`${chat}: ${refusal}`);
  }
  if (refusals.length > 0) throw new ChatRefused(refusals.join('; '));
}

/** @returns why it was not taken; null where it was */
async function post(url: string, body: string, { fetch, wait }: NotifyChatDeps): Promise<string | null> {
  let why = '';
  for (let tries = 1; tries <= TRIES; tries += 1) {
    if (tries > 1) await wait(Math.min(MAX_WAIT_MS, 2_000 * (tries - 1)));
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (answer.ok) return null;
      // Slack's refusals are words such as `no_service`; the text of others may be long.
      why = `HTTP ${answer.status} ${cutText(await answer.text(), 100, '…')}`.trim();
      if (answer.status !== 429 && answer.status < 500) return why;
      if (answer.status === 429)
        await wait(Math.min(MAX_WAIT_MS, 1000 * Number(answer.headers.get('retry-after') ?? 1)));
    } catch (error) {
      why = error instanceof Error ? error.name : 'unknown';
    }
  }
  return why;
}
