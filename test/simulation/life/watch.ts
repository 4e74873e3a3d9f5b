import type { Staff } from 'dear-sandbox/kit';
import type { Provider } from '../../../lib/providers/provider.ts';

/**
 * The same provider, which notes each order that is sent although the service has it already, or is about to. Most services
 * refuse the second one, so their records do not show it.
 */
export function watchSubmissions<Target extends object>(
  target: Target,
  staff: Pick<Staff, 'ordersFor'>,
  isLanding: (reference: string) => boolean,
  note: (reference: string) => void,
): Target {
  if (!isProvider(target)) return target;
  const submit: Provider['submit'] = async (content, ...rest) => {
    const there = await staff.ordersFor(content.reference);
    if (isLanding(content.reference) || there.some(({ isCancelled }) => !isCancelled))
      note(content.reference);
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

function isProvider(target: object): target is Provider {
  return 'submit' in target && 'shipmentsSince' in target;
}
