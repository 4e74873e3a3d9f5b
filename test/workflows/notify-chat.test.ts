import { describe, expect, it } from 'vitest';
import { ConsoleLinks, describeAlarm } from '../../lib/infra/alarms/alarm.ts';
import { alarmCatalogue } from '../../lib/infra/alarms/bridge-alarms.ts';
import { settingsSchema } from '../../lib/settings/schema.ts';
import { type Notice, postNotice, toDigest, toNotice, toSlack } from '../../lib/workflows/notify-chat.ts';
import { ChatEndpoints } from '../fakes/chat-endpoints.ts';

const settings = settingsSchema.parse({
  connections: [{ id: 'lantern', provider: 'shipstation-v2', location: 'Yard', warehouseId: 'se-1' }],
});
const CATALOGUE = alarmCatalogue(settings);
const links = new ConsoleLinks({ region: 'eu-west-1', account: '123456789012', stackName: 'acme-prod' });
const RUNBOOK = 'https://wiki.acme.test/runbook.md';

/** As CloudWatch sends it. */
function alarm(id: string, state = 'ALARM', runbook = RUNBOOK): string {
  const definition = CATALOGUE.find((one) => one.id === id) ?? CATALOGUE[0]!;
  return JSON.stringify({
    AlarmName: `acme-prod-${id}`,
    AlarmDescription: describeAlarm(definition, links, runbook),
    AWSAccountId: '123456789012',
    NewStateValue: state,
    NewStateReason: 'Threshold Crossed: 1 datapoint [2.0] was greater than or equal to the threshold (1.0).',
    StateChangeTime: '2026-02-03T09:05:42.123+0000',
    Region: 'EU (Ireland)',
    OldStateValue: 'OK',
    Trigger: { MetricName: 'OrdersFailed', Period: 300 },
  });
}

const notice = (id: string): Notice => {
  const made = toNotice(alarm(id));
  if (made === null) throw new Error(`${id} gives no notice`);
  return made;
};

async function endpoints() {
  const chats = await ChatEndpoints.start();
  const waits: number[] = [];
  const wait = async (ms: number) => void waits.push(ms);
  const addresses = { slack: `${chats.url}/slack`, teams: `${chats.url}/teams` };
  return { chats, waits, post: (of: Notice, to = addresses) => postNotice(of, to, { fetch, wait }) };
}

describe('a notice of an alarm', () => {
  it('says what happened, who is affected, what to type and where to read on', () => {
    expect(notice('orders-failed')).toEqual({
      tone: 'ticket',
      title: expect.stringMatching(/^TICKET: The fulfillment service refused one or more orders/),
      lines: [
        expect.stringMatching(/^Impact: The customers/),
        'acme-prod-orders-failed, 2026-02-03 09:05 UTC',
      ],
      command: 'bridge orders list --waiting failed --stack acme-prod',
      links: [
        { title: 'Runbook', url: `${RUNBOOK}#orders-failed` },
        { title: 'Logs', url: expect.stringContaining('dispatch-order') },
      ],
    });
  });

  it('names the path of a runbook that is published nowhere', () => {
    expect(toNotice(alarm('orders-failed', 'ALARM', ''))?.lines).toContain(
      'Runbook: docs/runbook.md#orders-failed',
    );
  });

  it('is short when the alarm is over, and none where it lost its data or is no alarm', () => {
    expect(toNotice(alarm('orders-failed', 'OK'))).toMatchObject({ tone: 'over', command: '', links: [] });
    expect(toNotice(alarm('orders-failed', 'INSUFFICIENT_DATA'))).toBeNull();
    expect([toNotice('You have chosen to subscribe'), toNotice('{"a":1}')]).toEqual([null, null]);
  });
});

describe('a message to a chat', () => {
  it.each(CATALOGUE.map(({ id }) => id))('is accepted by Slack and Teams for the alarm %s', async (id) => {
    const { chats, post } = await endpoints();
    await post(notice(id));
    expect([chats.slack.length, chats.teams.length]).toEqual([1, 1]);
    const sent = JSON.stringify([chats.slack, chats.teams]);
    for (const part of ['Impact: ', '--stack acme-prod', `${RUNBOOK}#${id}`])
      expect(sent.split(part).length, part).toBeGreaterThanOrEqual(3);
  });

  it('is accepted however long its texts are', async () => {
    const { chats, post } = await endpoints();
    await post({ ...notice('orders-failed'), title: 'T'.repeat(500), lines: ['L'.repeat(5_000)] });
    expect([chats.slack.length, chats.teams.length]).toEqual([1, 1]);
  });

  it('of Slack calls no channel', () => {
    const text = JSON.stringify(toSlack({ ...notice('orders-failed'), lines: ['<!channel> & co'] }));
    expect(text).not.toContain('<!channel>');
    expect(text).toContain('&lt;!channel&gt; &amp; co');
  });

  it('of the digest says how many orders there were, how long they took and what waits', async () => {
    const { chats, post } = await endpoints();
    const digest = toDigest(
      {
        day: '2026-02-02',
        counts: { made: 41, sent: 40, authorisedToSent: 31, confirmed: 38 },
        seconds: {
          ...{ made: { p50: 3, p95: 1_100 }, sent: null, authorisedToSent: { p50: 66, p95: 130 } },
          confirmed: { p50: 240, p95: 700 },
        },
        waiting: { hold: 4 },
      },
      'acme-prod',
    );
    await post(digest);
    expect(digest.title).toBe('acme-prod: 41 orders on 2026-02-02');
    expect(digest.lines).toEqual([
      '41 orders made, after their event: half within 3 s, 95 % within 18 min',
      '40 sent, once they were ready',
      '31 of them after no hold, payment or person, since they were authorised: half within 66 s, 95 % within 2 min',
      '38 confirmed to DEAR, after their label: half within 4 min, 95 % within 12 min',
      'Waiting in the last hour, at most: hold 4',
    ]);
    expect([chats.slack.length, chats.teams.length]).toEqual([1, 1]);
  });
});

describe('posting', () => {
  it('tries again after a limit, as long as the chat says, and after a failure of the chat', async () => {
    const { chats, waits, post } = await endpoints();
    chats.faults.push(429, 503);
    await post(notice('orders-failed'));
    expect(waits).toEqual([1_000, 2_000, 4_000]);
    expect([chats.slack.length, chats.teams.length]).toEqual([1, 1]);
  });

  it('gives up on an address that is gone, tells the other chat, and names no address', async () => {
    const { chats, post } = await endpoints();
    chats.faults.push(404);
    await expect(post(notice('orders-failed'))).rejects.toThrow(/^slack: HTTP 404 no_service$/);
    expect([chats.slack.length, chats.teams.length, chats.calls]).toEqual([0, 1, 2]);
  });

  it('gives up on a chat that cannot be reached after three tries', async () => {
    const { post, waits } = await endpoints();
    const slack = 'http://127.0.0.1:9/slack';
    await expect(post(notice('orders-failed'), { slack, teams: slack })).rejects.toThrow(
      'slack: TypeError; teams',
    );
    expect(waits).toHaveLength(4);
  });
});
