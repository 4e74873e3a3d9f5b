import { type Chapter, played } from '../chapter.ts';
import { promise } from '../promises.ts';

export const backorderedRest: Chapter = {
  name: 'backordered-rest',
  about:
    'Three of five are in stock and ship; when the other two come in, they are the sale’s second order, and DEAR shows both.',
  play: async (stage) => {
    const sku = `TRL-STOVE-${Date.now().toString(36).toUpperCase()}`;
    await stage.dear.addProduct(sku);
    await stage.stock('shipstation', sku, 3);
    const sale = await stage.authorise('shipstation', [], { lines: [{ sku, quantity: 5 }] });
    const first = await stage.ship(sale);
    await stage.confirmed(sale.reference);
    const waiting = await stage.records.sale(sale.id);
    await stage.stock('shipstation', sku, 2);
    await stage.lookAt(sale);
    const second = `${sale.number}-2`;
    const later = await stage.ship(sale, second);
    await stage.confirmed(second);
    const { fulfilments } = await stage.dear.sale(sale.number);
    const shipped = fulfilments.map(({ pack, ship }) => ({
      quantity: ship.status === 'AUTHORISED' ? pack.lines.reduce((sum, line) => sum + line.quantity, 0) : 0,
      tracking: ship.lines.flatMap(({ trackingNumbers }) => trackingNumbers).join(),
    }));
    return played(
      sale,
      [
        promise(
          `${sale.number} was seen waiting for 2 × ${sku}`,
          waiting?.goodsAwaitedSince !== '' && (waiting?.reason.includes(`2 × ${sku}`) ?? false),
        ),
        promise(
          `DEAR shows 3 shipped under ${first} and 2 under ${later}`,
          JSON.stringify(shipped) ===
            JSON.stringify([
              { quantity: 3, tracking: first },
              { quantity: 2, tracking: later },
            ]),
        ),
      ],
      [sale.reference, second],
    );
  },
};
