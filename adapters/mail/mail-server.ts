import { createTransport } from "nodemailer";
import type { Clock } from "../../core/clock.ts";
import { ExpertError } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import { faultOf } from "./fault-of.ts";

export interface MailServerOptions {
  /** `smtp://` or `smtps://`, with user and password where the server wants them. */
  readonly url: string;
  /** Whether nothing is sent through a server that offers no STARTTLS; on this machine it need not. */
  readonly requireTls: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long a connection and its answers may take, in milliseconds; 10 s unless told. */
  readonly timeoutMs?: number;
  /** Certificates that are trusted besides the usual ones, PEM. */
  readonly ca?: string;
}

export interface Mail {
  readonly from: MailAddress;
  readonly to: MailAddress;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** With its angle brackets; a repeat has the same. */
  readonly messageId: string;
  /** What it belongs to, oldest first. */
  readonly references: readonly string[];
}

export interface MailAddress {
  readonly name: string;
  readonly address: string;
}

export interface MailServer {
  /**
   * Hands a mail over. Throws `rate_limited` with `retryAfterMs` while the server cannot be used, which is no failure of the
   * mail; `channel_refused` where the server will never take it; and `channel_unavailable`.
   */
  send(mail: Mail): Promise<void>;
  /** Connects and signs in, and sends nothing. Throws `channel_unavailable` with what the server says. */
  verify(): Promise<void>;
  close(): Promise<void>;
}

const defaultTimeoutMs = 10_000;
const connections = 3;
const firstPauseMs = 30_000;
const longestPauseMs = 600_000;
const loopback = new Set(["127.0.0.1", "[::1]", "localhost"]);

/**
 * One mail server, over few connections that are kept. Where it is down, mails wait: 30 s after the first failure, twice as
 * long after each that follows, 10 min at most; one mail then tries for all.
 */
export function createMailServer({
  url,
  requireTls,
  clock,
  logger,
  timeoutMs = defaultTimeoutMs,
  ca,
}: MailServerOptions): MailServer {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === "smtps:";
  const options = {
    pool: true,
    maxConnections: connections,
    // A connection that breaks off may have brought its mail: whoever sends it again decides.
    maxRequeues: 0,
    host: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: port === "" ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: requireTls && !secure && !loopback.has(hostname),
    tls: { minVersion: "TLSv1.2", ...(ca === undefined ? {} : { ca }) },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(username === ""
      ? {}
      : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
  } as const;
  const transport = createTransport(options);
  let failures = 0;
  let openUntil = 0;

  function enter(): void {
    const now = clock.now().getTime();
    if (now < openUntil) throw paused(openUntil - now);
    // The others wait for this one.
    if (failures > 0) openUntil = now + 2 * timeoutMs;
  }

  function down(cause: unknown): ExpertError {
    failures += 1;
    const pauseMs = Math.min(firstPauseMs * 2 ** Math.min(failures - 1, 10), longestPauseMs);
    openUntil = clock.now().getTime() + pauseMs;
    logger.warn("the mail server cannot be used; mails wait", { failures, pauseMs, error: cause });
    return paused(pauseMs, cause);
  }

  return {
    async send({ from, to, messageId, references, ...mail }) {
      enter();
      try {
        await transport.sendMail({
          ...mail,
          from: { ...from },
          to: { ...to },
          envelope: { from: from.address, to: [to.address] },
          messageId,
          references: [...references],
          ...(references.length === 0 ? {} : { inReplyTo: references.at(-1) }),
          date: clock.now(),
          // https://www.rfc-editor.org/rfc/rfc3834#section-5: nobody's absence is told to us.
          headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" },
        });
      } catch (error) {
        const fault = faultOf(error);
        if (fault === "down") throw down(error);
        works();
        throw fault;
      }
      works();
    },
    async verify() {
      try {
        await transport.verify();
      } catch (error) {
        const said = error instanceof Error ? error.message : String(error);
        throw new ExpertError("channel_unavailable", `The mail server cannot be used: ${said}`, {
          remedy: "Look whether it is up, offers TLS, and takes the user and password of SMTP_URL.",
          cause: error,
        });
      }
    },
    close() {
      transport.close();
      return Promise.resolve();
    },
  };

  function works(): void {
    failures = 0;
    openUntil = 0;
  }
}

const paused = (retryAfterMs: number, cause?: unknown): ExpertError =>
  new ExpertError("rate_limited", "The mail server cannot be used now.", {
    remedy: "Look whether it is up and takes the user and password of SMTP_URL; mails wait until then.",
    facts: { retryAfterMs },
    ...(cause === undefined ? {} : { cause }),
  });
