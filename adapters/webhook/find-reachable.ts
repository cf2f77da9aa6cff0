import { lookup } from "node:dns/promises";
import { isIP, type LookupFunction } from "node:net";
import { ExpertError } from "../../core/errors.ts";
import { isException, isPublic, readAllowed } from "./allowed-address.ts";

export interface ReachOptions {
  /** Hosts, addresses and prefixes that may be reached although they are not public, also without https. */
  readonly allowPrivate: readonly string[];
  /** The addresses of a host; the system's resolver unless told. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

/**
 * The addresses to which a connection to this URL may be made. Throws `channel_refused` with the fact `reached: false` where it
 * may not, and what the resolver throws where the name means nothing.
 */
export type FindReachable = (url: URL) => Promise<readonly string[]>;

/** For addresses that others have typed in: whoever connects goes to those very addresses, whatever the name means later. */
export function createFindReachable({ allowPrivate, resolve = resolveHost }: ReachOptions): FindReachable {
  const allowed = readAllowed(allowPrivate);
  return async (url) => {
    if (url.protocol !== "https:" && url.protocol !== "http:")
      throw refused("The address does not begin with https://.", "Use https.");
    const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
    const addresses = isIP(host) === 0 ? await resolve(host) : [host];
    if (addresses.length === 0) throw Object.assign(new Error("no address"), { code: "ENOTFOUND" });
    const known = addresses.every((address) => isException(allowed, host, address));
    if (!known && !addresses.every((address) => isPublic(address) || isException(allowed, host, address)))
      throw refused(
        "The address belongs to a private network.",
        "Name the host in WEBHOOK_ALLOW_PRIVATE, or choose a public address.",
      );
    if (url.protocol !== "https:" && !known)
      throw refused(
        "The address does not begin with https://.",
        "Use https, or name the host in WEBHOOK_ALLOW_PRIVATE.",
      );
    return addresses;
  };
}

const resolveHost = async (host: string): Promise<readonly string[]> =>
  (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);

/** Answers with these addresses, whatever is asked. */
export const pinned =
  (addresses: readonly string[]): LookupFunction =>
  (_host, options, done) => {
    const found = addresses.map((address) => ({ address, family: isIP(address) }));
    const [first] = found;
    if (options.all === true) done(null, found);
    else if (first) done(null, first.address, first.family);
  };

const refused = (message: string, remedy: string): ExpertError =>
  new ExpertError("channel_refused", message, { remedy, facts: { reached: false } });
