import { type Check, ok } from "./check.ts";

/** The mail server: whether it is up and takes the user and password. No mail is sent. */
export const mailCheck: Check = {
  name: "mail",
  settings: ["SMTP_URL", "SMTP_REQUIRE_TLS", "MAIL_FROM"],
  async run({ diagnosis }) {
    const server = await diagnosis.mail();
    return ok(
      server === null ? "not set up: people whom no chat reaches are not written to" : `${server} takes mail`,
    );
  },
};
