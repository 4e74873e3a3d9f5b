import { startExtensivSandbox } from 'dear-sandbox/extensiv';
import { describe, expect, it, onTestFinished } from 'vitest';
import { OperatorActionNeeded } from '../../../lib/domain/errors.ts';
import { extensivDefinition } from '../../../lib/providers/extensiv/definition.ts';
import { SECRET } from './account.ts';

const RENO = { id: 1, name: 'Reno' };
const DALLAS = { id: 2, name: 'Dallas' };
const CUSTOMERS = [
  { id: 12, name: 'Lamps', facilities: [RENO] },
  { id: 13, name: 'Shades', facilities: [RENO, DALLAS] },
];
const PLACE = { customerId: '12', facilityId: '1' };

async function account(own: object = PLACE, secret: Record<string, string> = SECRET) {
  const sandbox = await startExtensivSandbox({ port: 0, credentials: SECRET, customers: CUSTOMERS });
  onTestFinished(() => sandbox.close());
  const setUp = await extensivDefinition.setUp();
  const connection = { id: 'extensiv', baseUrl: sandbox.url, ...own };
  const access = { connection, secret, now: Date.now, endpointsUrl: 'https://b.example/providers/extensiv/' };
  return {
    verify: () => setUp.verify(access),
    check: () => setUp.check(access),
    instructions: () => setUp.instructions(access),
    setTo: (change: object) =>
      fetch(`${sandbox.url}/sandbox/settings`, { method: 'PATCH', body: JSON.stringify(change) }),
  };
}

async function getFailure(call: Promise<unknown>): Promise<OperatorActionNeeded> {
  const failure: unknown = await call.catch((error: unknown) => error);
  if (failure instanceof OperatorActionNeeded) return failure;
  throw new Error(`It did not ask an operator: ${failure}`);
}

describe('setting up Extensiv', () => {
  it('lists the customers and facilities that the credentials see', async () => {
    const { verify } = await account({});
    expect(await verify()).toEqual({
      found: 'its credentials see 2 customers',
      choices: {
        customerId: [
          { value: '12', title: 'Lamps' },
          { value: '13', title: 'Shades' },
        ],
        facilityId: [
          { value: '1', title: 'Reno' },
          { value: '2', title: 'Dallas' },
        ],
      },
      accountMarks: [],
    });
  });

  it.each([
    [PLACE, true, 'customer 12, facility 1', ''],
    [{ ...PLACE, customerId: '14' }, false, 'the credentials do not see customer 14', '12, 13'],
    [{ ...PLACE, facilityId: '2' }, false, 'the customer is not at facility 2', 'facilityId to one of: 1'],
  ])('checks %j against them', async (place, ok, found, next) => {
    const { check } = await account(place);
    expect(await check()).toMatchObject([{ ok, found, next: expect.stringContaining(next) }]);
  });

  it.each([
    ['client', { ...SECRET, clientSecret: 'hush-hush' }],
    ['user', { ...SECRET, userLogin: 'hush-hush' }],
  ])('says what to check where the %s is wrong, without quoting it', async (_, secret) => {
    const { verify } = await account(PLACE, secret);
    const failure = await getFailure(verify());
    expect(failure.details.upstreamMessage).toContain('clientId, clientSecret and userLogin');
    expect(JSON.stringify([failure.message, failure.details])).not.toContain('hush-hush');
  });

  it('takes the other name of the user where the settings say so', async () => {
    const { verify, setTo } = await account({ ...PLACE, loginField: 'user_login_id' });
    expect((await getFailure(verify())).details.upstreamMessage).toContain('which is user_login_id');
    await setTo({ loginField: 'user_login_id' });
    expect(await verify()).toMatchObject({ found: 'its credentials see 2 customers' });
  });

  it('asks for the role that the credentials lack', async () => {
    const { verify, setTo } = await account();
    await setTo({ roles: ['OrderView'] });
    expect((await getFailure(verify())).details.upstreamMessage).toContain('lack a role');
  });

  it('says where the warehouse enters the address of webhooks', async () => {
    const [line] = (await account()).instructions();
    expect(line).toContain('https://b.example/webhooks/providers/extensiv/');
  });
});
