const local = new Set(["127.0.0.1", "[::1]", "localhost"]);

export const isOnThisMachine = (address: string): boolean => local.has(new URL(address).hostname);

/**
 * Whether the bot may send its token and messages there: over https, or in the clear on this machine where that is
 * allowed, as in tests.
 */
export function isAllowedServiceUrl(serviceUrl: string, allowsLocal: boolean): boolean {
  if (!URL.canParse(serviceUrl)) return false;
  const { protocol, username, password } = new URL(serviceUrl);
  if (username !== "" || password !== "") return false;
  return protocol === "https:" || (allowsLocal && protocol === "http:" && isOnThisMachine(serviceUrl));
}
