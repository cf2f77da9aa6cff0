import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { amplyMs } from "../../../tests/support/time-limits.ts";
import { createBotTokens } from "./bot-tokens.ts";

/**
 * Where Azure's App Service gives an application the identity's token, by the environment that it sets itself. Microsoft's
 * library looks for it once in a process, so that there is one for all tests.
 */
describe("a managed identity", () => {
  let azure: Server;
  let asked: {
    readonly path: string;
    readonly query: URLSearchParams;
    readonly headers: IncomingHttpHeaders;
  }[];
  let answers: () => readonly [number, object];
  let before: NodeJS.ProcessEnv;
  beforeAll(async () => {
    azure = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://azure.example");
      asked.push({ path: pathname, query: searchParams, headers: request.headers });
      const [status, body] = answers();
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
    azure.listen(0, "127.0.0.1");
    await once(azure, "listening");
    const { port } = azure.address() as AddressInfo;
    before = { ...process.env };
    Object.assign(process.env, {
      IDENTITY_ENDPOINT: `http://127.0.0.1:${String(port)}/msi/token`,
      IDENTITY_HEADER: "of-this-app",
    });
  });
  beforeEach(() => {
    asked = [];
    const expires = Math.floor(Date.now() / 1_000) + 86_400;
    answers = () => [
      200,
      {
        access_token: "azure-token",
        expires_on: String(expires),
        expires_in: "86400",
        resource: "https://api.botframework.com",
        token_type: "Bearer",
      },
    ];
  });
  afterAll(async () => {
    process.env = before;
    azure.closeAllConnections();
    azure.close();
    await once(azure, "close");
  });
  const tokens = (appId: string) =>
    createBotTokens(
      {
        appId,
        homeTenantId: "tenant",
        proof: { kind: "managed" },
        loginUrl: "http://127.0.0.1:9",
        timeoutMs: amplyMs,
      },
      { clock: { now: () => new Date() } },
    );

  it("gets its token from the identity endpoint of App Service, once for several calls", async () => {
    const { token } = tokens("11111111-0000-0000-0000-000000000001");
    expect(await Promise.all([token(), token()])).toEqual(["azure-token", "azure-token"]);
    expect(await token()).toBe("azure-token");
    expect(asked.map(({ path }) => path)).toEqual(["/msi/token"]);
    expect(asked[0]?.headers["x-identity-header"]).toBe("of-this-app");
    expect(Object.fromEntries(asked[0]?.query ?? [])).toMatchObject({
      client_id: "11111111-0000-0000-0000-000000000001",
      resource: "https://api.botframework.com",
    });
  });

  it("says what to do where Azure gives none", async () => {
    answers = () => [400, { error: "invalid_request", error_description: "Identity not found" }];
    await expect(tokens("11111111-0000-0000-0000-000000000003").token()).rejects.toMatchObject({
      code: "channel_unavailable",
      remedy: expect.stringContaining("whose client id is TEAMS_APP_ID"),
    });
  });
});
