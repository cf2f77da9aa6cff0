import { AuthorizationError, InvalidStateError, MissingStateError } from "@slack/oauth";
import { isExpertError } from "../../../core/errors.ts";
import type { InstallOutcome } from "../../../core/identity/install-flow.ts";
import { slackErrorCode } from "../client/translate-slack-error.ts";

/** Codes are shown on a page: what is none is not repeated. */
const codePattern = /^[a-z0-9_]{1,64}$/;

/**
 * Why adding the bot failed, of what the exchange threw.
 * @param refusedBy Slack's `error` in the address that the browser came back to
 */
export function installFailure(error: unknown, refusedBy: string | null): InstallOutcome {
  const failed = (
    reason: Extract<InstallOutcome, { kind: "failed" }>["reason"],
    detail: string | null = null,
  ): InstallOutcome => ({ kind: "failed", reason, detail });
  if (error instanceof AuthorizationError) return failed("denied");
  if (refusedBy !== null) return failed("refused", codePattern.test(refusedBy) ? refusedBy : null);
  if (error instanceof MissingStateError || error instanceof InvalidStateError)
    return failed("other_browser");
  if (isExpertError(error, "conflict")) return failed("other_company");
  if (isExpertError(error, "unauthenticated")) return failed("link_expired");
  if (isExpertError(error, "channel_refused")) return failed("refused");
  const code = slackErrorCode(error);
  return code === null ? failed("unavailable") : failed("refused", code);
}
