import { Option } from 'commander';
import { type CommandGroup, confirmed, type Invocation, momentOption, YES } from './command.ts';
import { formatTable } from './output.ts';

const to = () => momentOption('--to <when>', 'the moment to which the table was restored');

export const restore: CommandGroup = {
  name: 'restore',
  about: 'Continue with a table that was restored to an earlier moment, without sending anything twice',
  commands: [
    {
      usage: 'check',
      about: 'Compares a restored table with DEAR and the services: what was sold and shipped since',
      examples: [
        ['bridge restore check --to 2026-02-03T06:00Z', 'of the table that the bridge uses'],
        [
          'bridge restore check --to 2026-02-03T06:00Z --table acme-prod-restored',
          'of a table that was restored beside it',
        ],
      ],
      options: [to().makeOptionMandatory(), new Option('--table <name>', 'another table')],
      run: check,
    },
    {
      usage: 'begin',
      about:
        'Before the workers start: has everything looked up that may exist since, and leaves stock alone',
      examples: [['bridge restore begin --to 2026-02-03T06:00Z', 'asks first']],
      options: [to().makeOptionMandatory(), YES],
      writes: true,
      run: begin,
    },
    {
      usage: 'finish',
      about: 'Once every sale was read again: collects shipments again from that moment',
      examples: [['bridge restore finish', 'says what is left where it is too early']],
      writes: true,
      run: finish,
    },
  ],
};

async function check({ options, output, bridge }: Invocation): Promise<undefined> {
  const { checkRestore } = await import('../restore.ts');
  const { createBridge } = await import('../bridge.ts');
  const opened = await bridge();
  const table = options.text('table');
  const compared = table === undefined ? opened : createBridge({ ...opened, table: opened.openTable(table) });
  output.progress('Reading DEAR and the services …');
  const found = await checkRestore(compared, options.moment('to'));
  output.data(found, () => {
    const rows = found.connections.map(({ connection, shipments, shipped, open }) => [
      connection,
      String(shipments),
      shipped.join(', ') || 'none',
      open === null ? 'has no list' : open.join(', ') || 'none',
    ]);
    return [
      `Sales that changed in DEAR and were not read since: ${found.sales.length} ${found.sales.slice(0, 20).join(', ')}`.trimEnd(),
      `Orders to be looked up before they are sent: ${found.toSend}`,
      `Orders whose sale is read before their parcels are written to DEAR: ${found.toConfirm}`,
      '',
      formatTable(['CONNECTION', 'SHIPMENTS SINCE', 'NOT RECORDED HERE', 'OPEN THERE, UNKNOWN HERE'], rows),
    ].join('\n');
  });
}

async function begin(invocation: Invocation): Promise<undefined> {
  const { options, output, dryRun, operator } = invocation;
  const { beginRestore } = await import('../restore.ts');
  const bridge = await invocation.bridge();
  const moment = options.moment('to');
  const question = `Is the table of ${bridge.name} as it was at ${moment}, and have its workers stopped?`;
  if (dryRun || !(await confirmed(invocation, question))) {
    output.data({ to: moment, begun: false }, () => 'Nothing was changed.');
    return;
  }
  const lookedUp = await beginRestore(bridge, moment, operator);
  output.data(
    { to: moment, begun: true, lookedUp },
    () => `The restore to ${moment} has begun. ${lookedUp} orders are looked up before they are sent.`,
  );
  output.say('Start the workers, and then: bridge restore finish');
}

async function finish({ output, dryRun, operator, bridge }: Invocation): Promise<undefined> {
  const { finishRestore } = await import('../restore.ts');
  const opened = await bridge();
  if (!dryRun) await finishRestore(opened, operator);
  output.data({ finished: !dryRun }, () =>
    dryRun ? 'Nothing was changed.' : 'The restore is finished. Shipments since then are being collected.',
  );
}
