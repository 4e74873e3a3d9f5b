import { writeFile } from 'node:fs/promises';
import { Option } from 'commander';
import { formatPrice } from '../../lib/domain/label/rates.ts';
import {
  type CommandDefinition,
  type CommandGroup,
  confirmed,
  getParameter,
  type Invocation,
  YES,
} from './command.ts';
import { clean, formatTable } from './output.ts';

export const rates: CommandDefinition = {
  usage: 'rates <order>',
  about: 'Shows what a label of an order would cost now, the cheapest first',
  examples: [
    ['bridge rates SO-00042-1', 'an order by its reference'],
    ['bridge rates SO-00042 --json', 'the only order of a sale'],
  ],
  run: showRates,
};

export const label: CommandGroup = {
  name: 'label',
  about: 'Labels of the shipping service: buying, voiding, and their PDF',
  commands: [
    {
      usage: 'buy <order>',
      about: 'Buys the label of an order, once, within seconds',
      examples: [
        ['bridge label buy SO-00042-1 --service ups_ground', 'of a service that bridge rates lists'],
        ['bridge label buy SO-00042-1 --yes', 'as the rule of its connection chooses'],
        ['bridge label buy SO-00042-1 --service ups_ground --dry-run', 'only whether it could be bought'],
      ],
      options: [new Option('--service <code>', 'the service; default: the rule of the connection'), YES],
      writes: true,
      run: buy,
    },
    {
      usage: 'void <order>',
      about: 'Voids the label that was bought here, so that another can be bought',
      examples: [['bridge label void SO-00042-1', 'asks first']],
      options: [YES],
      writes: true,
      run: voidLabel,
    },
    {
      usage: 'save <order>',
      about: 'Saves the PDF of the label, read from the shipping service',
      examples: [['bridge label save SO-00042-1 --out label.pdf', 'for a printer']],
      options: [new Option('--out <file>', 'default: the reference and .pdf')],
      run: save,
    },
  ],
};

async function open(invocation: Invocation) {
  const { toReference, ...actions } = await import('../orders/labels.ts');
  const bridge = await invocation.bridge();
  const reference = await toReference(bridge, getParameter(invocation));
  return { bridge, reference, ...actions };
}

async function showRates(invocation: Invocation): Promise<undefined> {
  const { bridge, reference, readRates } = await open(invocation);
  const quoted = await readRates(bridge, reference);
  invocation.output.data({ reference, ...quoted }, () => {
    const rows = quoted.rates.map((rate) => [rate.service, rate.carrier, formatPrice(rate)].map(clean));
    return formatTable(['SERVICE', 'CARRIER', 'PRICE'], rows);
  });
  invocation.output.say(`Buy one: bridge label buy ${reference} --service <SERVICE>`);
}

async function buy(invocation: Invocation): Promise<number | undefined> {
  const { dryRun, operator, options, output } = invocation;
  const { bridge, reference, checkPurchase, buyOrderLabel } = await open(invocation);
  const service = options.text('service') ?? '';
  await checkPurchase(bridge, reference, service);
  const which = service === '' ? 'that the rule chooses' : `of ${service}`;
  const go = !dryRun && (await confirmed(invocation, `Buy the label ${which} for ${reference}?`));
  if (go) await buyOrderLabel(bridge, reference, service, operator);
  output.data({ reference, service, requested: go, dryRun }, () =>
    go ? `A label ${which} is bought for ${reference}.` : `No label was requested for ${reference}.`,
  );
  if (go) output.say(`See what became of it: bridge orders show ${reference}`);
  return go || dryRun ? undefined : 1;
}

async function voidLabel(invocation: Invocation): Promise<number | undefined> {
  const { dryRun, operator, output } = invocation;
  const { bridge, reference, checkVoid, voidOrderLabel } = await open(invocation);
  const { postage } = await checkVoid(bridge, reference);
  const labelId = postage?.label?.labelId ?? '';
  const go = !dryRun && (await confirmed(invocation, `Void the label ${labelId} of ${reference}?`));
  if (go) await voidOrderLabel(bridge, reference, operator);
  output.data({ reference, labelId, requested: go, dryRun }, () =>
    go ? `The label ${labelId} of ${reference} is being voided.` : `Nothing was voided of ${reference}.`,
  );
  if (go) output.say(`See what became of it: bridge orders show ${reference}`);
  return go || dryRun ? undefined : 1;
}

async function save(invocation: Invocation): Promise<undefined> {
  const { bridge, reference, readLabelDocument } = await open(invocation);
  const pdf = await readLabelDocument(bridge, reference);
  const file = invocation.options.text('out') ?? `${reference}.pdf`;
  await writeFile(file, pdf);
  invocation.output.data({ reference, file, bytes: pdf.length }, () => `${file}: the label of ${reference}`);
}
