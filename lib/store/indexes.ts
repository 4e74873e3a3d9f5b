/**
 * The table's indexes, by the two attributes that put an item into each: whose list it is in, and its place there. An
 * item without them is not in the index. The stack declares the same names.
 */
export const INDEXES = {
  /** Orders in Shipped, by connection and from when they are. */
  shipped: { partition: 'shippedFor', sort: 'shippedSince' },
  /** Orders that wait for something, and sales that wait for goods, by what and since when. */
  waiting: { partition: 'waitingFor', sort: 'waitingSince' },
  /** All orders, by the UTC day on which they were made and the moment. */
  recent: { partition: 'madeOn', sort: 'createdAt' },
} as const;
export type IndexName = keyof typeof INDEXES;
