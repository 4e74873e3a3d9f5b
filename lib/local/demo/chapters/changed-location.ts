import { type Chapter, played } from '../chapter.ts';
import { promise, promisesOfShipped } from '../promises.ts';

/** Mapped to the DEAR location `ShipStation Reno` in the settings. */
const RENO = 'se-1002';

export const changedLocation: Chapter = {
  name: 'changed-location',
  about: "ShipStation ships from its other warehouse, and DEAR's stock goes down there.",
  play: async (stage) => {
    const sale = await stage.authorise('shipstation', ['TRL-LAMP-HD']);
    const tracking = await stage.ship(sale, sale.reference, RENO);
    await stage.confirmed(sale.reference);
    const shown = await stage.dear.sale(sale.number);
    const locations = shown.fulfilments[0]?.pick.lines.map(({ location }) => location) ?? [];
    return played(sale, [
      promise(
        `DEAR picked ${sale.number} at ShipStation Reno (${locations.join()})`,
        locations.join() === 'ShipStation Reno',
      ),
      ...promisesOfShipped(shown, [tracking]),
    ]);
  },
};
