import type { AddressInfo } from "node:net";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

export interface TakenMail {
  readonly to: readonly string[];
  readonly from: string;
  readonly raw: string;
  readonly mail: Email;
  readonly encrypted: boolean;
}

export interface TestSmtp {
  readonly port: number;
  readonly taken: readonly TakenMail[];
  close(): Promise<void>;
}

const fault = (responseCode: number, message: string): Error =>
  Object.assign(new Error(message), { responseCode });

/**
 * A real mail server on this machine.
 * @param refused what is answered by recipient: a status of SMTP
 */
export async function startSmtp({
  refused = new Map(),
  dataStatus = () => 250,
  port = 0,
  host = "127.0.0.1",
  ...options
}: SMTPServerOptions & {
  readonly refused?: ReadonlyMap<string, number>;
  /** What the mail itself is answered. */
  readonly dataStatus?: () => number;
  readonly port?: number;
  readonly host?: string;
} = {}): Promise<TestSmtp> {
  const taken: TakenMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.key ? [] : ["STARTTLS"],
    logger: false,
    // Connections that a client keeps are cut soon, not after half a minute.
    closeTimeout: 100,
    ...options,
    onRcptTo({ address }, _session, done) {
      const status = refused.get(address);
      done(status === undefined ? null : fault(status, "no such person here"));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const status = dataStatus();
        if (status >= 400) {
          done(fault(status, "not now"));
          return;
        }
        const raw = Buffer.concat(chunks).toString();
        const { mailFrom, rcptTo } = session.envelope;
        void PostalMime.parse(raw).then((mail) => {
          taken.push({
            raw,
            mail,
            from: mailFrom === false ? "" : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            encrypted: session.secure,
          });
          done();
        });
      });
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  server.on("error", () => undefined);
  return {
    port: (server.server.address() as AddressInfo).port,
    taken,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
