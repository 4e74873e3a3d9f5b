import * as z from 'zod';
import type { Attempt } from '../../upstream/attempt.ts';
import { parseAnswer } from '../../upstream/body.ts';
import { errorFromAnswer, errorFromLabelAnswer } from './classify-answer.ts';
import { type Label, label } from './schemas.ts';
import type { Transport } from './transport.ts';

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '')
  .catch('');
const money = z.looseObject({ currency: z.string(), amount: z.number() });
const surcharge = money.nullish().catch(null);

const carriers = z.looseObject({
  carriers: z.array(z.looseObject({ carrier_id: z.string().min(1) })),
});

/** One offer. The four amounts together are its price. */
const rate = z.looseObject({
  rate_id: z.string().min(1),
  carrier_code: text,
  service_code: z.string().min(1),
  shipping_amount: money,
  insurance_amount: surcharge,
  confirmation_amount: surcharge,
  other_amount: surcharge,
  delivery_days: z.int().min(0).nullish().catch(null),
  error_messages: z.array(z.string()).nullish().catch(null),
});
export type RateRow = z.infer<typeof rate>;

const ratesAnswer = z.looseObject({
  rate_response: z.looseObject({
    rates: z.array(rate),
    /** Why carriers offer nothing. */
    errors: z
      .array(z.looseObject({ message: text }))
      .nullish()
      .catch(null),
    invalid_rates: z
      .array(z.looseObject({ error_messages: z.array(z.string()).nullish().catch(null) }))
      .nullish()
      .catch(null),
  }),
});
type RatesAnswer = z.infer<typeof ratesAnswer>['rate_response'];

const voidAnswer = z.looseObject({ approved: z.boolean(), message: text, reason_code: text });
type VoidAnswer = z.infer<typeof voidAnswer>;

const documentAnswer = z.looseObject({
  label_download: z.looseObject({ href: text, pdf: text }).nullish().catch(null),
});

/** What a printer for labels prints. The file is asked for when it is fetched. */
const LABEL_FORMAT = { label_format: 'pdf', label_layout: '4x6', display_scheme: 'label' } as const;

/** ShipStation's calls for rates and labels. All methods throw the classes of `domain/errors.ts`. */
export interface LabelCalls {
  /** `GET /v2/carriers` */
  carrierIds(): Promise<readonly string[]>;
  /** `POST /v2/rates` for a shipment that ShipStation has. Changes nothing there, so it is repeated like a read. */
  rates(shipmentId: string, carrierIds: readonly string[], reference: string): Promise<RatesAnswer>;
  /** `POST /v2/labels/rates/{id}` @throws {Rejected} also where the account's balance is too low */
  buy(rateId: string, reference: string): Promise<Label>;
  /** `PUT /v2/labels/{id}/void` */
  void(labelId: string, reference: string): Promise<VoidAnswer>;
  /** `GET /v2/labels/{id}` with its file: a `data:` address, or one of ShipStation's. '' where there is none. */
  documentAddress(labelId: string, reference: string): Promise<string>;
  /** A file of ShipStation's own origin. @param path with its query */
  download(path: string, reference: string): Promise<Uint8Array>;
}

/** @param system the connection's id, which errors name */
export function labelCalls(transport: Transport, system: string): LabelCalls {
  const attempt = (operation: string, reference: string, writes: boolean): Attempt => ({
    system,
    operation,
    writes,
    ...(reference !== '' && { reference }),
  });
  return {
    async carrierIds() {
      const call = attempt('list carriers', '', false);
      const answer = await transport.read({ method: 'GET', path: '/v2/carriers' }, carriers, call);
      return answer.carriers.map(({ carrier_id }) => carrier_id);
    },
    async rates(shipmentId, carrierIds, reference) {
      const body = { shipment_id: shipmentId, rate_options: { carrier_ids: carrierIds } };
      const call = attempt('ask for rates', reference, false);
      const request = { method: 'POST', path: '/v2/rates', body } as const;
      return (await transport.read(request, ratesAnswer, call)).rate_response;
    },
    async buy(rateId, reference) {
      const call = attempt('buy label', reference, true);
      const path = `/v2/labels/rates/${encodeURIComponent(rateId)}`;
      const body = { validate_address: 'no_validation', ...LABEL_FORMAT };
      const answer = await transport.send({ method: 'POST', path, body }, call);
      if (answer.status < 200 || answer.status > 299) throw errorFromLabelAnswer(call, answer);
      return parseAnswer(label, answer, call);
    },
    async void(labelId, reference) {
      const call = attempt('void label', reference, true);
      const path = `/v2/labels/${encodeURIComponent(labelId)}/void`;
      const answer = await transport.sendForSuccess({ method: 'PUT', path, body: {} }, call);
      return parseAnswer(voidAnswer, answer, call);
    },
    async documentAddress(labelId, reference) {
      const path = `/v2/labels/${encodeURIComponent(labelId)}?label_download_type=inline`;
      const call = attempt('read label document', reference, false);
      const { label_download } = await transport.read({ method: 'GET', path }, documentAnswer, call);
      return label_download?.pdf || label_download?.href || '';
    },
    async download(path, reference) {
      const call = attempt('download label', reference, false);
      const answer = await transport.send({ method: 'GET', path, accepts: 'bytes' }, call);
      if (answer.status !== 200) throw errorFromAnswer(call, answer);
      return Buffer.from(answer.text, 'latin1');
    },
  };
}
