import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ShipStationStaff } from 'dear-sandbox/shipstation-v2';
import { expect, it, onTestFinished } from 'vitest';
import { claimSubmission, recordAccepted } from '../../lib/domain/order/submission.ts';
import { takeLabelSteps } from '../../lib/workflows/buy-label.ts';
import { createAccess } from '../../operator/console/access.ts';
import { createConsole } from '../../operator/console/app.tsx';
import { consoleDeps } from '../../operator/console/console-deps.ts';
import { examine } from '../../operator/doctor.ts';
import { InMemoryLabelFiles } from '../fakes/in-memory-label-files.ts';
import { type } from './cli/session.ts';
import { CREDENTIALS, connectedBridge } from './connected-bridge.ts';
import { seedOrder } from './seed.ts';

const REFERENCE = 'SO-00042-1';

/** A bridge whose order ShipStation's sandbox has accepted. @param shippingService settings of the connection */
async function withAcceptedOrder(shippingService: object | null = {}) {
  const { fake, shipStation } = await connectedBridge({ connection: { shippingService } });
  const { bridge } = fake;
  const queued = await seedOrder(fake);
  const content = await bridge.orders.readContent(queued);
  const provider = await bridge.providerFor('lantern');
  const { providerOrderId } = await provider.submit({ ...content!, totalWeightGrams: 800 });
  const claimed = claimSubmission(queued, bridge.now());
  await bridge.orders.save(claimed);
  await bridge.orders.save(
    recordAccepted(claimed, bridge.now(), providerOrderId, claimed.fingerprint, false),
  );
  fake.fulfillment.messages.length = 0;
  return {
    fake,
    bridge,
    shipStation,
    read: async () => (await bridge.orders.read(REFERENCE))!,
    /** What `dispatch-order` does with the message. */
    dispatch: async () => {
      const order = (await bridge.orders.read(REFERENCE))!;
      await takeLabelSteps(order, bridge.connection('lantern'), {
        ...bridge,
        labelFiles: new InMemoryLabelFiles(),
        log: () => {},
      });
    },
    say: (line: string) => type(line, { bridge, now: bridge.now }),
  };
}

it('bridge rates lists what ShipStation offers, the cheapest first, and keeps it on the order', async () => {
  const { say, read } = await withAcceptedOrder();
  const { code, out } = await say(`rates ${REFERENCE}`);
  expect(code).toBe(0);
  expect(out.split('\n')[1]).toMatch(/^usps_ground_advantage +stamps_com +\d+\.\d\d USD, 5 days$/);
  const { rates } = Object((await say('rates SO-00042-1 --json')).json());
  expect(rates.length).toBeGreaterThan(3);
  expect((await read()).postage?.quoted?.rates).toEqual(rates);
});

it('bridge rates says why there are none', async () => {
  const { say, fake } = await withAcceptedOrder(null);
  const { code, err } = await say(`rates ${REFERENCE}`);
  expect(code).not.toBe(0);
  expect(err).toContain('its settings have no shippingService');
  expect((await say('rates SO-9')).err).toContain('There is no fulfillment order or sale SO-9');
  expect(fake.confirmations.messages).toEqual([]);
});

it('rates are shown in DEAR where the settings name an attribute', async () => {
  const { say, fake } = await withAcceptedOrder({ ratesAttribute: 'AdditionalAttribute3' });
  await say(`rates ${REFERENCE}`);
  expect(fake.confirmations.messages).toEqual([{ reference: REFERENCE }]);
});

it('bridge label buy asks first, requests the label once, and records who did it', async () => {
  const { say, fake, read, dispatch } = await withAcceptedOrder();
  expect((await say(`label buy ${REFERENCE} --service ups_ground`)).code).toBe(1);
  expect((await read()).postage).toBeUndefined();

  const { code, out } = await say(`label buy ${REFERENCE} --service ups_ground --yes --as Ada`);
  expect([code, out]).toEqual([0, `A label of ups_ground is bought for ${REFERENCE}.\n`]);
  expect(fake.fulfillment.messages).toEqual([{ reference: REFERENCE }]);
  expect((await read()).postage?.label).toMatchObject({ state: 'requested', by: 'Ada' });
  expect((await fake.audit()).at(-1)).toMatchObject({ by: 'Ada', what: 'buy label: ups_ground' });

  await dispatch();
  expect((await read()).postage?.label).toMatchObject({ state: 'bought', document: 'stored' });
  const again = await say(`label buy ${REFERENCE} --service ups_ground --yes`);
  expect(again.err).toMatch(/SO-00042-1 cannot be labelled: it has the label 1Z\d+ already/);
});

