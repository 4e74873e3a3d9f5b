/** The operation of the call that reads a sale, by which its record is told from others. Apart from the client, which is large. */
export const READ_SALE = 'read sale';
