import type { ApproverReach } from "../../core/approvals/approver-reach.ts";
import type { Clock } from "../../core/clock.ts";
import type { Closer } from "../../core/close-in-order.ts";
import type { Database } from "../../core/database.ts";
import type { Channel } from "../../core/delivery/channel.ts";
import { type Logger, silentLogger } from "../../core/logger.ts";
import type { Config } from "../config.ts";
import { createMailReach } from "../mail/approver-reach.ts";
import { createMailChannel } from "../mail/channel.ts";
import { createMailServer } from "../mail/mail-server.ts";
import { ownPages } from "./escalation.ts";

export interface MailParts {
  readonly channel: Channel;
  readonly approvers: ApproverReach;
}

export interface MailPorts {
  readonly config: Config;
  readonly database: Pick<Database, "withTenant">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Joins mail; null where no server is configured. */
export function connectMail(
  { config, database, clock, logger }: MailPorts,
  closers: Closer[],
): MailParts | null {
  const { SMTP_URL: url, SMTP_REQUIRE_TLS: requireTls, MAIL_FROM: from } = config;
  if (url === undefined || from === undefined) return null;
  const server = createMailServer({ url, requireTls, clock, logger });
  closers.push(() => server.close());
  return {
    channel: createMailChannel({ database, server, from, pages: ownPages(config) }),
    approvers: createMailReach({ database }),
  };
}

/**
 * Signs in at the mail server and sends nothing: its address, or null where none is configured. Throws what is wrong.
 * @param timeoutMs longest wait for an answer, in milliseconds; the adapter's own unless told
 */
export async function diagnoseMail(config: Config, clock: Clock, timeoutMs?: number): Promise<string | null> {
  const { SMTP_URL: url, SMTP_REQUIRE_TLS: requireTls } = config;
  if (url === undefined) return null;
  const server = createMailServer({
    url,
    requireTls,
    clock,
    logger: silentLogger,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  try {
    await server.verify();
    return new URL(url).host;
  } finally {
    await server.close();
  }
}
