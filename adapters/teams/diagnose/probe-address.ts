import { ExpertError } from "../../../core/errors.ts";
import { callOnce, NoAnswer } from "../client/call-once.ts";

/** What stands at the address that Teams calls. */
export interface ProbedTeamsAddress {
  readonly url: string;
  readonly status: number;
  /** Whether it is The Expert that refused a request without Teams' token, as nothing else does in these words. */
  readonly ours: boolean;
  readonly milliseconds: number;
}

export const messagesPath = "/api/messages";

/** Longer than Teams waits, so that an address that is only slow is told from one that is not there. */
const defaultTimeoutMs = 20_000;
const limitBytes = 100_000;

/**
 * Sends the address an activity that nobody signed, as a forger would; The Expert records it in the audit trail. Throws
 * `channel_unavailable` where nothing answers, with the reason, as a certificate that is not trusted.
 * @param publicUrl without a slash at the end.
 * @param timeoutMs longest wait for the answer.
 */
export async function probeTeamsAddress(
  publicUrl: string,
  timeoutMs = defaultTimeoutMs,
): Promise<ProbedTeamsAddress> {
  const url = `${publicUrl}${messagesPath}`;
  const headers = { "content-type": "application/json", accept: "application/json" };
  const body = JSON.stringify({ type: "message", channelId: "msteams", text: "doctor" });
  const begun = performance.now();
  const answer = await callOnce({ url, method: "POST", headers, body, timeoutMs, limitBytes }).catch(
    (cause: unknown) => {
      throw new ExpertError("channel_unavailable", `nothing answers at ${url}: ${reasonOf(cause)}`, {
        remedy: remedyOf(cause),
        cause,
      });
    },
  );
  const milliseconds = Math.round(performance.now() - begun);
  return { url, status: answer.status, ours: answer.status === 401 && isOurs(answer.body), milliseconds };
}

function isOurs(body: Buffer): boolean {
  try {
    const { error } = JSON.parse(body.toString("utf8")) as { readonly error?: { readonly code?: unknown } };
    return error?.code === "unauthenticated";
  } catch {
    return false;
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Node's names of what is wrong with a certificate: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const certificateFault = /CERT|SIGNATURE|ERR_TLS/;

function remedyOf(error: unknown): string {
  const cause = error instanceof NoAnswer ? (error.cause as NodeJS.ErrnoException) : null;
  return certificateFault.test(cause?.code ?? "")
    ? "Give the proxy a certificate of a public authority for this name, with its intermediate certificates: Teams trusts no other."
    : "Start The Expert, and let your proxy pass PUBLIC_URL on to it; Teams must reach it as well, from the internet.";
}
