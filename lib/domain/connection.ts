/** What the rules need to know of a connection: one fulfillment service bound to one DEAR location. */
export interface Connection {
  /** Short, unique, used in addresses and secret names: `shipstation`. */
  readonly id: string;
  /** Name of the DEAR location it ships for. A location belongs to at most one connection. */
  readonly location: string;
  /** `wait`: no order while a line is backordered. `ship-available`: order what is not. */
  readonly backorders: 'wait' | 'ship-available';
  /** Which of DEAR's fields carry what DEAR has no field of its own for. '' where none does. */
  readonly fields: ContentFields;
}

export interface ContentFields {
  /** `AdditionalAttribute1` … `10`: any value but '', 0, no or false marks the sale as a gift. */
  readonly gift: string;
  readonly giftMessage: string;
  /** `ProductCustomField1` … `10` that holds an image's https address. */
  readonly image: string;
  /** Option name → `ProductCustomField1` … `10`. */
  readonly options: Readonly<Record<string, string>>;
}
