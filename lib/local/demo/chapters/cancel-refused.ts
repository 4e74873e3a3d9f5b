import { type Chapter, played } from '../chapter.ts';
import { promise } from '../promises.ts';

export const cancelRefused: Chapter = {
  name: 'cancel-refused',
  about:
    'A sale is voided while the parcel is being packed: the order says so, and DEAR is not told of a shipment.',
  play: async (stage) => {
    const sale = await stage.authorise('shipstation', ['TRL-KNIFE-S']);
    await stage.arrived(sale);
    await stage.bench('shipstation').holdOnToNext();
    await stage.press(sale, 'void');
    const refused = await stage.order(
      sale.reference,
      'is refused its cancellation',
      ({ cancellation }) => cancellation.state === 'refused',
    );
    await stage.ship(sale);
    const shipped = await stage.order(
      sale.reference,
      'has its parcel noted',
      ({ packages }) => packages.length === 1,
    );
    await stage.quiet();
    const [fulfilment] = (await stage.dear.sale(sale.number)).fulfilments;
    return played(sale, [
      promise(
        `${sale.reference} keeps ShipStation's words`,
        refused.log.some(({ words }) => words?.includes('being packed') ?? false),
      ),
      promise(
        `${sale.reference} says that it left although nobody wants it`,
        shipped.reason.includes('no longer wants it'),
      ),
      promise(
        `DEAR shows no shipment of the voided ${sale.number}`,
        fulfilment?.ship.status !== 'AUTHORISED',
      ),
    ]);
  },
};
