import { appendFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DearState } from 'dear-sandbox/dear';
import { fileStorage, memoryStorage, openStateStore } from 'dear-sandbox/kit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { getCreditNote, getInvoice, NO_ID, readSale } from './billing.ts';
import { getPick, mugs, play } from './play.ts';

test('saves a write before it is answered, so another sandbox can continue from the file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dear-sandbox-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'state', 'dear.json');
  const storage = fileStorage<DearState>(path);
  const before = await play({ storage });
  const { id } = await before.sell({});
  await before.api('POST', 'sale/fulfilment/pick', getPick(id));
  const after = await play({ storage: fileStorage<DearState>(path) });
  expect((await after.api('GET', `sale?ID=${id}`)).json.Status).toBe('PICKED');
  expect((await after.sell({})).number).toBe('SO-00002');
});

test('keeps nothing of a write that is refused or cannot be saved', async () => {
  let isFull = false;
  const saved: string[] = [];
  const storage = {
    load: () => null,
    save: (state: DearState) => {
      if (isFull) throw new Error('disk full');
      saved.push(JSON.stringify(state));
    },
  };
  const dear = await play({ storage });
  const { id } = await dear.sell({});
  const saves = saved.length;
  await dear.api('POST', 'sale/fulfilment/pick', getPick(id, []));
  expect(saved).toHaveLength(saves);
  isFull = true;
  const complaint = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => complaint.mockRestore());
  expect((await dear.api('POST', 'sale/fulfilment/pick', getPick(id))).status).toBe(500);
  expect((await dear.screen('POST', `sales/${id}/void`)).status).toBe(500);
  expect(complaint).toHaveBeenCalledTimes(2);
  expect((await dear.api('GET', `sale?ID=${id}`)).json.Status).toBe('ORDERED');
});

test('keeps invoices, payments, terms and number series over a restart', async () => {
  const storage = memoryStorage<DearState>();
  const before = await play({ storage });
  const { id } = await before.sell({ type: 'Advanced', terms: '14 days' });
  for (const step of ['fulfilment', 'pick', 'pack', 'ship'])
    await before.screen('POST', `sales/${id}/${step}`);
  await before.api('POST', 'sale/invoice', getInvoice(id, { TaskID: NO_ID }));
  await before.screen('POST', `sales/${id}/payment`, { amount: 5 });
  await before.api('POST', 'sale/creditnote', getCreditNote(id, { Restock: [mugs(1)] }));
  const sale = await readSale(before, id);
  await before.close();
  const after = await play({ storage });
  expect(await readSale(after, id)).toEqual(sale);
  expect(sale).toMatchObject({ Terms: '14 days', CombinedPaymentStatus: 'PARTIALLY PAID' });
  const next = await after.sell({});
  const invoiced = await after.api('POST', 'sale/invoice', getInvoice(next.id));
  expect(invoiced.json.Invoices).toMatchObject([{ InvoiceNumber: 'INV-00002' }]);
});

test('ignores a change that a SIGKILL cut off in the journal', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dear-sandbox-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'dear.json');
  const before = await play({ storage: fileStorage<DearState>(path) });
  await before.sell({});
  appendFileSync(`${path}.journal`, '{"sequence":99,"patches":[{"op":"repl');
  const after = await play({ storage: fileStorage<DearState>(path) });
  expect((await after.sell({})).number).toBe('SO-00002');
});

test('folds a long journal into the state without losing or repeating a change', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dear-sandbox-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'state.json');
  const storage = fileStorage<{ list: string[] }>(path);
  const store = openStateStore(storage, () => ({ list: [] }));
  const texts = Array.from({ length: 6 }, (_, index) => `${index}`.repeat(1024 * 1024));
  for (const text of texts) store.change(({ list }) => list.push(text));
  expect(statSync(`${path}.journal`).size).toBeLessThan(3 * 1024 * 1024);
  expect(fileStorage<{ list: string[] }>(path).load()?.list).toEqual(texts);
  expect(fileStorage<{ list: string[] }>(path).load()?.list).toEqual(texts);
});

test('lets a rule return what it has just changed', () => {
  const store = openStateStore(memoryStorage<{ rows: Array<{ count: number }> }>(), () => ({
    rows: [{ count: 1 }],
  }));
  const changed = store.change(({ rows }) => {
    for (const row of rows) row.count += 1;
    return { first: rows[0], all: rows };
  });
  expect(changed).toEqual({ first: { count: 2 }, all: [{ count: 2 }] });
});
