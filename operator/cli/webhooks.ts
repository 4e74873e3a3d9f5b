import { Option } from 'commander';
import type { PlannedWebhook } from '../provider-webhooks.ts';
import type { RotationStep } from '../webhooks.ts';
import { type CommandGroup, confirmed, type Invocation, YES } from './command.ts';
import { formatTable } from './output.ts';

export const webhooks: CommandGroup = {
  name: 'webhooks',
  about: 'The webhooks of DEAR and of the services: show, register, and rotate the token',
  commands: [
    {
      usage: 'plan',
      about: 'Shows which webhooks are registered, missing or wrong',
      examples: [['bridge webhooks plan', 'reads only']],
      run: plan,
    },
    {
      usage: 'apply',
      about: 'Registers what is missing and corrects what is wrong; others’ webhooks are left alone',
      examples: [
        ['bridge webhooks apply --stack acme-prod', 'after the first deployment, or a new connection'],
        ['bridge webhooks apply --token', 'when DEAR’s calls are refused for their token'],
      ],
      options: [
        new Option('--token', 'also give DEAR the current token again, as it never shows the one it has'),
        YES,
      ],
      writes: true,
      run: apply,
    },
    {
      usage: 'rotate',
      about:
        'Takes the next step to a new token for DEAR: store it, give it to DEAR, forget the old one; both are valid meanwhile',
      examples: [
        ['bridge webhooks rotate', 'run it again when it says so; no webhook is lost if you stop halfway'],
        ['bridge webhooks rotate --dry-run', 'shows the state of the rotation'],
      ],
      options: [YES],
      writes: true,
      run: rotate,
    },
  ],
};

async function plan({ output, bridge }: Invocation): Promise<number | undefined> {
  const { getPending, planWebhooks } = await import('../webhooks.ts');
  const planned = await planWebhooks(await bridge());
  output.data(planned, () => formatWebhooks(planned));
  const open = getPending(planned).length;
  if (open === 0) return;
  output.say(`${open} to be registered or corrected: bridge webhooks apply`);
  return 1;
}

async function apply(invocation: Invocation): Promise<number | undefined> {
  const { output, operator, dryRun } = invocation;
  const { applyWebhooks, sendTokenToDear, getPending, planWebhooks } = await import('../webhooks.ts');
  const bridge = await invocation.bridge();
  const planned = await planWebhooks(bridge);
  const open = getPending(planned).length;
  const beside = planned.filter(({ action }) => action === 'leave').length;
  const token = invocation.options.flag('token');
  if (!output.json) output.say(`${formatWebhooks(planned)}\n`);
  const isNeeded = open > 0 || beside > 0 || token;
  const tried = beside === 0 ? '' : `, try ${beside} beside another app’s`;
  const question = `Register or correct ${open} webhooks${tried}${token ? ', and give DEAR the token again' : ''}?`;
  const go = isNeeded && !dryRun && (await confirmed(invocation, question));
  const changed = go ? getPending(await applyWebhooks(bridge, operator)).length : 0;
  const renewed = go && token ? await sendTokenToDear(bridge, operator) : 0;
  output.data({ planned, changed, renewed }, () => {
    if (!isNeeded) return 'Nothing to do.';
    return `${changed} of ${open + beside} done.${token ? ` ${renewed} webhooks have the current token.` : ''}`;
  });
  return go || dryRun || !isNeeded ? undefined : 1;
}

async function rotate(invocation: Invocation): Promise<number | undefined> {
  const { output, operator, dryRun } = invocation;
  const { planRotation, rotateToken } = await import('../webhooks.ts');
  const bridge = await invocation.bridge();
  const next = await planRotation(bridge);
  if (dryRun || next.kind === 'wait') {
    output.data({ next, done: null }, () => `Next: ${describeStep(next)}`);
    return;
  }
  if (!(await confirmed(invocation, `${describeStep(next)} Continue?`))) return 1;
  const done = await rotateToken(bridge, operator);
  const after = await planRotation(bridge);
  output.data({ next: after, done: done.kind }, () => `Done: ${done.kind}.`);
  if (done.kind !== 'forget') output.say(`Next: ${describeStep(after)} Then: bridge webhooks rotate`);
  return;
}

function describeStep(step: RotationStep): string {
  switch (step.kind) {
    case 'store':
      return 'store a new token beside the one in use; both are valid then.';
    case 'give':
      return 'give DEAR the new token, in every webhook of this bridge.';
    case 'forget':
      return 'forget the old token.';
    case 'wait':
      return `wait ${Math.ceil(step.forMs / 60_000)} more minutes, as ${step.why}.`;
  }
}

function formatWebhooks(planned: readonly PlannedWebhook[]): string {
  if (planned.length === 0) return 'No webhooks are needed.';
  const rows = planned.map(({ system, event, action, now }) => [system, event, action, now]);
  return formatTable(['SYSTEM', 'EVENT', 'ACTION', 'BECAUSE'], rows);
}
