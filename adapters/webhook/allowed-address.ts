import ipaddr from "ipaddr.js";

/** Reached over public addresses, and nobody's public service: Azure's host (https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16). */
const notPublic: ReadonlySet<string> = new Set(["168.63.129.16"]);

/** What of a company's own network may be written to. */
export interface AllowedAddresses {
  /** Host names in lower case, and addresses as `normal` writes them. */
  readonly hosts: ReadonlySet<string>;
  readonly prefixes: readonly (readonly [ipaddr.IPv4 | ipaddr.IPv6, number])[];
}

export function readAllowed(exceptions: readonly string[]): AllowedAddresses {
  const prefixes = exceptions.filter((text) => text.includes("/"));
  return {
    hosts: new Set(exceptions.filter((text) => !text.includes("/")).map(normalHost)),
    prefixes: prefixes.map((text) => ipaddr.parseCIDR(text)),
  };
}

/** A host as two can be compared: an address in one spelling, a name in lower case without a last dot. */
export function normalHost(host: string): string {
  const bare = host.replace(/^\[(.*)\]$/, "$1");
  return ipaddr.isValid(bare) ? ipaddr.process(bare).toString() : bare.toLowerCase().replace(/\.$/, "");
}

/**
 * Whether an address is of the public internet: not private, loopback, link-local (where clouds keep their metadata),
 * carrier-grade NAT, multicast, reserved, or one of these inside an IPv6 address (mapped, translated, tunnelled).
 */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return parsed.range() === "unicast" && !notPublic.has(parsed.toString());
}

/** Whether an exception names this host, or this address of it. */
export function isException({ hosts, prefixes }: AllowedAddresses, host: string, address: string): boolean {
  if (hosts.has(normalHost(host)) || hosts.has(normalHost(address))) return true;
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return prefixes.some(([prefix, length]) => prefix.kind() === parsed.kind() && parsed.match(prefix, length));
}
