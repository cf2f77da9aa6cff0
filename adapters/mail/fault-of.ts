import { ExpertError } from "../../core/errors.ts";

/** What nodemailer tells of an error: https://nodemailer.com/errors. */
interface SmtpError {
  readonly code?: unknown;
  /** The command that was answered, such as `RCPT TO`; `CONN` before the first. */
  readonly command?: unknown;
  /** https://www.rfc-editor.org/rfc/rfc5321#section-4.2.3 */
  readonly responseCode?: unknown;
}

/** No mail was handed over, and none will be before somebody changes something or the server is back. */
const downCodes: ReadonlySet<unknown> = new Set([
  "EAUTH",
  "ENOAUTH",
  "EDNS",
  "ETLS",
  "EREQUIRETLS",
  "ECONFIG",
]);

/** The server closes, or wants a user and password that it has not been given: https://www.rfc-editor.org/rfc/rfc4954#section-6. */
const downStatuses: ReadonlySet<number> = new Set([421, 454, 530, 534, 535, 538]);

/** What an error of SMTP means for a mail; `down`: nothing for the mail, the server cannot be used. */
export function faultOf(error: unknown): ExpertError | "down" {
  const { code, command, responseCode } = (error ?? {}) as SmtpError;
  const status = typeof responseCode === "number" ? responseCode : 0;
  if (downCodes.has(code) || command === "CONN" || downStatuses.has(status)) return "down";
  const facts = {
    ...(status === 0 ? {} : { status }),
    ...(typeof code === "string" ? { reason: code } : {}),
  };
  if (status >= 500 && (command === "RCPT TO" || code === "EMESSAGE")) {
    return new ExpertError(
      "channel_refused",
      command === "RCPT TO"
        ? "The mail server takes no mail for this address."
        : "The mail server does not take this mail.",
      {
        remedy: "Look whether the person's e-mail address is right, and into the mail server's log.",
        facts,
        cause: error,
      },
    );
  }
  return new ExpertError("channel_unavailable", "The mail server did not take the mail.", {
    remedy: "It is tried again by itself; look into the mail server's log if it stays so.",
    facts,
    cause: error,
  });
}
