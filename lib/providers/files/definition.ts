import { defineProvider } from '../provider-definition.ts';
import { filesSecret, filesSettings, parsePlace } from './settings.ts';

/** Any warehouse that takes and gives files, over SFTP or in a bucket of S3. */
export const filesDefinition = defineProvider({
  id: 'files',
  title: 'Any warehouse (files)',
  settings: filesSettings,
  secret: filesSecret,
  connectionId: 'warehouse-files',
  questions: [
    {
      key: 'server',
      option: 'server',
      label: 'Where are the files? sftp://user@host:22 or s3://bucket/prefix',
      isAddress: true,
    },
    { key: 'hostKey', option: 'host-key', label: 'Fingerprint of the SFTP server’s host key' },
  ],
  secretFields: [
    { key: 'password', label: 'Password of the SFTP user', isOptional: true },
    { key: 'privateKey', label: 'Private key of the SFTP user (OpenSSH or PEM)', isOptional: true },
    { key: 'passphrase', label: 'Passphrase of the private key', isOptional: true },
  ],
  secretsKey: 'files',
  examples: {
    '': "{ id: 'warehouse-files', provider: 'files', location: 'Austin', server: 'sftp://bridge@files.example.com:22', hostKey: 'SHA256:…' }",
    server: "server: 'sftp://bridge@files.example.com:22' (or 's3://bucket/prefix?region=eu-west-1')",
    hostKey: "hostKey: 'SHA256:hx9gCRrMVmUlVkEHFi7kcsGLUUQcmM62w3TM4lV2mPI'",
    format: "format: { kind: 'csv', delimiter: ';', encoding: 'windows-1252' }",
    orders:
      "orders: { folder: 'in', fileName: '{action}_{reference}_{number}.csv', columns: { ORDER: 'reference' } }",
    shipments: "shipments: { folder: 'out', files: 'SHIP*.csv', columns: { reference: 'ORDER' } }",
    acknowledgements:
      "acknowledgements: { columns: { reference: 'ORDER', status: 'RESULT' }, statuses: { OK: 'accepted' } }",
    stock: "stock: { columns: { sku: 'ITEM', onHand: 'QTY' } }",
  },
  vocabulary: {
    service: 'the warehouse of files',
    warehouse: 'warehouse',
    shippingService: 'shipping service',
  },
  capabilities: ['cancel', 'update', 'voids', 'stock'],
  limits: [
    'the mapping in the settings says whether orders can be changed or cancelled, and whether there are voids and stock',
    'an order that the warehouse refuses or cancels in an acknowledgement is named in the log as an unreadable record; a person settles it',
    'a shipment is noticed when its file is there and was whole at two looks, five minutes apart by default',
  ],
  usesBox: true,
  account: () => null,
  isSandbox: ({ server }) => server === 'sandbox',
  hosts: ({ server }) => {
    const place = parsePlace(server);
    if (place?.kind === 'sftp') return [place.host];
    return place === null ? [] : [`${place.bucket}.s3.${place.region || 'us-east-1'}.amazonaws.com`];
  },
  buckets: ({ server }) => {
    const place = parsePlace(server);
    return place?.kind === 's3' ? [{ bucket: place.bucket, prefix: place.prefix }] : [];
  },
  stockSetting: null,
  open: async ({ connection, secret, now, box, mayWrite }) => {
    const { filesProvider, leavesFiles } = await import('./provider.ts');
    const { openTransfer } = await import('./open-transfer.ts');
    const system = connection.id;
    const provider = filesProvider({
      system,
      settings: connection,
      openTransfer: () => openTransfer({ system, settings: connection, secret, mayWrite }),
      box,
      now,
    });
    return connection.mode === 'shadow' ? leavesFiles(provider, { system, mayWrite }) : provider;
  },
  hints: null,
  setUp: async () => (await import('./set-up.ts')).filesSetUp,
});
