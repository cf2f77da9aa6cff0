import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "@jest/globals";
import { selfSignedCertificate } from "../../tests/teams/self-signed-certificate.ts";
import { amplyMs, endOnceHeard, nobodyListens } from "../../tests/support/time-limits.ts";
import { createWebhookSender } from "./sender.ts";

interface Taken {
  readonly headers: IncomingMessage["headers"];
  readonly method: string | undefined;
  readonly body: string;
}

describe("the sender of webhooks", () => {
  let closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing) await close();
    closing = [];
  });
  const listening = async (server: Server): Promise<number> => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closing.push(
      () =>
        new Promise((resolve) => {
          server.closeAllConnections();
          server.close(() => resolve());
        }),
    );
    return (server.address() as AddressInfo).port;
  };
  const endpoint = async (answer: RequestListener): Promise<{ port: number; taken: Taken[] }> => {
    const taken: Taken[] = [];
    const port = await listening(
      createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on("data", (chunk: Buffer) => chunks.push(chunk));
        request.on("end", () => {
          const { headers, method } = request;
          taken.push({ headers, method, body: Buffer.concat(chunks).toString() });
          answer(request, response);
        });
      }),
    );
    return { port, taken };
  };
  const local = createWebhookSender({ allowPrivate: ["127.0.0.1"], timeoutMs: amplyMs });

  it("posts the body and its headers once", async () => {
    const { port, taken } = await endpoint((_request, response) => response.writeHead(204).end());
    const body = '{"text":"กขค"}';
    await local.post(`http://127.0.0.1:${String(port)}/in?a=1`, { "webhook-id": "x" }, body);
    expect(taken).toMatchObject([
      { method: "POST", body, headers: { "webhook-id": "x", "content-type": "application/json" } },
    ]);
  });

  it.each<[number, string, object]>([
    [400, "channel_refused", {}],
    [410, "channel_refused", {}],
    [302, "channel_refused", {}],
    [401, "unauthenticated", {}],
    [403, "unauthenticated", {}],
    [404, "channel_unavailable", {}],
    [408, "channel_unavailable", {}],
    [500, "channel_unavailable", {}],
    [503, "channel_unavailable", {}],
    [429, "rate_limited", { retryAfterMs: 7_000 }],
  ])("says what %d means: %s", async (status, code, facts) => {
    const { port, taken } = await endpoint((_request, response) => {
      response.writeHead(status, { "retry-after": "7", location: `http://127.0.0.1:${String(port)}/other` });
      response.end("no\nthanks");
    });
    await expect(local.post(`http://127.0.0.1:${String(port)}/`, {}, "{}")).rejects.toMatchObject({
      code,
      facts: { status, said: "no thanks", ...facts },
    });
    expect(taken).toHaveLength(1);
  });

  it("reads no more of an answer than its beginning", async () => {
    const { port } = await endpoint((_request, response) => {
      response.writeHead(500);
      const more = (): void => {
        if (!response.destroyed) response.write("a".repeat(1_000), () => setImmediate(more));
      };
      more();
    });
    await expect(local.post(`http://127.0.0.1:${String(port)}/`, {}, "{}")).rejects.toMatchObject({
      code: "channel_unavailable",
      facts: { status: 500, said: "a".repeat(200) },
    });
  });

  it("gives up after its time, not knowing what became of it", async () => {
    const { port, taken } = await endpoint(() => undefined);
    const limits = { allowPrivate: ["127.0.0.1"], timeoutMs: 50 };
    const hasty = createWebhookSender({ ...limits, endAfter: endOnceHeard(() => taken.length) });
    await expect(hasty.post(`http://127.0.0.1:${String(port)}/`, {}, "{}")).rejects.toMatchObject({
      code: "channel_unavailable",
      facts: { reached: true },
    });
    expect(taken).toHaveLength(1);
    // By the machine's own timer.
    await expect(
      createWebhookSender(limits).post(`http://127.0.0.1:${String(port)}/`, {}, "{}"),
    ).rejects.toMatchObject({ code: "channel_unavailable" });
  });

  it("gives up on a name that does not resolve in time", async () => {
    const slow = createWebhookSender({
      allowPrivate: [],
      timeoutMs: 50,
      resolve: () => new Promise(() => undefined),
    });
    await expect(slow.post("https://slow.example/", {}, "{}")).rejects.toMatchObject({
      code: "channel_unavailable",
      facts: { reached: false },
    });
  });

  it("knows that nothing was done where nobody listens", async () => {
    await expect(local.post(nobodyListens, {}, "{}")).rejects.toMatchObject({
      code: "channel_unavailable",
      facts: { reached: false, reason: "ECONNREFUSED" },
    });
  });

  describe("with addresses that are not public", () => {
    const resolving = (...addresses: readonly string[]) => {
      const asked: string[] = [];
      const resolve = async (host: string): Promise<readonly string[]> => {
        asked.push(host);
        return addresses;
      };
      return { asked, resolve };
    };

    it.each([
      "https://127.0.0.1/",
      "https://[::1]/",
      "https://[::ffff:169.254.169.254]/",
      "https://2130706433/",
      "https://0x7f.1/",
      "https://169.254.169.254/latest/meta-data/",
    ])("refuses %s", async (address) => {
      const sender = createWebhookSender({ allowPrivate: [] });
      await expect(sender.post(address, {}, "{}")).rejects.toMatchObject({
        code: "channel_refused",
        facts: { reached: false },
      });
    });

    it("refuses a name that means one of them, were it one of several", async () => {
      const { resolve } = resolving("8.8.8.8", "10.0.0.5");
      await expect(
        createWebhookSender({ allowPrivate: [], resolve }).post("https://rebind.example/", {}, "{}"),
      ).rejects.toMatchObject({ code: "channel_refused" });
    });

    it("goes to the very address that it has checked, whatever the name means later", async () => {
      const { port, taken } = await endpoint((_request, response) => response.writeHead(200).end("ok"));
      const { asked, resolve } = resolving("127.0.0.1");
      const sender = createWebhookSender({
        allowPrivate: ["hooks.internal"],
        resolve,
        timeoutMs: amplyMs,
      });
      await sender.post(`http://hooks.internal:${String(port)}/`, {}, "{}");
      expect(asked).toEqual(["hooks.internal"]);
      expect(taken[0]?.headers.host).toBe(`hooks.internal:${String(port)}`);
    });

    it("speaks plainly with those alone that are allowed", async () => {
      const { resolve } = resolving("8.8.8.8");
      const sender = createWebhookSender({ allowPrivate: ["10.0.0.0/8"], resolve });
      await expect(sender.post("http://public.example/", {}, "{}")).rejects.toMatchObject({
        code: "channel_refused",
        message: "The address does not begin with https://.",
      });
      await expect(sender.post("ftp://public.example/", {}, "{}")).rejects.toMatchObject({
        code: "channel_refused",
      });
    });
  });

  it("checks certificates, and names its host", async () => {
    const { certificate, key } = selfSignedCertificate("localhost");
    const names: (string | undefined)[] = [];
    const server = createTlsServer({ key, cert: certificate }, (request, response) => {
      names.push((request.socket as { servername?: string }).servername);
      response.writeHead(200).end();
    });
    const url = `https://localhost:${String(await listening(server))}/`;
    const options = {
      allowPrivate: ["localhost"],
      resolve: async () => ["127.0.0.1"],
      timeoutMs: amplyMs,
    };
    await expect(createWebhookSender(options).post(url, {}, "{}")).rejects.toMatchObject({
      code: "channel_unavailable",
      facts: { reached: false },
    });
    await createWebhookSender({ ...options, ca: certificate }).post(url, {}, "{}");
    expect(names).toEqual(["localhost"]);
  });
});
