/** A life in which a defect showed, kept so that it shows again where the mend is lost. */
interface Found {
  readonly seed: number;
  /** Whether people also did what `BusyPeople` do. @default false */
  readonly isBusy?: boolean;
  /** What went wrong. */
  readonly defect: string;
}

/** None of them large or a rush: each of those costs as much as ten others. */
export const FOUND: readonly Found[] = [
  { seed: 52, defect: 'no order was made for a sale whose order left while it was being cancelled' },
  { seed: 716, defect: 'a web page with status 200 was taken for a cancellation that the service had done' },
  { seed: 3065, defect: 'a pack by hand was shipped in DEAR that held more than left' },
  {
    seed: 3082,
    defect: 'a pack by hand of more than left was shipped in DEAR, and only what left was billed',
  },
  { seed: 3120, defect: 'an order was called sent twice that V1 replaces with itself' },
  { seed: 4419, defect: 'a refused look-up ended the message of an order, which was never sent' },
  { seed: 5351, defect: 'a parcel was confirmed into the fulfilment that an attempt had begun for another' },
  {
    seed: 5768,
    defect: 'a sale that was undone and shipped again after its confirmation stood as confirmed',
  },
  { seed: 5983, defect: 'a parcel was confirmed into a fulfilment that was packed before it left' },
  { seed: 6082, defect: 'DEAR lacked the number of a parcel after its sale was undone and shipped again' },
  {
    seed: 20065,
    isBusy: true,
    defect: 'an order that ended short could not be closed where its service reports nothing of orders',
  },
  {
    seed: 22009,
    isBusy: true,
    defect:
      'the rest of an order ended unseen with the shipment of its first part, which a person undid in DEAR',
  },
  {
    seed: 24016,
    isBusy: true,
    defect: 'DEAR showed a product as shipped that a person had added to a pack after its goods had left',
  },
];
