/** How far into a body its workspace is looked for, in bytes. */
const searchedBytes = 16_384;

const quote = `(?:"|%22)?`;
const gap = `(?:\\s|\\+|%20|%0A)*`;
const colon = `${gap}(?::|%3A|=)${gap}`;
/** `"team_id":"T…"`, `"team":{"id":"T…"`, the same in a form's encoding, or `team_id=T…`. No part repeats another. */
const team = new RegExp(
  `team(?:_id)?${quote}${colon}(?:(?:\\{|%7B)${gap}${quote}id${quote}${colon})?${quote}(T[A-Z0-9]{2,20})(?![A-Za-z0-9])`,
);

/**
 * The workspace that an unverified body names, or null. Anybody can have written it: it tells only in whose audit trail
 * the refusal is recorded. Nothing is parsed.
 */
export function namedTeam(rawBody: Uint8Array): string | null {
  const head = Buffer.from(rawBody.subarray(0, searchedBytes)).toString("latin1");
  return team.exec(head)?.[1] ?? null;
}
