import * as z from 'zod';
import { roundTo } from '../kit/numbers.ts';
import { CARRIERS, type Carrier, type Service } from './catalogue.ts';
import { notFound, refuse } from './errors.ts';
import { shipmentById } from './shipment-rules.ts';
import { newId, type RateRow, type ShipmentRow, type ShipStationState, type World } from './state.ts';

export const ratesRequest = z.looseObject({
  shipment_id: z.string().min(1),
  rate_options: z.looseObject({ carrier_ids: z.array(z.string().min(1)).min(1) }),
});
type RatesRequest = z.infer<typeof ratesRequest>;

interface RateResponse {
  rates: RateRow[];
  invalid_rates: RateRow[];
  errors: Array<{ error_source: 'carrier'; error_code: 'unspecified'; message: string }>;
  status: 'completed';
}

/** An offer can be used for a day. */
const RATE_VALID_MS = 24 * 60 * 60_000;

/** Offers of the asked carriers for the shipment as it is now. Each is kept, because a label may be bought with its id. */
export function quoteRates(world: World, request: RatesRequest): { rate_response: RateResponse } {
  const { state, now } = world;
  const shipment = shipmentById(state, request.shipment_id);
  const carriers = request.rate_options.carrier_ids.map(carrierById);
  const offers = carriers.flatMap((carrier) => carrier.services.map((service) => ({ carrier, service })));
  const possible = offers.filter(({ service }) => serves(service, shipment));
  const createdAt = new Date(now).toISOString();
  const rates = possible.map(({ carrier, service }): RateRow => {
    const amount = getPrice(shipment, service);
    return {
      rate_id: newId(state),
      rate_type: 'shipment',
      shipment_id: shipment.shipment_id,
      carrier_id: carrier.carrier_id,
      carrier_code: carrier.carrier_code,
      service_code: service.code,
      shipping_amount: { currency: 'usd', amount },
      insurance_amount: { currency: 'usd', amount: 0 },
      confirmation_amount: { currency: 'usd', amount: 0 },
      other_amount: { currency: 'usd', amount: service.surcharge },
      delivery_days: service.days,
      error_messages: [],
      created_at: createdAt,
    };
  });
  state.rates = [...(state.rates ?? []), ...rates];
  const errors =
    rates.length > 0
      ? []
      : [
          {
            error_source: 'carrier' as const,
            error_code: 'unspecified' as const,
            message: `No carrier takes ${shipment.total_weight.value} g to ${shipment.ship_to.country_code}.`,
          },
        ];
  return { rate_response: { rates, invalid_rates: [], errors, status: 'completed' } };
}

/** @throws {ApiError} it was never offered, or too long ago */
export function rateById({ state, now }: World, id: string): RateRow {
  const rate = state.rates?.find(({ rate_id }) => rate_id === id);
  if (rate === undefined) throw notFound('rate', id);
  if (now - Date.parse(rate.created_at) > RATE_VALID_MS)
    throw refuse('invalid_identifier', `Rate ${id} is too old.`);
  return rate;
}

/** @throws {ApiError} the balance of a carrier with funds of its own is too low */
export function charge(state: ShipStationState, { carrier_id, ...rate }: RateRow): number {
  const price = priceOfRate(rate);
  const balance = state.settings.balances?.[carrier_id];
  if (balance === undefined) return price;
  if (balance < price)
    throw refuse('insufficient_funds', `The balance of ${balance} USD does not pay a label of ${price} USD.`);
  setBalance(state, carrier_id, balance - price);
  return price;
}

export function refund(state: ShipStationState, carrierId: string, amount: number): void {
  const balance = state.settings.balances?.[carrierId];
  if (balance !== undefined) setBalance(state, carrierId, balance + amount);
}

function setBalance({ settings }: ShipStationState, carrierId: string, amount: number): void {
  settings.balances = { ...settings.balances, [carrierId]: roundTo(2, amount) };
}

function carrierById(id: string): Carrier {
  const carrier = CARRIERS.find(({ carrier_id }) => carrier_id === id);
  if (carrier === undefined) throw notFound('carrier', id);
  return carrier;
}

function serves({ maxKilograms, domestic }: Service, { total_weight, ship_to }: ShipmentRow): boolean {
  const isDomestic = ship_to.country_code === 'US';
  return total_weight.value <= maxKilograms * 1000 && domestic === isDomestic;
}

/** By weight, and by the distance of the first digits of the postal codes: carriers call it the zone. */
function getPrice(
  { total_weight, ship_to, ship_from }: ShipmentRow,
  { price: [base, perKilogram, perZone] }: Service,
): number {
  const zone = Math.abs(getFirstDigit(ship_to.postal_code) - getFirstDigit(ship_from.postal_code));
  return roundTo(2, base + (perKilogram * total_weight.value) / 1000 + perZone * zone);
}

function getFirstDigit(postcode: string): number {
  return Number(/^\d/.exec(postcode)?.[0] ?? 0);
}

function priceOfRate({ shipping_amount, other_amount }: Pick<RateRow, 'shipping_amount' | 'other_amount'>) {
  return roundTo(2, shipping_amount.amount + other_amount.amount);
}

/** As `GET /v2/carriers` has them. */
export function listCarriers({ settings }: ShipStationState) {
  return CARRIERS.map(({ carrier_id, carrier_code, name, services }) => ({
    carrier_id,
    carrier_code,
    account_number: carrier_id.replace('se-', 'W'),
    requires_funded_amount: settings.balances?.[carrier_id] !== undefined,
    balance: settings.balances?.[carrier_id] ?? 0,
    nickname: name,
    friendly_name: name,
    primary: carrier_id === CARRIERS[0]?.carrier_id,
    services: services.map(({ code, domestic }) => ({
      carrier_id,
      carrier_code,
      service_code: code,
      name: code,
      domestic,
      international: !domestic,
    })),
  }));
}
