import * as z from 'zod';
import { DAY_MS, formatAge } from '../../domain/clock.ts';
import type { Access, Finding, SetUpSpec, Verification } from '../provider-set-up.ts';
import { openTransfer } from './open-transfer.ts';
import { type FilesSecret, type FilesSettings, filesSettings, parsePlace } from './settings.ts';
import { readHostKey } from './sftp.ts';
import { type FoundFile, NoSuchFolder, type Transfer } from './transfer.ts';

type FilesAccess = Access<Partial<FilesSettings>, FilesSecret>;

export const filesSetUp: SetUpSpec<FilesSettings, FilesSecret> = {
  verify,
  check,
  instructions: ({ settings }) => {
    const place = parsePlace(settings.server ?? '');
    return place?.kind === 's3'
      ? [
          'The stack lets its functions use this bucket below the prefix once it is deployed with these settings.',
        ]
      : [
          'Compare the host key with the fingerprint that the owner of the server names, before it is deployed.',
        ];
  },
  openWebhooks: null,
};

/** Without a trusted host key no credential is sent: the key that is seen is all that can be known. */
async function verify(access: FilesAccess): Promise<Verification> {
  const settings = complete(access);
  const place = parsePlace(settings.server);
  if (place?.kind === 'sftp' && settings.hostKey === '') {
    const seen = await readHostKey({ system: access.system, place });
    const choice = { value: seen, title: 'the host key that the server shows now' };
    return {
      found: `its server shows the host key ${seen}`,
      choices: { hostKey: [choice] },
      accountMarks: [],
    };
  }
  await withTransfer(access, (transfer) => transfer.list(settings.orders.folder));
  const choices = place?.kind === 's3' ? { hostKey: [{ value: '', title: 'a bucket has none' }] } : {};
  return { found: `it has the folder ${settings.orders.folder}`, choices, accountMarks: [] };
}

function complete({ settings }: FilesAccess): FilesSettings {
  return z.object(filesSettings()).parse({ server: 'sandbox', ...settings });
}

async function withTransfer<Result>(
  access: FilesAccess,
  use: (transfer: Transfer) => Promise<Result>,
): Promise<Result> {
  const { system, secret } = access;
  const transfer = await openTransfer({ system, settings: complete(access), secret });
  try {
    return await use(transfer);
  } finally {
    await transfer.close();
  }
}

/** Whether every folder is there, and what lies in them that a person should look at. */
async function check(access: FilesAccess): Promise<Finding[]> {
  const { orders, shipments, acknowledgements, stock } = complete(access);
  const incoming = [shipments, acknowledgements, stock].filter((section) => section !== null);
  return await withTransfer(access, async (transfer) => {
    const findings = [await checkOrders(transfer, orders.folder, access)];
    for (const { folder, unreadable } of incoming) {
      findings.push(await checkFolder(transfer, folder, access));
      findings.push(...(await checkUnreadable(transfer, unreadable, access)));
    }
    return findings;
  });
}

/** null where there is no such folder. */
async function list(transfer: Transfer, folder: string): Promise<readonly FoundFile[] | null> {
  return await transfer.list(folder).catch((error: unknown) => {
    if (error instanceof NoSuchFolder) return null;
    throw error;
  });
}

async function checkFolder(transfer: Transfer, folder: string, { system }: FilesAccess): Promise<Finding> {
  const files = await list(transfer, folder);
  const name = `folder ${folder} of ${system}`;
  if (files === null)
    return { name, ok: false, found: 'there is no such folder', next: 'make it, or correct the setting' };
  return { name, ok: true, found: `it has ${files.length} files`, next: '' };
}

/** A warehouse that no longer takes files ships nothing. */
async function checkOrders(transfer: Transfer, folder: string, access: FilesAccess): Promise<Finding> {
  const finding = await checkFolder(transfer, folder, access);
  const files = (await list(transfer, folder)) ?? [];
  const oldest = Math.min(...files.map(({ changedAt }) => changedAt));
  const age = access.now() - oldest;
  if (files.length === 0 || age < DAY_MS) return finding;
  const found = `${files.length} order files lie there, the oldest for ${formatAge(age)}`;
  return { ...finding, ok: false, found, next: 'ask the warehouse whether it still takes them' };
}

async function checkUnreadable(
  transfer: Transfer,
  folder: string,
  { system }: FilesAccess,
): Promise<readonly Finding[]> {
  const files = (await list(transfer, folder)) ?? [];
  if (files.length === 0) return [];
  const name = `unreadable files of ${system}`;
  const found = `${folder} has ${files.length}, such as ${files[0]?.name}`;
  const next = `see in the log of run-job why, mend the mapping or have them sent again, and move them back or delete them`;
  return [{ name, ok: false, found, next }];
}
