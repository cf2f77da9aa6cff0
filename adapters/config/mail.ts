import { z } from "zod";
import { isOnThisMachine, type Setting, url } from "./setting.ts";

/** `expert@example.com`, or `The Expert <expert@example.com>`: one line, and one address. */
const sender = z.string().transform((text, context) => {
  const [, name = "", bracketed] = /^([^<>\p{Cc}]*)<([^<>]*)>$/u.exec(text.trim()) ?? [];
  const address = (bracketed ?? text).trim();
  if (!z.email().safeParse(address).success) {
    context.addIssue("must be an e-mail address, with or without a name: The Expert <expert@example.com>");
    return z.NEVER;
  }
  return { name: name.trim().replaceAll(/^"|"$/g, ""), address };
});

export const mailSettings = {
  SMTP_URL: {
    schema: url("smtp", "smtps").optional(),
    description:
      "Mail server, with user and password where it wants them: smtps:// is encrypted from the start, smtp:// by STARTTLS. Absent: no mail.",
    example: "smtp://expert:secret@mail.example.com:587",
    secret: true,
  },
  SMTP_REQUIRE_TLS: {
    schema: z
      .enum(["true", "false"])
      .transform((value) => value === "true")
      .default(true),
    description:
      "Send nothing through a server that offers no STARTTLS, unless it is on this machine; false for a relay of your own network.",
    example: "true",
  },
  MAIL_FROM: {
    schema: sender.optional(),
    description: "Whom mail comes from; needs SMTP_URL.",
    example: "The Expert <expert@example.com>",
  },
} as const satisfies Record<string, Setting>;

export type MailSettingName = keyof typeof mailSettings;
type MailValues = { readonly [N in MailSettingName]: z.output<(typeof mailSettings)[N]["schema"]> };

/** What of the mail settings does not fit together, each with what to set. */
export function* mailContradictions(values: MailValues): Generator<readonly [MailSettingName, string]> {
  const { SMTP_URL: server, SMTP_REQUIRE_TLS: encrypted, MAIL_FROM: from } = values;
  if (server === undefined && from !== undefined) yield ["MAIL_FROM", "needs SMTP_URL, the mail server"];
  if (server === undefined) return;
  if (from === undefined) yield ["SMTP_URL", "needs MAIL_FROM, whom mail comes from"];
  const { protocol, username } = new URL(server);
  if (!encrypted && protocol === "smtp:" && username !== "" && !isOnThisMachine(server)) {
    yield ["SMTP_REQUIRE_TLS", "would send the password of SMTP_URL in the clear; leave it true"];
  }
}
