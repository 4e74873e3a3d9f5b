import * as z from 'zod';
import { shipStationV2Secret } from '../../providers/shipstation-v2/settings.ts';
import { dearSecret } from '../../runtime/secrets.ts';

/** What has to be known to connect one DEAR location to one ShipStation account. */
export interface Answers {
  /** The connection's id. */
  readonly connection: string;
  /** Name of the DEAR location, spelt as in DEAR. */
  readonly location: string;
  /** `se-123456` */
  readonly warehouseId: string;
  readonly dearUrl: string;
  readonly shipStationUrl: string;
  readonly credentials: Credentials;
}

/** Never printed, and never taken from the command line, where every process of the machine could read them. */
export const credentials = z.object({ dear: dearSecret, shipStation: shipStationV2Secret });
export type Credentials = z.infer<typeof credentials>;
