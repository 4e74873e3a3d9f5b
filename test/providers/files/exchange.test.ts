import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { REFERENCE_TAKEN } from '../../../lib/domain/errors.ts';
import { filesProvider } from '../../../lib/providers/files/provider.ts';
import { filesSettings } from '../../../lib/providers/files/settings.ts';
import type { ShipmentPage } from '../../../lib/providers/provider.ts';
import { sampleOrder } from '../../contract/sample-order.ts';
import { inMemoryBox } from '../../fakes/in-memory-box.ts';
import { MemoryServer } from './memory-transfer.ts';

const HEADER = 'order,parcel,track,sku,qty';
const SHIPMENTS = {
  complete: 'renamed',
  columns: { reference: 'order', parcelId: 'parcel', trackingNumber: 'track', sku: 'sku', quantity: 'qty' },
};
const ACKNOWLEDGEMENTS = {
  complete: 'renamed',
  columns: { reference: 'order', status: 'result', reason: 'text' },
  statuses: { OK: 'accepted', CAN: 'cancelled', LATE: 'too-late', ERR: 'refused' },
};

function start(mapping: object = {}) {
  const server = new MemoryServer();
  const settings = z
    .object(filesSettings())
    .parse({ server: 'sftp://bridge@127.0.0.1', shipments: SHIPMENTS, ...mapping });
  const box = inMemoryBox('warehouse', () => server.now);
  const provider = filesProvider({
    system: 'warehouse',
    settings,
    box,
    openTransfer: async () => server.open(),
    now: () => server.now,
    wait: async () => undefined,
  });
  const collect = async (cursor: string | null = null) => {
    const pages: ShipmentPage[] = [];
    for await (const page of provider.shipmentsSince(cursor)) pages.push(page);
    return {
      cursor: pages.at(-1)!.cursor,
      parcels: pages.flatMap(({ shipments }) =>
        shipments.map(({ reference, trackingNumbers }) => `${reference} ${trackingNumbers}`),
      ),
      ids: pages.flatMap(({ shipments }) => shipments.map(({ id }) => id)),
      unreadable: pages.flatMap((page) => page.unreadable),
    };
  };
  return { server, provider, box, collect };
}

describe('an order file', () => {
  /** The upload, the rename and the look at it afterwards, each undone or done without an answer. */
  const cuts = [1, 2, 3].flatMap((step) => [false, true].map((isDone) => ({ step, isDone })));

  it.each(cuts)(
    'appears once, although the warehouse deletes it at once and the answer of step $step was lost (done: $isDone)',
    async ({ step, isDone }) => {
      const { server, provider } = start();
      server.takesAtOnce = true;
      server.failStep(step, isDone);
      for (let attempt = 0; attempt < 3; attempt += 1) {
        await provider.submit(sampleOrder()).catch(() => undefined);
        const found = await provider.find('SO-20417-1').catch(() => []);
        if (found.length > 0) break;
      }
      expect(await provider.find('SO-20417-1')).toEqual([
        { providerOrderId: 'SO-20417-1', cancelled: false },
      ]);
      expect(server.appeared).toEqual(['NEW-SO-20417-1-1.csv']);
    },
  );

  it('that lies in the folder of another bridge is found by its name, and not written over', async () => {
    const { server, provider } = start();
    server.put('orders/archive/NEW-SO-20417-1-1.csv', 'from before');
    expect(await provider.find('SO-20417-1')).toHaveLength(1);
    expect(await provider.find('SO-20417')).toEqual([]);
  });

  it('is refused under a reference that another order has', async () => {
    const { provider } = start();
    await provider.submit(sampleOrder());
    await expect(provider.submit(sampleOrder({ email: 'other@quillfeather.example' }))).rejects.toMatchObject(
      {
        details: { code: REFERENCE_TAKEN },
      },
    );
  });

  it('holds the mapped columns, constants and cut texts, and keeps its values as they are', async () => {
    const columns = {
      REC: '=H',
      NO: 'reference',
      TEL: 'phone',
      STREET: 'shipTo.line1:10',
      QTY: 'line.quantity',
    };
    const { server, provider } = start({
      format: { delimiter: ';', decimalMark: ',', lineEnd: 'lf' },
      orders: { columns },
    });
    const [line] = sampleOrder().lines;
    await provider.submit(sampleOrder({ lines: [{ ...line!, quantity: 2.5 }] }));
    expect(server.files.get('orders/NEW-SO-20417-1-1.csv')?.bytes.toString()).toBe(
      'REC;NO;TEL;STREET;QTY\nH;SO-20417-1;+1 503 555 0162;77 Larkspu;2,5\n',
    );
  });

  it('is one for all orders that wait, once a batch is due, whatever answer is lost', async () => {
    const { server, provider, collect } = start({ orders: { batchMinutes: 60 } });
    server.takesAtOnce = true;
    await provider.submit(sampleOrder({ reference: 'SO-1-1' }));
    await provider.submit(sampleOrder({ reference: 'SO-2-1' }));
    expect(server.appeared).toEqual([]);
    expect(await provider.find('SO-1-1')).toHaveLength(1);
    // Upload, look, rename: the rename is done and its answer lost.
    server.failStep(3, true);
    let saved: string | null = null;
    const read = async () => {
      for await (const { cursor } of provider.shipmentsSince(saved)) saved = cursor;
    };
    await expect(read()).rejects.toThrow();
    await read();
    expect(server.appeared).toHaveLength(1);
    await provider.submit(sampleOrder({ reference: 'SO-3-1' }));
    const { cursor } = await collect(saved);
    expect(server.appeared).toHaveLength(1);
    server.now += 3_600_000;
    await collect(cursor);
    expect(server.appeared).toHaveLength(2);
  });
});

