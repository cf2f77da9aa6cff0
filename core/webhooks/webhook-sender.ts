/** Posts to addresses that companies have named. */
export interface WebhookSender {
  /**
   * Posts a body of JSON once. Throws `channel_unavailable` (no answer, 5xx; with the fact `reached: false` where the request
   * surely did nothing), `rate_limited` with `retryAfterMs`, `channel_refused` (what was sent is wrong and stays wrong, or
   * the address is none that may be written to), or `unauthenticated` (401, 403).
   */
  post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<void>;
}
