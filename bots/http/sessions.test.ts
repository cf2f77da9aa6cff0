import { request as httpRequest } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { apiClient } from "../../tests/support/api-client.ts";
import { benchSecret, httpBench, type HttpBench } from "../../tests/support/http-bench.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import { personOf } from "../../tests/support/sample-work.ts";
import { issueToken, readToken, sessionCookie } from "./session-token.ts";

describe("signing out", () => {
  let bench: HttpBench;
  beforeEach(async () => {
    bench = await httpBench();
  });
  afterEach(async () => {
    await bench.close();
  });
  const session = async (client: {
    request: (method: string, path: string) => Promise<{ status: number }>;
  }) => (await client.request("GET", "/session")).status;

  it("ends all sessions of the person, and nobody else's", async () => {
    const [first, second, vic] = await Promise.all([
      bench.signIn("sam"),
      bench.signIn("sam"),
      bench.signIn("vic"),
    ]);
    expect(await session(second)).toBe(200);
    expect((await first.request("DELETE", "/session")).status).toBe(204);
    expect([await session(first), await session(second), await session(vic)]).toEqual([401, 401, 200]);
    expect(bench.audited()).toEqual(expect.arrayContaining(["auth.logout success", "auth.denied denied"]));
  });

  it("lets the person sign in again at once", async () => {
    for (let round = 0; round < 5; round += 1) {
      const client = await bench.signIn("sam");
      expect(await session(client)).toBe(200);
      await client.request("DELETE", "/session");
      expect(await session(client)).toBe(401);
    }
  });

  it("ends a session that another process began with its clock ahead", async () => {
    const ahead = new Date(Date.now() + 60_000);
    const token = issueToken(benchSecret, {
      tenantId: bench.company.tenantId,
      userId: personOf(bench.company, "sam"),
      issuedAt: ahead,
      expiresAt: new Date(ahead.getTime() + 60_000),
    });
    const client = apiClient(bench.url, `${sessionCookie}=${token}`);
    expect(await session(client)).toBe(200);
    await client.request("DELETE", "/session");
    expect(await session(client)).toBe(401);
    expect(await session(await bench.signIn("sam"))).toBe(200);
  });
});

describe("a refusal", () => {
  let bench: HttpBench;
  beforeEach(async () => {
    bench = await httpBench();
  });
  afterEach(async () => {
    await bench.close();
  });
  const refusedSignIn = async (): Promise<void> => {
    const body = { email: "eve@small.example" };
    expect((await apiClient(bench.url, "").request("POST", "/session", body)).status).toBe(401);
  };

  it("to sign in is recorded by the one company there is", async () => {
    await refusedSignIn();
    expect(bench.audited()).toEqual(["auth.denied denied"]);
  });

  it("to sign in is no one company's where there are several, and the log has no address", async () => {
    bench.database.provision(smallCompany("other"));
    await refusedSignIn();
    expect(bench.audited()).toEqual([]);
    expect(bench.logged.map(({ level }) => level)).toEqual(["warn"]);
    expect(JSON.stringify(bench.logged)).not.toContain("eve@");
  });

  it("of another site's page is recorded of the person in whose name it asked", async () => {
    const sam = await bench.signIn("sam");
    const origin = { origin: "https://evil.example" };
    for (const [method, path] of [
      ["POST", "/turns"],
      ["DELETE", "/session"],
    ] as const) {
      const { status } = await sam.request(method, path, undefined, origin);
      expect(status).toBe(403);
    }
    const denied = bench.audited().filter((event) => event === "policy.denied denied");
    expect(denied).toHaveLength(2);
    const body = { email: "sam@small.example" };
    const stranger = apiClient(bench.url, "");
    expect((await stranger.request("POST", "/session", body, origin)).status).toBe(403);
    expect((await sam.request("GET", "/session", undefined, origin)).status).toBe(200);
  });
});

describe("a session's token", () => {
  it("says who signed in, and when", () => {
    const bytes = {
      tenantId: "11111111-1111-4111-8111-111111111111",
      userId: "22222222-2222-4222-8222-222222222222",
      issuedAt: new Date(1_000),
      expiresAt: new Date(2_000),
    } as unknown as Parameters<typeof issueToken>[1];
    const token = issueToken(benchSecret, bytes);
    expect(readToken(benchSecret, token)).toEqual(bytes);
    expect(readToken("another", token)).toBeNull();
    expect(readToken(benchSecret, token.replace(".1000.", ".1001."))).toBeNull();
  });
});

describe("the accounts without a password", () => {
  let bench: HttpBench;
  beforeEach(async () => {
    bench = await httpBench();
  });
  afterEach(async () => {
    await bench.close();
  });
  const send = (
    method: string,
    path: string,
    headers: Record<string, string>,
    body = "",
  ): Promise<[number, string]> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(bench.url);
      const request = httpRequest({ hostname, port, method, path, headers }, (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
        response.on("end", () => {
          resolve([response.statusCode ?? 0, text]);
        });
      });
      request.on("error", reject);
      request.end(body);
    });

  it.each([
    ["X-Forwarded-For", "127.0.0.1"],
    ["X-Forwarded-Proto", "https"],
    ["X-Forwarded-Host", "localhost"],
    ["Forwarded", "for=127.0.0.1"],
    ["X-Real-IP", "127.0.0.1"],
    ["Via", "1.1 proxy"],
    ["Host", "expert.example"],
  ])("are not for what comes through a proxy or by another name: %s", async (header, value) => {
    const [, options] = await send("GET", "/v1/sign-in-options", { [header]: value });
    expect(JSON.parse(options)).toEqual({ companyName: null, localAccounts: [] });
    const [status] = await send(
      "POST",
      "/v1/session",
      { "content-type": "application/json", [header]: value },
      JSON.stringify({ email: "sam@small.example" }),
    );
    expect(status).toBe(401);
  });

  it("are for whoever is on this machine", async () => {
    const [, options] = await send("GET", "/v1/sign-in-options", {});
    expect((JSON.parse(options) as { localAccounts: unknown[] }).localAccounts).toHaveLength(4);
  });
});
