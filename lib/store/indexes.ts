/**
 * The table's indexes, by the two attributes that put an item into each: whose list it is in, and its place there. An
 * item without them is not in the index. The stack declares the same names.
 */
export const INDEXES = { shipped: { partition: 'shippedFor', sort: 'shippedSince' } } as const;
export type IndexName = keyof typeof INDEXES;