describe('shipment files', () => {
  const put = (server: MemoryServer, name: string, ...rows: string[]) =>
    server.put(`shipments/${name}`, [HEADER, ...rows, ''].join('\r\n'));

  it('are read once and moved to the archive, whichever step between the two fails', async () => {
    for (let step = 1; step <= 5; step += 1)
      for (const isDone of [false, true]) {
        const { server, collect } = start();
        put(server, 'A.csv', 'SO-1-1,P1,TR1,CUP,2');
        put(server, 'B.csv', 'SO-2-1,P2,TR2,CUP,1');
        server.failStep(step, isDone);
        const first = await collect().catch(() => null);
        const again = await collect(first?.cursor ?? null);
        expect([...(first?.parcels ?? []), ...again.parcels].sort()).toEqual(['SO-1-1 TR1', 'SO-2-1 TR2']);
        expect(server.names('shipments')).toEqual([]);
        expect(server.names('shipments/archive')).toHaveLength(2);
      }
  });

  it('that come twice, under one name or another, report each parcel under one id', async () => {
    const { server, collect } = start();
    put(server, 'A.csv', 'SO-1-1,P1,TR1,CUP,2');
    const first = await collect();
    put(server, 'A.csv', 'SO-1-1,P1,TR1,CUP,2');
    put(server, 'B.csv', 'SO-1-1,P1,TR1,CUP,2');
    const again = await collect(first.cursor);
    expect(new Set([...first.ids, ...again.ids]).size).toBe(1);
    expect(server.names('shipments')).toEqual([]);
  });

  it('put a parcel with a bad row aside as a whole, by file and line, and report the others', async () => {
    const { server, collect } = start();
    put(
      server,
      'A.csv',
      'SO-1-1,P1,TR1,CUP,2',
      'SO-2-1,P2,TR2,CUP,1',
      'SO-2-1,P2,TR2,BOWL,two',
      ',P3,TR3,CUP,1',
      'SO-4-1,P4,TR4',
      'SO-5-1,P5,TR5,CUP,1',
    );
    const { parcels, unreadable } = await collect();
    expect(parcels).toEqual(['SO-1-1 TR1', 'SO-5-1 TR5']);
    expect(unreadable.map(({ id }) => id).sort()).toEqual(['A.csv:4', 'A.csv:5', 'A.csv:6']);
  });

  const WIDE = 'order,parcel,track,key,sku,qty,lot,best,cost,when,state';
  const ALL = {
    ...{ complete: 'renamed', voided: 'Void', costCurrency: 'EUR' },
    columns: {
      ...{
        ...SHIPMENTS.columns,
        lineKey: 'key',
        batch: 'lot',
        expiry: 'best',
        cost: 'cost',
        shippedAt: 'when',
      },
      status: 'state',
    },
  };
  /** All that one file of these rows reports. */
  const report = async (...rows: string[]) => {
    const { server, provider } = start({ shipments: ALL });
    server.put('shipments/A.csv', [WIDE, ...rows, ''].join('\n'));
    const pages: ShipmentPage[] = [];
    for await (const page of provider.shipmentsSince(null)) pages.push(page);
    return {
      shipments: pages.flatMap((page) => page.shipments),
      withdrawn: pages.flatMap((page) => page.withdrawn ?? []),
      unreadable: pages.flatMap((page) => page.unreadable),
    };
  };

  it('report every column of a parcel', async () => {
    const { shipments } = await report(
      'SO-1-1,P1,TR1; TR2,line-1,CUP,2.5,B7,2027-05-01T00:00,7.25,2026-01-04 10:00,left',
      'SO-1-1,P1,,line-2,BOWL,1,,,,,',
    );
    expect(shipments).toMatchObject([
      {
        ...{ reference: 'SO-1-1', providerOrderId: 'SO-1-1', trackingNumbers: ['TR1', 'TR2'] },
        ...{ cost: { amount: 7.25, currency: 'EUR' }, shippedAt: '2026-01-04T10:00:00.000Z' },
        contents: [
          { key: 'line-1', sku: 'CUP', quantity: 2.5, batch: 'B7', expiry: '2027-05-01' },
          { key: 'line-2', sku: 'BOWL', quantity: 1, batch: '', expiry: '' },
        ],
      },
    ]);
  });

  it.each<[string, string, object]>([
    ['no cost where it is none', 'SO-1-1,P1,T,,CUP,1,,,,,', { cost: null }],
    ['no cost where it is 0', 'SO-1-1,P1,T,,CUP,1,,,0,,', { cost: null }],
    ['no cost where it is below 0', 'SO-1-1,P1,T,,CUP,1,,,-3,,', { cost: null }],
    [
      'the time of its file where it has none',
      'SO-1-1,P1,T,,CUP,1,,,,,',
      { shippedAt: '2026-01-05T00:00:00.000Z' },
    ],
    ['the rest of the order where it names no goods', 'SO-1-1,P1,T,,,,,,,,', { contents: 'remaining' }],
  ])('report of a parcel %s', async (_, row, expected) => {
    expect((await report(row)).shipments).toMatchObject([expected]);
  });

  it('report nothing of a row of nothing, and not the parcel that has no other', async () => {
    const { shipments, unreadable } = await report(
      'SO-1-1,P1,T,,CUP,1,,,,,',
      'SO-1-1,P1,T,,BOWL,0,,,,,',
      'SO-2-1,P2,T,,CUP,0,,,,,',
    );
    expect(shipments).toMatchObject([{ contents: [{ sku: 'CUP', quantity: 1 }] }]);
    expect(unreadable).toEqual([]);
  });

  it.each<[string, string, object, string[]]>([
    ['in another form', 'SO-1-1,P1,T,,CUP,1,,,,13/31/2026,', {}, ['its time']],
    ['ahead, as where day and month are exchanged', 'SO-1-1,P1,T,,CUP,1,,,,2026-04-01,', {}, ['its time']],
    ['empty, as databases write it', 'SO-1-1,P1,T,,CUP,1,,0000-00-00,,0000-00-00,', {}, []],
    ['given since 1970', 'SO-1-1,P1,T,,CUP,1,,,,1767520800,', { shippedAt: '2026-01-04T10:00:00.000Z' }, []],
    ['fine and its expiry is not', 'SO-1-1,P1,T,,CUP,1,B7,12/2027,,,', {}, ['its expiry']],
  ])('report a parcel whose time is %s, and what is wrong', async (_, row, expected, doubts) => {
    const { shipments, unreadable } = await report(row);
    expect(shipments).toMatchObject([{ shippedAt: '2026-01-05T00:00:00.000Z', ...expected }]);
    expect(unreadable.map(({ why }) => why.slice(0, why.indexOf(' is ')))).toEqual(doubts);
  });

  it('report all numbers of a parcel, in whichever of its rows they are', async () => {
    const { shipments } = await report('SO-1-1,P1,TR1,,CUP,1,,,,,', 'SO-1-1,P1,TR2; TR3,,BOWL,1,,,,,');
    expect(shipments).toMatchObject([{ trackingNumbers: ['TR1', 'TR2', 'TR3'] }]);
  });

  it('report the carrier, the service and the warehouse of a parcel, from its first row that has them', async () => {
    const columns = { ...ALL.columns, carrier: 'by', service: 'with', warehouse: 'site' };
    const { server, provider } = start({ shipments: { ...ALL, columns } });
    const rows = ['SO-1-1,P1,T,,CUP,1,,,,,,,,', 'SO-1-1,P1,T,,BOWL,1,,,,,,DHL,Express,N1'];
    server.put('shipments/A.csv', [`${WIDE},by,with,site`, ...rows, ''].join('\n'));
    const pages: ShipmentPage[] = [];
    for await (const page of provider.shipmentsSince(null)) pages.push(page);
    expect(pages.flatMap(({ shipments }) => shipments)).toMatchObject([
      { carrier: 'DHL', service: 'Express', warehouse: 'N1' },
    ]);
  });

  it.each([
    [
      'a number that a spreadsheet shortened',
      'SO-1-1,P1,9.40011E+21,,CUP,1,,,,,',
      'a spreadsheet shortened its trackingNumber',
    ],
    [
      'a SKU that a spreadsheet shortened',
      'SO-1-1,P1,T1,,8.01E+11,1,,,,,',
      'a spreadsheet shortened its sku',
    ],
    ['a quantity below 0', 'SO-1-1,P1,T,,CUP,-1,,,,,', 'its quantity is no number of goods'],
    ['no quantity', 'SO-1-1,P1,T,,CUP,,,,,,', 'its quantity is no number of goods'],
    ['a line’s key and no SKU', 'SO-1-1,P1,T,line-1,,1,,,,,', 'it names no SKU'],
  ])('put a parcel with %s aside', async (_, row, why) => {
    expect(await report(row)).toMatchObject({ shipments: [], unreadable: [{ id: 'A.csv:2', why }] });
  });

  it('tell parcels of one order by their tracking number, or by their goods, where they have no id', async () => {
    const { shipments } = await report(
      'SO-1-1,,TR1,,CUP,1,,,,,',
      'SO-1-1,,TR2,,CUP,1,,,,,',
      'SO-1-1,,TR1,,BOWL,1,,,,,',
    );
    expect(shipments.map(({ contents }) => contents.length)).toEqual([2, 1]);
    const [one] = (await report('SO-1-1,,,,CUP,1,,,,2026-01-04,')).shipments;
    const [other] = (await report('SO-1-1,,,,CUP,2,,,,2026-01-04,')).shipments;
    expect(one?.id).not.toBe(other?.id);
  });

  it('withdraw a parcel of which a row is voided, whatever the case, so that its order can be cancelled again', async () => {
    const { server, provider } = start({
      shipments: ALL,
      orders: { actions: { submit: 'NEW', cancel: 'DEL' } },
    });
    await provider.submit(sampleOrder());
    const read = async (name: string, ...rows: string[]) => {
      server.put(`shipments/${name}`, [WIDE, ...rows, ''].join('\n'));
      const pages: ShipmentPage[] = [];
      for await (const page of provider.shipmentsSince(null)) pages.push(page);
      return pages.flatMap(({ withdrawn }) => withdrawn ?? []);
    };
    const left = 'SO-20417-1,P1,T,,CUP,1,,,,,';
    await read('A.csv', left, 'SO-20417-1,P2,T,,CUP,1,,,,,');
    await expect(provider.cancel?.('SO-20417-1', 'SO-20417-1')).rejects.toMatchObject({ kind: 'rejected' });
    expect(await read('B.csv', left, `${left}VOID`)).toMatchObject([
      { reference: 'SO-20417-1', cause: 'voided' },
    ]);
    await expect(provider.cancel?.('SO-20417-1', 'SO-20417-1')).rejects.toMatchObject({ kind: 'rejected' });
    await read('C.csv', 'SO-20417-1,P2,T,,CUP,1,,,,,void');
    await expect(provider.cancel?.('SO-20417-1', 'SO-20417-1')).resolves.toBe('unacknowledged');
  });

  it('of many parcels are kept in texts of 25 parcels, and the unreadable ones once', async () => {
    const { server, provider, box } = start({ shipments: ALL });
    const rows = Array.from({ length: 51 }, (_, index) => `SO-1-1,P${index},T${index},,CUP,1,,,,,`);
    server.put('shipments/A.csv', [WIDE, ...rows, ',P99,,,CUP,1,,,,,', ''].join('\n'));
    const pages: ShipmentPage[] = [];
    for await (const page of provider.shipmentsSince(null)) pages.push(page);
    expect(new Set(pages.flatMap(({ shipments }) => shipments.map(({ id }) => id))).size).toBe(51);
    const texts: string[] = [];
    for await (const { payloads } of box.inbox.after(null)) texts.push(...payloads.map(({ body }) => body));
    const kept = z.object({ shipments: z.array(z.unknown()), unreadable: z.array(z.unknown()) });
    const counts = texts.map((text) => kept.parse(JSON.parse(text)));
    expect(counts.map(({ shipments, unreadable }) => [shipments.length, unreadable.length])).toEqual([
      [25, 1],
      [25, 0],
      [1, 0],
    ]);
  });

  it('that cannot be read are put aside, and read once they are mended and moved back', async () => {
    const { server, collect } = start();
    server.put('shipments/A.csv', 'order,parcel\r\nSO-1-1,P1\r\n');
    server.put('shipments/B.csv', Buffer.from([0x6f, 0xff, 0xfe, 0x0a]));
    put(server, 'C.csv', 'SO-3-1,P3,TR3,CUP,1');
    const first = await collect();
    expect(first.parcels).toEqual(['SO-3-1 TR3']);
    expect(first.unreadable.map(({ id }) => id)).toEqual(['A.csv', 'B.csv']);
    expect(server.names('shipments/unreadable')).toHaveLength(2);
    put(server, 'A.csv', 'SO-1-1,P1,TR1,CUP,1');
    expect((await collect(first.cursor)).parcels).toEqual(['SO-1-1 TR1']);
  });

  it('wait until two looks agree', async () => {
    const { server, collect } = start({ shipments: { ...SHIPMENTS, complete: 'unchanged' } });
    server.put('shipments/A.csv', `${HEADER}\r\nSO-1-1,P1,TR1,C`);
    const first = await collect();
    put(server, 'A.csv', 'SO-1-1,P1,TR1,CUP,2');
    const second = await collect(first.cursor);
    expect([...first.parcels, ...second.parcels, ...second.unreadable]).toEqual([]);
    expect((await collect(second.cursor)).parcels).toEqual(['SO-1-1 TR1']);
  });

  it.each(['A.csv.ok', 'A.ok'])('wait for their marker %s, which goes with them', async (marker) => {
    const { server, collect } = start({ shipments: { ...SHIPMENTS, complete: '.ok' } });
    put(server, 'A.csv', 'SO-1-1,P1,TR1,CUP,2');
    const first = await collect();
    expect(first.parcels).toEqual([]);
    server.put('shipments/B.ok', '');
    expect((await collect(first.cursor)).parcels).toEqual([]);
    server.files.delete('shipments/B.ok');
    server.put(`shipments/${marker}`, '');
    expect((await collect(first.cursor)).parcels).toEqual(['SO-1-1 TR1']);
    expect(server.names('shipments')).toEqual([]);
  });
});

