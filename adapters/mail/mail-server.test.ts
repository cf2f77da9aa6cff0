import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { silentLogger } from "../../core/logger.ts";
import { startSmtp, type TestSmtp } from "../../tests/support/smtp-server.ts";
import { amplyMs, nobodyListens } from "../../tests/support/time-limits.ts";
import { selfSignedCertificate } from "../../tests/teams/self-signed-certificate.ts";
import { createMailServer, type Mail, type MailServer, type MailServerOptions } from "./mail-server.ts";

const mail = (more: Partial<Mail> = {}): Mail => ({
  from: { name: "The Expert", address: "expert@acme.example" },
  to: { name: "Sam Ö", address: "sam@acme.example" },
  subject: "ปั๊มทำงานอย่างไร",
  text: "สวัสดี",
  html: "<p>สวัสดี</p>",
  messageId: "<1@acme.example>",
  references: [],
  ...more,
});

describe("the mail server", () => {
  let closing: { close(): Promise<void> }[];
  let now: number;
  let warned: string[];
  beforeEach(() => {
    closing = [];
    now = Date.now();
    warned = [];
  });
  afterEach(async () => {
    for (const each of closing.toReversed()) await each.close();
  });
  const server = async (options: Parameters<typeof startSmtp>[0] = {}): Promise<TestSmtp> => {
    const started = await startSmtp(options);
    closing.push(started);
    return started;
  };
  const client = (url: string, more: Partial<MailServerOptions> = {}): MailServer => {
    const made = createMailServer({
      url,
      requireTls: true,
      clock: { now: () => new Date(now) },
      logger: { ...silentLogger, warn: (message) => void warned.push(message) },
      timeoutMs: amplyMs,
      ...more,
    });
    closing.push(made);
    return made;
  };
  const at = ({ port }: TestSmtp, user = ""): string => `smtp://${user}127.0.0.1:${String(port)}`;

  it("hands a mail over once, in words of any script, as what it belongs to", async () => {
    const smtp = await server();
    await client(at(smtp)).send(mail({ references: ["<root@acme.example>", "<0@acme.example>"] }));
    expect(smtp.taken).toHaveLength(1);
    const [{ from, to, mail: got }] = smtp.taken as [TestSmtp["taken"][number]];
    expect([from, to]).toEqual(["expert@acme.example", ["sam@acme.example"]]);
    expect(got).toMatchObject({
      subject: "ปั๊มทำงานอย่างไร",
      from: { name: "The Expert", address: "expert@acme.example" },
      to: [{ name: "Sam Ö", address: "sam@acme.example" }],
      messageId: "<1@acme.example>",
      inReplyTo: "<0@acme.example>",
      references: "<root@acme.example> <0@acme.example>",
    });
    expect(got.text?.trim()).toBe("สวัสดี");
    expect(got.html).toContain("<p>สวัสดี</p>");
    const headers = new Map(got.headers.map(({ key, value }) => [key, value]));
    expect(headers.get("auto-submitted")).toBe("auto-generated");
  });

  it("writes no header that somebody has typed", async () => {
    const smtp = await server();
    await client(at(smtp)).send(
      mail({
        subject: "hello\r\nBcc: eve@evil.example\r\n\r\nbody",
        to: { name: 'Sam\r\nBcc: eve@evil.example" <eve@evil.example>, x', address: "sam@acme.example" },
      }),
    );
    const [{ to, mail: got }] = smtp.taken as [TestSmtp["taken"][number]];
    expect(to).toEqual(["sam@acme.example"]);
    expect(got.bcc ?? []).toEqual([]);
    expect(got.to).toHaveLength(1);
    expect(got.to?.[0]?.address).toBe("sam@acme.example");
    expect(got.headers.filter(({ key }) => key === "bcc")).toEqual([]);
  });

  it.each<[string, number, string]>([
    ["takes no mail for somebody", 550, "channel_refused"],
    ["puts somebody off", 450, "channel_unavailable"],
  ])("says so where it %s (%d)", async (_what, status, code) => {
    const smtp = await server({ refused: new Map([["sam@acme.example", status]]) });
    const sending = client(at(smtp));
    await expect(sending.send(mail())).rejects.toMatchObject({ code, facts: { status } });
    await sending.send(mail({ to: { name: "Ada", address: "ada@acme.example" } }));
    expect(smtp.taken).toHaveLength(1);
  });

  it.each<[number, string]>([
    [554, "channel_refused"],
    [451, "channel_unavailable"],
  ])("says so where the mail itself is answered %d", async (status, code) => {
    const smtp = await server({ dataStatus: () => status });
    await expect(client(at(smtp)).send(mail())).rejects.toMatchObject({ code, facts: { status } });
    expect(warned).toEqual([]);
  });

  it("waits for a server that is down, longer each time, and goes on once it is up", async () => {
    // A port of this machine that nobody else is given meanwhile: it is taken by another of its addresses.
    const { port } = await server();
    const host = "127.0.0.2";
    const sending = client(`smtp://${host}:${String(port)}`, { requireTls: false });
    await expect(sending.send(mail())).rejects.toMatchObject({
      code: "rate_limited",
      facts: { retryAfterMs: 30_000 },
    });
    now += 10_000;
    await expect(sending.send(mail())).rejects.toMatchObject({ facts: { retryAfterMs: 20_000 } });
    expect(warned).toHaveLength(1);
    now += 20_000;
    await expect(sending.send(mail())).rejects.toMatchObject({ facts: { retryAfterMs: 60_000 } });
    now += 60_000;
    const back = await server({ port, host });
    await sending.send(mail());
    await sending.send(mail({ messageId: "<2@acme.example>" }));
    expect(back.taken).toHaveLength(2);
  });

  it("has one mail try for all once the time is over", async () => {
    const sending = client(nobodyListens.replace("http:", "smtp:"));
    await sending.send(mail()).catch(() => undefined);
    now += 30_000;
    const tries = await Promise.allSettled([
      sending.send(mail()),
      sending.send(mail()),
      sending.send(mail()),
    ]);
    expect(tries.every(({ status }) => status === "rejected")).toBe(true);
    expect(warned).toHaveLength(2);
  });

  it.each([
    ["a wrong password", "expert:wrong@"],
    ["no password", ""],
  ])("waits for somebody to correct %s, without telling it", async (_what, user) => {
    const smtp = await server({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) => {
        if (username === "expert" && password === "p@ss") done(null, { user: username });
        else done(new Error("no"));
      },
    });
    const fault: unknown = await client(at(smtp, user))
      .send(mail())
      .catch((error: unknown) => error);
    expect(fault).toMatchObject({ code: "rate_limited" });
    expect(String(fault)).not.toContain("wrong");
    await client(at(smtp, "expert:p%40ss@")).send(mail());
    expect(smtp.taken).toHaveLength(1);
  });

  describe("with TLS", () => {
    const { certificate, key } = selfSignedCertificate("localhost");
    const local = (port: number, protocol: string): string => `${protocol}://localhost:${String(port)}`;

    it("is encrypted from the start by smtps", async () => {
      const smtp = await server({ secure: true, key, cert: certificate });
      await client(local(smtp.port, "smtps"), { ca: certificate }).send(mail());
      expect(smtp.taken).toMatchObject([{ encrypted: true }]);
    });

    it("is encrypted by STARTTLS where that is offered", async () => {
      const smtp = await server({ key, cert: certificate });
      await client(local(smtp.port, "smtp"), { ca: certificate }).send(mail());
      expect(smtp.taken).toMatchObject([{ encrypted: true }]);
    });

    it("sends nothing to whom it does not know", async () => {
      const smtp = await server({ key, cert: certificate });
      await expect(client(local(smtp.port, "smtp")).send(mail())).rejects.toMatchObject({
        code: "rate_limited",
      });
      expect(smtp.taken).toEqual([]);
    });

    it("sends nothing through a server elsewhere that offers no STARTTLS", async () => {
      // This machine by an address that it is not called by.
      const smtp = await server({ host: "127.0.0.2" });
      const url = `smtp://127.0.0.2:${String(smtp.port)}`;
      await expect(client(url).send(mail())).rejects.toMatchObject({ code: "rate_limited" });
      await client(url, { requireTls: false }).send(mail());
      expect(smtp.taken).toHaveLength(1);
    });
  });
});
