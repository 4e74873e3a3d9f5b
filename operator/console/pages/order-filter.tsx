import { UNMAPPED_METHOD } from '../../../lib/domain/order/fulfillment-order.ts';
import { REASONS, toReasonCode } from '../../../lib/domain/order/order-summary.ts';
import { PROGRESS } from '../../../lib/domain/order/progress.ts';
import {
  COLUMNS,
  FOUND_BY,
  type ListAddress,
  REASON_LABELS,
  type Sort,
  WAITING_LABELS,
  WAITING_WORDS,
} from '../../orders/order-query.ts';

const SORT_LABELS: Readonly<Record<Sort, string>> = {
  newest: 'Newest first',
  oldest: 'Oldest first',
  waiting: 'Longest waiting first',
  'ship-by': 'Ship by, earliest first',
  left: 'Left last first',
};

/** What a list of orders is narrowed by: three fields stand open, the others fold. */
export function Filter({
  address,
  connections,
  channels,
  methods,
}: {
  readonly address: ListAddress;
  readonly connections: readonly string[];
  /** Those of sales that were read. */
  readonly channels: readonly string[];
  /** Services that methods are mapped to. */
  readonly methods: readonly string[];
}) {
  const { query } = address;
  const date = (moment: string) => moment.slice(0, 'yyyy-mm-dd'.length);
  const reasons = REASONS.map((reason) => [toReasonCode(reason), REASON_LABELS[reason]] as const);
  return (
    <form method="get" action="/orders" class="panel filter" aria-label="Which orders are listed">
      <div class="fields">
        <label>
          Find
          <input
            name="q"
            value={query.text}
            placeholder="Order, sale, tracking, e-mail, name, SKU …"
            title={`Found by ${FOUND_BY}`}
            autocomplete="off"
          />
        </label>
        <Choice name="status" label="Status" chosen={query.statuses} options={PROGRESS.map(same)} />
        <Choice
          name="waiting"
          label="Waits for"
          chosen={query.waiting}
          options={WAITING_WORDS.map((word) => [word, WAITING_LABELS[word]] as const)}
        />
        <Choice
          name="reason"
          label="Waits because of"
          chosen={query.reasons.map(toReasonCode)}
          options={reasons}
        />
        <Choice
          name="connection"
          label="Connection"
          chosen={query.connections}
          options={connections.map(same)}
        />
        <Suggested name="channel" label="Channel" chosen={query.channels} known={channels} />
        <Suggested
          name="method"
          label="Shipping method"
          chosen={query.methods}
          known={[...methods, UNMAPPED_METHOD]}
        />
        <label>
          SKU
          <input name="sku" value={query.sku} autocomplete="off" />
        </label>
        <label>
          Customer (name or e-mail)
          <input name="customer" value={query.customer} autocomplete="off" />
        </label>
        <label>
          Made since (UTC)
          <input name="since" type="date" value={date(query.since)} />
        </label>
        <label>
          Made until (UTC)
          <input name="until" type="date" value={date(query.until)} />
        </label>
        <label>
          Waiting since, or longer (UTC)
          <input name="waitingSince" type="date" value={date(query.waitingSince)} />
        </label>
        <label>
          Left since (UTC)
          <input name="leftSince" type="date" value={query.leftSince} />
        </label>
        <label>
          Left until (UTC)
          <input name="leftUntil" type="date" value={query.leftUntil} />
        </label>
        <label>
          Carrier
          <input name="carrier" value={query.carrier} autocomplete="off" />
        </label>
        {query.said !== '' && (
          <label>
            The service says
            <input name="said" value={query.said} autocomplete="off" />
          </label>
        )}
        <label>
          Sort
          <select name="sort">
            {Object.entries(SORT_LABELS).map(([sort, label]) => (
              <option value={sort} selected={sort === query.sort}>
                {label}
              </option>
            ))}
          </select>
        </label>
      </div>
      <label class="more">
        <input type="checkbox" checked={usesMore(address)} /> More filters and columns
      </label>
      <details>
        <summary>Columns</summary>
        <fieldset class="choices">
          <legend class="faint">Shown beside order and status</legend>
          {Object.entries(COLUMNS).map(([column, label]) => (
            <label>
              <input
                type="checkbox"
                name="column"
                value={column}
                checked={address.columns.some((one) => one === column)}
              />{' '}
              {label}
            </label>
          ))}
        </fieldset>
      </details>
      <p class="actions">
        <button type="submit" class="main">
          Show
        </button>
        <a class="button" href="/orders">
          Clear
        </a>
      </p>
    </form>
  );
}

/** Whether a field is in use that the form shows only on request. */
function usesMore({ query }: ListAddress): boolean {
  const { text: _, statuses, reasons, waiting, ...more } = query;
  // Each further value is a field of its own, which moves the others behind the fold.
  if ([statuses, reasons, waiting].some((chosen) => chosen.length > 1)) return true;
  return Object.entries(more).some(([name, value]) => {
    if (name === 'sort') return value !== 'newest' && value !== 'waiting';
    return value !== undefined && value.length > 0;
  });
}

const same = (word: string) => [word, word] as const;

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly chosen: readonly string[];
  readonly options: ReadonlyArray<readonly [value: string, label: string]>;
}

/** One of the options, or any. Each further one of an address is a choice of its own, so that no filter is hidden. */
function Choice({ name, label, chosen, options }: ChoiceProps) {
  const shown = chosen.length === 0 ? [''] : chosen;
  return (
    <>
      {shown.map((value, index) => (
        <label>
          {index === 0 ? label : `or ${label}`}
          <select name={name}>
            <option value="">{index === 0 ? 'Any' : 'No other'}</option>
            {options.map(([one, text]) => (
              <option value={one} selected={one === value}>
                {text}
              </option>
            ))}
          </select>
        </label>
      ))}
    </>
  );
}

interface SuggestedProps {
  readonly name: string;
  readonly label: string;
  readonly chosen: readonly string[];
  /** Values that were seen. */
  readonly known: readonly string[];
}

/** A text, in any case, with the values that were seen as suggestions. */
function Suggested({ name, label, chosen, known }: SuggestedProps) {
  const shown = chosen.length === 0 ? [''] : chosen;
  const list = `known-${name}`;
  return (
    <>
      {shown.map((value, index) => (
        <label>
          {index === 0 ? label : `or ${label}`}
          <input name={name} value={value} list={list} autocomplete="off" />
        </label>
      ))}
      <datalist id={list}>
        {known.map((one) => (
          <option value={one} />
        ))}
      </datalist>
    </>
  );
}