describe('acknowledgement files', () => {
  it('end an order that the warehouse refuses or cancels by itself, and say so once', async () => {
    const { server, provider, collect } = start({ acknowledgements: ACKNOWLEDGEMENTS });
    await provider.submit(sampleOrder());
    server.put('acknowledgements/ACK.csv', 'order,result,text\nSO-20417-1,ERR,unknown item\nSO-9-1,HUH,\n');
    const { unreadable, cursor } = await collect();
    expect(unreadable.map(({ why }) => why)).toEqual([
      'the warehouse refused SO-20417-1',
      'its status is not in acknowledgements.statuses',
    ]);
    expect((await collect(cursor)).unreadable).toEqual([]);
    expect(await provider.find('SO-20417-1')).toEqual([{ providerOrderId: 'SO-20417-1', cancelled: true }]);
    await provider.submit(sampleOrder({ reference: 'SO-2-1' }));
    server.put('acknowledgements/ACK2.csv', 'order,result,text\nSO-2-1,CAN,out of stock\n');
    expect((await collect(cursor)).unreadable.map(({ why }) => why)).toEqual([
      'the warehouse cancelled SO-2-1 by itself',
    ]);
  });
});

describe('an acknowledgement', () => {
  const ORDERS = { actions: { submit: 'NEW', change: 'MOD', cancel: 'DEL' } };
  const COLUMNS = { order: 'reference', sku: 'line.sku' };
  const STATUSES = { ...ACKNOWLEDGEMENTS.statuses, MOD: 'changed' };

  async function submitted() {
    const account = start({
      acknowledgements: { ...ACKNOWLEDGEMENTS, statuses: STATUSES },
      orders: { ...ORDERS, columns: COLUMNS },
    });
    await account.provider.submit(sampleOrder());
    let files = 0;
    const acknowledge = async (...rows: string[]) => {
      files += 1;
      account.server.put(`acknowledgements/${files}.csv`, ['order,result,text', ...rows, ''].join('\n'));
      return (await account.collect()).unreadable;
    };
    return { ...account, acknowledge };
  }

  it('of a cancellation that was asked for needs no person, and ends the order', async () => {
    const { provider, acknowledge } = await submitted();
    await provider.cancel?.('SO-20417-1', 'SO-20417-1').catch(() => undefined);
    expect(await acknowledge('SO-20417-1,can,')).toEqual([]);
    expect(await provider.find('SO-20417-1')).toMatchObject([{ cancelled: true }]);
  });

  it('of an order that is not known needs no person, unless it is refused', async () => {
    const { acknowledge } = await submitted();
    expect(await acknowledge('SO-9-1,OK,', 'SO-9-1,CAN,')).toEqual([]);
    expect(await acknowledge('SO-9-1,ERR,')).toMatchObject([{ why: 'the warehouse refused SO-9-1' }]);
  });

  it('that an order was accepted leaves it open', async () => {
    const { provider, acknowledge } = await submitted();
    expect(await acknowledge('SO-20417-1,OK,')).toEqual([]);
    expect(await provider.find('SO-20417-1')).toMatchObject([{ cancelled: false }]);
  });

  const MORE = sampleOrder({ lines: [{ ...sampleOrder().lines[0]!, quantity: 9 }] });
  const isHeld = async (provider: Awaited<ReturnType<typeof submitted>>['provider'], order: typeof MORE) =>
    await provider.submit(order).then(
      () => true,
      () => false,
    );

  it.each([
    ['too late', 'LATE', false],
    ['done', 'MOD', true],
  ])(
    'that a change is %s leaves the warehouse with the order as it was: then it is not the changed one: %#',
    async (_, word, isChanged) => {
      const { provider, acknowledge } = await submitted();
      await provider.update?.('SO-20417-1', MORE, [sampleOrder()]).catch(() => undefined);
      expect(await acknowledge(`SO-20417-1,${word},`)).toEqual([]);
      expect([await isHeld(provider, MORE), await isHeld(provider, sampleOrder())]).toEqual([
        isChanged,
        !isChanged,
      ]);
    },
  );

  it('of a change is awaited, whatever is said of the order itself meanwhile', async () => {
    const { provider, acknowledge } = await submitted();
    const update = async () => await provider.update?.('SO-20417-1', MORE, [sampleOrder()]);
    await expect(update()).rejects.toMatchObject({ kind: 'unavailable' });
    await acknowledge('SO-20417-1,OK,');
    await expect(update()).rejects.toMatchObject({ kind: 'unavailable' });
    await acknowledge('SO-20417-1,MOD,');
    await expect(update()).resolves.not.toThrow();
  });

  it('of a change that is too late is a refusal with the warehouse’s reason', async () => {
    const { server, provider, acknowledge } = await submitted();
    const update = async () => await provider.update?.('SO-20417-1', MORE, [sampleOrder()]);
    await expect(update()).rejects.toMatchObject({ kind: 'unavailable' });
    await acknowledge('SO-20417-1,LATE,in the van');
    await expect(update()).rejects.toMatchObject({
      kind: 'rejected',
      details: { upstreamMessage: 'in the van' },
    });
    expect(server.appeared.filter((name) => name.startsWith('MOD'))).toHaveLength(1);
    await expect(provider.update?.('SO-20417-1', sampleOrder(), [MORE])).resolves.not.toThrow();
    const another = sampleOrder({ lines: [{ ...sampleOrder().lines[0]!, quantity: 7 }] });
    await expect(provider.update?.('SO-20417-1', another, [sampleOrder()])).rejects.toMatchObject({
      kind: 'unavailable',
    });
  });

  it('of a cancellation that is too late is a refusal with the warehouse’s reason', async () => {
    const { server, provider, acknowledge } = await submitted();
    const cancel = async () => await provider.cancel?.('SO-20417-1', 'SO-20417-1');
    await expect(cancel()).rejects.toMatchObject({ kind: 'unavailable' });
    await acknowledge('SO-20417-1,LATE,in the van');
    await expect(cancel()).rejects.toMatchObject({
      kind: 'rejected',
      details: { upstreamMessage: 'in the van' },
    });
    expect(server.appeared.filter((name) => name.startsWith('DEL'))).toHaveLength(1);
  });

  it('of a cancellation that was awaited settles it', async () => {
    const { provider, acknowledge } = await submitted();
    const cancel = async () => await provider.cancel?.('SO-20417-1', 'SO-20417-1');
    await expect(cancel()).rejects.toMatchObject({ kind: 'unavailable' });
    await acknowledge('SO-20417-1,CAN,');
    await expect(cancel()).resolves.toBeUndefined();
  });

  it('of a refused order makes its cancellation one that the warehouse knows', async () => {
    const { provider, acknowledge } = await submitted();
    await acknowledge('SO-20417-1,ERR,unknown item');
    await expect(provider.cancel?.('SO-20417-1', 'SO-20417-1')).resolves.toBeUndefined();
  });

  it('that a cancellation is too late leaves the order open as it is', async () => {
    const { provider, acknowledge } = await submitted();
    await provider.cancel?.('SO-20417-1', 'SO-20417-1').catch(() => undefined);
    expect(await acknowledge('SO-20417-1,LATE,has left')).toEqual([]);
    expect(await provider.find('SO-20417-1')).toMatchObject([{ cancelled: false }]);
    expect(await isHeld(provider, sampleOrder())).toBe(true);
  });

  it('about a change or a cancellation that nothing asked for leaves the order as it is', async () => {
    const { provider, acknowledge } = await submitted();
    expect(await acknowledge('SO-20417-1,LATE,has left', 'SO-20417-1,MOD,')).toEqual([]);
    expect(await provider.find('SO-20417-1')).toMatchObject([{ cancelled: false }]);
    expect(await isHeld(provider, sampleOrder())).toBe(true);
  });

  it('with a row that was cut off names the file and the line', async () => {
    const { acknowledge } = await submitted();
    expect(await acknowledge('SO-20417-1,OK,', 'SO-9-1')).toEqual([
      { id: '1.csv:3', why: 'it has 1 columns instead of 3' },
    ]);
  });
});

