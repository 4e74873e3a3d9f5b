import type { Staff } from 'dear-sandbox/kit';
import type { OrderContent } from '../../../lib/domain/order/order-content.ts';
import type { Provider } from '../../../lib/providers/provider.ts';
import { references } from './people.ts';

interface Watch {
  readonly staff: Pick<Staff, 'ordersFor'>;
  readonly isLanding: (reference: string) => boolean;
  readonly note: (reference: string) => void;
  /** See `World.setSold`. */
  readonly getSold: (number: string) => ReadonlyMap<string, number> | null;
  /** @param what a sentence */
  readonly noteBeside: (what: string) => void;
}

/**
 * The same provider, which notes each order that is sent although the service has it already, or is about to. Most services
 * refuse the second one, so their records do not show it. It also notes an order that is sent while others of its sale may leave.
 */
export function watchSubmissions<Target extends object>(target: Target, watch: Watch): Target {
  if (!isProvider(target)) return target;
  const { staff, isLanding, note } = watch;
  const submit: Provider['submit'] = async (content, ...rest) => {
    const there = await staff.ordersFor(content.reference);
    if (isLanding(content.reference) || there.some(({ isCancelled }) => !isCancelled))
      note(content.reference);
    await noteBeside(content, watch);
    return await target.submit(content, ...rest);
  };
  return new Proxy(target, {
    get: (_, name) => {
      if (name === 'submit') return submit;
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

async function noteBeside({ reference, lines }: OrderContent, watch: Watch): Promise<void> {
  const number = reference.replace(/-\d+$/, '');
  const sold = watch.getSold(number);
  if (sold === null) return;
  const others = references(number).filter((one) => one !== reference);
  const found = await Promise.all(others.map((one) => watch.staff.ordersFor(one)));
  const there = found.flat().filter(({ isCancelled }) => !isCancelled);
  for (const { sku, quantity } of lines) {
    const same = there.flatMap((order) => order.lines).filter((line) => line.sku === sku);
    const all = same.reduce((sum, line) => sum + line.quantity, quantity);
    if (same.length > 0 && all > (sold.get(sku) ?? 0))
      watch.noteBeside(
        `${reference} was sent with ${quantity} ${sku}, while the service had ${all - quantity}.`,
      );
  }
}

function isProvider(target: object): target is Provider {
  return 'submit' in target && 'shipmentsSince' in target;
}
