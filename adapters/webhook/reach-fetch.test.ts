import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "@jest/globals";
import { createFindReachable } from "./find-reachable.ts";
import { createReachFetch } from "./reach-fetch.ts";

describe("fetch to addresses that others have typed in", () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  const listening = async (answer: RequestListener): Promise<string> => {
    const server = createServer(answer).listen(0, "127.0.0.1");
    servers.push(server);
    await new Promise((resolve) => server.once("listening", resolve));
    return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  };
  const local = createReachFetch(createFindReachable({ allowPrivate: ["127.0.0.1"] }));

  interface Taken {
    readonly method: string | undefined;
    readonly headers: IncomingHttpHeaders;
    readonly body: string;
  }
  const keeping =
    (taken: Taken[], status: number, headers: Record<string, string | string[]>, said?: string) =>
    (...[request, response]: Parameters<RequestListener>): void => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { method, headers: told } = request;
        taken.push({ method, headers: told, body: Buffer.concat(chunks).toString() });
        response.writeHead(status, headers).end(said);
      });
    };

  it("sends what it is given, and gives back what is answered", async () => {
    const taken: Taken[] = [];
    const url = await listening(keeping(taken, 429, { "retry-after": "7" }, '{"a":"ก"}'));
    const response = await local(`${url}/x?y=1`, {
      method: "POST",
      headers: { authorization: "Bearer secret", "content-type": "application/json" },
      body: JSON.stringify({ b: "ข" }),
    });
    expect([response.status, response.headers.get("retry-after"), await response.json()]).toEqual([
      429,
      "7",
      { a: "ก" },
    ]);
    expect(taken).toMatchObject([
      {
        method: "POST",
        headers: {
          authorization: "Bearer secret",
          "content-type": "application/json",
          "content-length": "11",
        },
        body: '{"b":"ข"}',
      },
    ]);
  });

  it("sends forms, and takes answers without a body", async () => {
    const taken: Taken[] = [];
    const url = await listening(keeping(taken, 204, {}));
    const form = new FormData();
    form.append("file", new File(["words"], "a.txt", { type: "text/plain" }));
    const response = await local(url, { method: "POST", body: form });
    expect([response.status, await response.text()]).toEqual([204, ""]);
    expect(taken[0]?.headers["content-type"]).toMatch(/^multipart\/form-data; boundary=/);
    expect(taken[0]?.body).toContain('filename="a.txt"');
  });

  it("follows no redirect", async () => {
    const taken: Taken[] = [];
    const url = await listening(
      keeping(taken, 302, { location: "http://169.254.169.254/latest/meta-data/" }),
    );
    expect((await local(url)).status).toBe(302);
    expect(taken).toHaveLength(1);
  });

  it("gives up after its time, before the answer and within it", async () => {
    const silent = await listening(() => undefined);
    await expect(local(silent, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      name: "TimeoutError",
    });
    const halting = await listening((_request, response) => {
      response.writeHead(200).write("half");
    });
    const ending = new AbortController();
    const response = await local(halting, { signal: ending.signal });
    const reading = expect(response.text()).rejects.toThrow();
    ending.abort(new DOMException("It took too long.", "TimeoutError"));
    await reading;
  });

  it.each([
    "https://127.0.0.1/",
    "http://[::1]:8080/",
    "https://[::ffff:169.254.169.254]/",
    "https://2130706433/",
    "https://10.1.2.3/rest/api/3/myself",
    "http://8.8.8.8/",
    "file:///etc/passwd",
  ])("refuses %s, and sends nothing", async (address) => {
    const fetching = createReachFetch(createFindReachable({ allowPrivate: [] }));
    await expect(fetching(address)).rejects.toMatchObject({
      code: "channel_refused",
      facts: { reached: false },
    });
  });

  it("goes to the very address that it has checked, whatever the name means later", async () => {
    const taken: Taken[] = [];
    const url = new URL(await listening(keeping(taken, 200, {}, "ok")));
    const resolved: string[] = [];
    const resolve = async (host: string): Promise<readonly string[]> => {
      resolved.push(host);
      return ["127.0.0.1"];
    };
    const named = createReachFetch(createFindReachable({ allowPrivate: ["jira.internal"], resolve }));
    expect((await named(`http://jira.internal:${url.port}/`)).status).toBe(200);
    expect(resolved).toEqual(["jira.internal"]);
    expect(taken[0]?.headers.host).toBe(`jira.internal:${url.port}`);
  });
});
