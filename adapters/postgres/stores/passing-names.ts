import { passingNames } from "../../../core/delivery/address.ts";

/** What is taken off an address that stays, as `address - …`. */
export const passing = `'{${passingNames.join()}}'::text[]`;
