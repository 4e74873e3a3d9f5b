interface Index {
  readonly partition: string;
  readonly sort: string;
  readonly carries?: 'summary';
}

/**
 * The table's indexes, by the two attributes that put an item into each: whose list it is in, and its place there. An
 * item without them is not in the index. The stack declares the same names. An index holds keys only, but for what it `carries`.
 */
export const INDEXES = {
  /** Orders in Shipped, by connection and from when they are. */
  shipped: { partition: 'shippedFor', sort: 'shippedSince' },
  /** Orders that wait for something, and sales that wait for goods, by what and since when. */
  waiting: { partition: 'waitingFor', sort: 'waitingSince' },
  /** All orders, by the UTC day on which they were made and the moment; ignored sales, by the day of their reading. */
  recent: { partition: 'madeOn', sort: 'createdAt' },
  /** All orders, by their lane and when they were made, with what lists are filtered by. */
  listed: { partition: 'lane', sort: 'madeAt', carries: 'summary' },
} as const satisfies Readonly<Record<string, Index>>;
export type IndexName = keyof typeof INDEXES;
