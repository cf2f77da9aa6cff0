/** Where Slack wants a pause and does not say how long. */
const unsaidPauseSeconds = 30;

/** How long Slack wants to be left alone, in seconds. @param header `Retry-After`, of an answer with the status 429. */
export function pauseSeconds(header: string | null | undefined): number {
  const seconds = Number.parseInt(header ?? "", 10);
  return Number.isNaN(seconds) ? unsaidPauseSeconds : seconds;
}