it('bridge label buy without a service is refused where the connection has no rule', async () => {
  const { say } = await withAcceptedOrder();
  expect((await say(`label buy ${REFERENCE} --yes`)).err).toContain('No service is named');
});

it('bridge label void voids what was bought here, and nothing else', async () => {
  const { say, read, dispatch } = await withAcceptedOrder({ buy: 'cheapest' });
  expect((await say(`label void ${REFERENCE} --yes`)).err).toContain('no label of it was bought here');
  await say(`label buy ${REFERENCE} --yes`);
  await dispatch();
  expect((await say(`label void ${REFERENCE} --yes`)).code).toBe(0);
  await dispatch();
  expect(await read()).toMatchObject({ packages: [], postage: { label: { state: 'voided' } } });
});

it('bridge label save writes the PDF', async () => {
  const { say, dispatch } = await withAcceptedOrder({ buy: 'cheapest' });
  const folder = await mkdtemp(join(tmpdir(), 'label-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await say(`label buy ${REFERENCE} --yes`);
  await dispatch();
  const file = join(folder, 'label.pdf');
  expect((await say(`label save ${REFERENCE} --out ${file}`)).code).toBe(0);
  expect(readFileSync(file).subarray(0, 4).toString()).toBe('%PDF');
});

it('the console shows rates, asks before a label is bought, and shows the label', async () => {
  const { bridge, dispatch } = await withAcceptedOrder({ buy: 'cheapest' });
  const access = createAccess(false);
  const app = createConsole(consoleDeps(bridge, { name: 'Mina' }), access);
  const url = (path: string) => `http://127.0.0.1/orders/${REFERENCE}${path}`;
  const page = async (path: string) => (await app.request(url(path))).text();
  const post = async (path: string, fields: Record<string, string> = {}) => {
    const body = new URLSearchParams({ token: access.formToken, ...fields });
    return (await app.request(url(path), { method: 'POST', body })).status;
  };
  expect(await page('')).toContain('Get rates');
  expect(await post('/rates')).toBe(303);
  expect(await page('')).toContain('usps_ground_advantage');
  const question = await page('/label?service=ups_ground');
  expect(question).toContain('A label of ups_ground is bought for SO-00042-1');
  expect(question).toMatch(/offered for \d+\.\d\d USD, 4 days/);
  expect(await post('/label', { service: 'ups_ground' })).toBe(303);
  await dispatch();
  const bought = await page('');
  expect(bought).toContain('Void the label');
  expect(bought).not.toContain('Get rates');
  const pdf = await app.request(url('/label.pdf'));
  expect(pdf.headers.get('content-type')).toBe('application/pdf');
  expect(await page('/label?service=ups_ground')).toContain('has the label');
  expect(await page('/void-label')).toContain('Do not ship the parcel with it');
  expect(await post('/void-label')).toBe(303);
  await dispatch();
  expect(await page('')).toContain('Get rates again');
});

it.each([
  // DEAR's own integration numbers an order as the sale, under an id of its own.
  ['something else sends to ShipStation too', null, 'SO-00042'],
  ['the replaced connector still sends under its own number', { numbers: ['OLD-{digits}'] }, 'OLD-00042'],
])('the doctor finds a sale that %s', async (_, replaces, number) => {
  const { bridge, shipStation } = await withAcceptedOrder();
  const connections = bridge.settings.connections.map((one) => ({ ...one, replaces }));
  const settings = { ...bridge.settings, connections };
  const find = async () =>
    (await examine({ ...bridge, settings })).find(({ name }) => name === 'sales of lantern sent twice');
  expect(await find()).toMatchObject({ ok: true });
  const address = {
    name: 'Ada Quill',
    phone: '512-555-0100',
    address_line1: '9 New Street',
    city_locality: 'Austin',
    state_province: 'TX',
    postal_code: '78701',
    country_code: 'US',
  };
  await new ShipStationStaff(shipStation.url, CREDENTIALS.shipStation.apiKey).createForeignOrder({
    external_shipment_id: 'other-99',
    shipment_number: number,
    warehouse_id: 'se-1001',
    ship_to: address,
    items: [{ name: 'Quill', sku: 'QUILL-01', quantity: 1 }],
    packages: [{ weight: { value: 300, unit: 'gram' } }],
  });
  expect(await find()).toMatchObject({
    ok: false,
    found: expect.stringContaining('lantern has SO-00042 a second time, as se-'),
  });
});
