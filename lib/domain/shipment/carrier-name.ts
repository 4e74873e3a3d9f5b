/**
 * Carrier codes of shipping software and their usual names. There are several codes for one carrier: the shipper's own
 * account, and one that the software resells (`…_walleted`).
 */
const CARRIER_NAMES: Readonly<Record<string, string>> = {
  amazon_buy_shipping: 'Amazon Buy Shipping',
  amazon_shipping_us: 'Amazon Shipping',
  apc: 'APC',
  asendia: 'Asendia',
  australia_post: 'Australia Post',
  canada_post: 'Canada Post',
  canada_post_walleted: 'Canada Post',
  canpar: 'Canpar',
  deutsche_post_dhl: 'Deutsche Post DHL',
  dhl_ecommerce: 'DHL eCommerce',
  dhl_express: 'DHL Express',
  dhl_express_walleted: 'DHL Express',
  dpd: 'DPD',
  endicia: 'USPS',
  evri: 'Evri',
  fedex: 'FedEx',
  fedex_uk: 'FedEx',
  fedex_walleted: 'FedEx',
  globegistics: 'Globegistics',
  gls: 'GLS',
  gls_us: 'GLS',
  hermes: 'Evri',
  lasership: 'OnTrac',
  ontrac: 'OnTrac',
  parcelforce: 'Parcelforce',
  purolator: 'Purolator',
  purolator_ca: 'Purolator',
  rr_donnelley: 'RR Donnelley',
  royal_mail: 'Royal Mail',
  seko: 'SEKO',
  stamps_com: 'USPS',
  star_track: 'StarTrack',
  tnt: 'TNT',
  ups: 'UPS',
  ups_walleted: 'UPS',
  usps: 'USPS',
  yodel: 'Yodel',
};

/** The name of a carrier; its code where the table has no name. */
export function getCarrierName(code: string): string {
  return CARRIER_NAMES[code.toLowerCase()] ?? code;
}
