import { isOnAList, readOrders } from './checks.ts';
import type { KnownSale, People } from './people.ts';
import type { World } from './world.ts';

/** What happens to every sale. */
const USUAL = /^\S+ (authorised \S+:|shipped \S+$|paid )/;

type Acts = Pick<People, 'sales' | 'parcels' | 'acts'>;

/**
 * No list asks a person to do something about a sale with which people did only what is usual: once everything works again, what
 * went wrong on the way is made good. An outage of hours is no such thing.
 */
export async function findNeedlessCalls(world: World, people: Acts): Promise<string[]> {
  const { size, trigger, isScarce } = world.circumstances;
  if (size === 'large' || trigger !== 'OrderAuthorised' || isScarce || mayBeRefused(world, people)) return [];
  const usual = people.sales.filter((sale) => isUsual(sale, people));
  const found = usual.map(async ({ number }) => {
    const orders = (await readOrders(number, world)).filter(isOnAList);
    return orders.map(({ reference, reason }) => `A person is called for ${reference}: ${reason}`);
  });
  return (await Promise.all(found)).flat();
}

/** V1 makes, changes and cancels orders by one call, so what its staff refuse next may be any of these, of any sale. */
function mayBeRefused({ circumstances }: World, { acts }: Acts): boolean {
  return (
    circumstances.provider === 'shipstation-v1' &&
    acts.some((act) => act.endsWith('refuses the next cancellation'))
  );
}

function isUsual({ number }: KnownSale, { acts, parcels }: Acts): boolean {
  const own = acts.filter((act) => act.includes(number));
  const voided = parcels.some((parcel) => parcel.saleNumber === number && parcel.isVoided);
  return !voided && own.every((act) => USUAL.test(act));
}
