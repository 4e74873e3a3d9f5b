/** An address of DEAR with lines to display, whose separate fields are empty. */
export const FAULTY_ADDRESS = {
  line1: '',
  city: '',
  postcode: '',
  displayLine1: '5 Pebble Court',
  displayLine2: 'Tulsa OK 74103',
};
