import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import * as z from 'zod';

/** Texts as Slack limits them: https://docs.slack.dev/reference/block-kit/blocks */
const section = z.strictObject({
  type: z.literal('section'),
  text: z.strictObject({ type: z.literal('mrkdwn'), text: z.string().min(1).max(3_000) }),
});
const header = z.strictObject({
  type: z.literal('header'),
  text: z.strictObject({ type: z.literal('plain_text'), text: z.string().min(1).max(150) }),
});
const slackMessage = z.strictObject({
  text: z.string().min(1).max(40_000),
  blocks: z
    .array(z.discriminatedUnion('type', [section, header]))
    .min(1)
    .max(50),
});

const textBlock = z.strictObject({
  type: z.literal('TextBlock'),
  text: z.string().min(1),
  wrap: z.boolean(),
  weight: z.enum(['Lighter', 'Default', 'Bolder']).optional(),
  size: z.enum(['Small', 'Default', 'Medium', 'Large', 'ExtraLarge']).optional(),
  color: z.enum(['Default', 'Dark', 'Light', 'Accent', 'Good', 'Warning', 'Attention']).optional(),
  fontType: z.enum(['Default', 'Monospace']).optional(),
  spacing: z.enum(['None', 'Small', 'Default', 'Medium', 'Large']).optional(),
});
const card = z.strictObject({
  $schema: z.literal('http://adaptivecards.io/schemas/adaptive-card.json'),
  type: z.literal('AdaptiveCard'),
  version: z.enum(['1.0', '1.1', '1.2', '1.3', '1.4']),
  body: z.array(textBlock).min(1),
  // Teams shows six buttons, and hides the others.
  actions: z
    .array(z.strictObject({ type: z.literal('Action.OpenUrl'), title: z.string().min(1), url: z.url() }))
    .max(6),
});
/** As the trigger "When a Teams webhook request is received" takes it. */
const teamsMessage = z.strictObject({
  type: z.literal('message'),
  attachments: z
    .array(
      z.strictObject({
        contentType: z.literal('application/vnd.microsoft.card.adaptive'),
        contentUrl: z.null(),
        content: card,
      }),
    )
    .length(1),
});
const MAX_TEAMS_BYTES = 28 * 1024;

/** Slack's incoming webhook and Teams' workflow, as strict as the real ones, with answers on demand. */
export class ChatEndpoints {
  /** The accepted messages. */
  readonly slack: Array<z.infer<typeof slackMessage>> = [];
  readonly teams: Array<z.infer<typeof teamsMessage>> = [];
  /** Statuses of the next answers, whatever is sent. */
  readonly faults: number[] = [];
  calls = 0;
  url = '';

  static async start(): Promise<ChatEndpoints> {
    const endpoints = new ChatEndpoints();
    const server = createServer(async (request, response) => {
      const body = await text(request);
      const [status, answer] = endpoints.#answer(request.url ?? '', body);
      response.writeHead(status, status === 429 ? { 'retry-after': '1' } : {}).end(answer);
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    endpoints.url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    onTestFinished(async () => void (await new Promise((resolve) => server.close(resolve))));
    return endpoints;
  }

  #answer(path: string, body: string): [status: number, text: string] {
    this.calls += 1;
    const fault = this.faults.shift();
    if (fault !== undefined) return [fault, fault === 404 ? 'no_service' : ''];
    if (path === '/slack') {
      const { data } = slackMessage.safeParse(JSON.parse(body));
      if (data === undefined) return [400, 'invalid_blocks'];
      this.slack.push(data);
      return [200, 'ok'];
    }
    const { data } = teamsMessage.safeParse(JSON.parse(body));
    if (data === undefined || Buffer.byteLength(body) > MAX_TEAMS_BYTES) return [400, 'BadRequest'];
    this.teams.push(data);
    return [202, ''];
  }
}
