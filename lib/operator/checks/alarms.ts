import type { Bridge } from '../bridge.ts';
import { type Check, type Examination, fine, wrong } from './check.ts';

const NAME = 'alarms';

export const alarmsSubscribed: Examination = {
  name: NAME,
  examine: async ({ alarms }: Bridge): Promise<Check[]> => {
    if (alarms === null) return [fine(NAME, 'none on the local system')];
    const subscribers = await alarms.list();
    const pending = subscribers.filter(({ confirmed }) => !confirmed);
    const told = subscribers.length - pending.length;
    if (pending.length > 0) {
      const found = `${pending.length} of ${subscribers.length} subscribers (${protocolsOf(pending)}) are told nothing yet`;
      return [wrong(NAME, found, 'have them open the link that Amazon SNS sent them')];
    }
    if (told > 0) return [fine(NAME, `${told} subscribers are told`)];
    return [wrong(NAME, 'nobody is told', "set alarms: { emails: ['…'] } in bridge.config.ts and deploy")];
  },
};

function protocolsOf(subscribers: ReadonlyArray<{ readonly protocol: string }>): string {
  return [...new Set(subscribers.map(({ protocol }) => protocol))].join(', ');
}