describe('stock files', () => {
  const stock = { complete: 'renamed', columns: { sku: 'item', onHand: 'qty' }, maxAgeHours: 24 };
  const read = async (provider: object): Promise<object[]> => {
    const rows: object[] = [];
    if (!('stock' in provider) || typeof provider.stock !== 'function') throw new Error('No stock');
    for await (const page of provider.stock()) rows.push(...page);
    return rows;
  };

  it('count by the newest, whose time is that of its figures', async () => {
    const { server, provider } = start({ stock });
    server.put('stock/1.csv', 'item,qty\nCUP,9\n');
    server.now += 60_000;
    server.put('stock/2.csv', 'qty,item\n7,CUP\nmany,BOWL\n');
    const takenAt = new Date(server.now).toISOString();
    expect(await read(provider)).toEqual([
      { sku: 'CUP', onHand: 7, batch: '', expiry: '', takenAt },
      { sku: 'BOWL', onHand: null, batch: '', expiry: '', takenAt },
    ]);
    expect(server.names('stock')).toEqual(['2.csv']);
    server.now += 24 * 3_600_000;
    expect(await read(provider)).toHaveLength(2);
    server.now += 1;
    await expect(read(provider)).rejects.toMatchObject({ kind: 'operator' });
  });

  it('have the batch and the expiry date of each row', async () => {
    const columns = { sku: 'item', onHand: 'qty', batch: 'lot', expiry: 'best' };
    const { server, provider } = start({ stock: { ...stock, columns } });
    server.put('stock/1.csv', 'item,qty,lot,best\nCUP,9,B7,2027-05-01 00:00\nCUP,1,B8,\n');
    expect(await read(provider)).toMatchObject([
      { sku: 'CUP', onHand: 9, batch: 'B7', expiry: '2027-05-01' },
      { sku: 'CUP', onHand: 1, batch: 'B8', expiry: '' },
    ]);
  });

  it('are taken after two looks that agree, and not while one is written', async () => {
    const { server, provider } = start({ stock: { ...stock, complete: 'unchanged' } });
    server.put('stock/1.csv', 'item,qty\nCUP,9\n');
    expect(await read(provider)).toMatchObject([{ sku: 'CUP', onHand: 9 }]);
  });

  it('fail with the service and the operation where there is none', async () => {
    const { provider } = start({ stock });
    await expect(read(provider)).rejects.toMatchObject({
      details: { system: 'warehouse', operation: 'read the stock file' },
    });
  });

  it('are not trusted for a product whose expiry date cannot be read', async () => {
    const columns = { sku: 'item', onHand: 'qty', expiry: 'best' };
    const { server, provider } = start({ stock: { ...stock, columns } });
    server.put('stock/1.csv', 'item,qty,best\nCUP,9,12/2027\nBOWL,4,0000-00-00\n');
    expect(await read(provider)).toMatchObject([
      { sku: 'CUP', onHand: null },
      { sku: 'BOWL', onHand: 4, expiry: '' },
    ]);
  });

  it.each([
    ['8.01235E+11,9', 'line 2: a spreadsheet shortened a number'],
    ['"CUP, blue",9,1', 'line 2: it has 3 columns instead of 2'],
  ])('fail as a whole where one of its rows is %s', async (row, upstreamMessage) => {
    const { server, provider } = start({ stock });
    server.put('stock/1.csv', `item,qty\n${row}\n`);
    await expect(read(provider)).rejects.toMatchObject({
      details: { upstreamMessage: `1.csv: ${upstreamMessage}` },
    });
  });

  it('fail as a whole where a row was cut off', async () => {
    const { server, provider } = start({ stock });
    server.put('stock/1.csv', 'item,qty\nCUP,9\nBOWL\n');
    await expect(read(provider)).rejects.toMatchObject({
      details: { upstreamMessage: '1.csv: line 3: it has 1 columns instead of 2' },
    });
  });

  it('fail where there is none, it is too old, or a row has lost its SKU', async () => {
    const { server, provider } = start({ stock });
    await expect(read(provider)).rejects.toThrow('has no stock file in stock');
    server.put('stock/1.csv', 'item,qty\nCUP,9\n,4\n');
    await expect(read(provider)).rejects.toMatchObject({ kind: 'unexpected' });
    server.now += 25 * 3_600_000;
    await expect(read(provider)).rejects.toMatchObject({ kind: 'operator' });
  });
});
