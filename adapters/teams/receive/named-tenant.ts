/** How much of a body is searched for its tenant, in bytes. */
const searchedBytes = 65_536;

/** `"tenantId":"…"` of the conversation, or `"tenant":{"id":"…"}` of the channel's data. */
const tenant = /"tenant(?:Id"\s{0,9}:|"\s{0,9}:\s{0,9}\{\s{0,9}"id"\s{0,9}:)\s{0,9}"([0-9a-fA-F-]{36})"/;

/**
 * The Microsoft tenant that an unverified body names, or null. Anybody can have written it: it tells only in whose
 * audit trail the refusal is recorded. Nothing is parsed.
 */
export function namedMsTenant(rawBody: Uint8Array): string | null {
  const head = Buffer.from(rawBody.subarray(0, searchedBytes)).toString("latin1");
  return tenant.exec(head)?.[1]?.toLowerCase() ?? null;
}
