/**
 * A channel's own names of whom and what to answer, such as the person and the message. No secrets, but for
 * `passingNames`.
 */
export type Address = Readonly<Record<string, string>>;

/**
 * Names in an address that open something for a while: Slack's `response_url` speaks for the app for half an hour
 * (https://docs.slack.dev/interactivity/handling-user-interaction#message_responses). They are forgotten as soon as
 * they have served: where the question came in when its turn is taken, everywhere else when its message is posted, given
 * up or withheld.
 */
export const passingNames = ["responseUrl"] as const;

/** What of an address may be kept. */
export const lastingAddress = (address: Address): Address =>
  Object.fromEntries(Object.entries(address).filter(([name]) => !passing.has(name)));

const passing: ReadonlySet<string> = new Set(passingNames);
