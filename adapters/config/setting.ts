import { z } from "zod";

/** One setting of the environment: what it may be, and what .env.example says of it. */
export interface Setting {
  readonly schema: z.ZodType;
  /** One line for .env.example. */
  readonly description: string;
  /** As it stands in .env.example, commented out where the setting has no default. */
  readonly example: string;
  /** May also be given as NAME_FILE, the path of a file that holds it. */
  readonly secret?: true;
}

/** An address with one of these protocols; what is none is not looked at further. */
export const url = (...protocols: readonly string[]) =>
  z.url({
    protocol: new RegExp(`^(${protocols.join("|")})$`),
    error: `a ${protocols.join(" or ")} address`,
    abort: true,
  });

const loopback = new Set(["127.0.0.1", "[::1]", "localhost"]);

/** Whether an address is on this machine. */
export const isOnThisMachine = (address: string): boolean => loopback.has(new URL(address).hostname);

/** An address that is asked in the clear on this machine only. */
export const httpsUnlessLocal = () =>
  url("http", "https").refine(
    (address) => new URL(address).protocol === "https:" || isOnThisMachine(address),
    { error: "must begin with https:// unless it is on this machine" },
  );
