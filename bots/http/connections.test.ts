import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Connection } from "../../core/connections/connection.ts";
import { openConnection } from "../../core/connections/open-connection.ts";
import type { ConnectionId } from "../../core/ids.ts";
import { signWebhook } from "../../core/webhooks/sign-webhook.ts";
import type { ApiClient } from "../../tests/support/api-client.ts";
import { benchAddress, httpBench, type HttpBench } from "../../tests/support/http-bench.ts";
import type { ApiError } from "./contract/error.ts";
import { connectionListSchema, connectionTestSchema, type ConnectionView } from "./contract/connection.ts";

interface Failed {
  readonly error: ApiError;
}
const jira = {
  kind: "jira",
  name: "Tickets",
  settings: { base_url: "https://acme.atlassian.net/", email: "bot@acme.example" },
  secrets: { token: "the-token-of-the-bot" },
} as const;
const signing = "first-signing-secret-of-many";

describe("connections at the API", () => {
  let bench: HttpBench;
  let ada: ApiClient;
  let sam: ApiClient;
  beforeEach(async () => {
    bench = await httpBench();
    [ada, sam] = await Promise.all([bench.signIn("ada"), bench.signIn("sam")]);
  });
  afterEach(() => bench.close());

  const add = async (body: unknown) =>
    await ada.request<ConnectionView & Failed>("POST", "/connections", body);
  const change = async (id: string, body: unknown) =>
    await ada.request<ConnectionView & Failed>("PATCH", `/connections/${id}`, body);
  const faultsOf = ({ status, body }: { readonly status: number; readonly body: Failed }) => ({
    status,
    faults: Object.keys(body.error.facts),
  });
  async function kept(id: string): Promise<Connection> {
    const found = await bench.database.withTenant(bench.company.tenantId, ({ connections }) =>
      connections.find(id as ConnectionId),
    );
    if (!found) throw new Error("there is no such connection");
    return found;
  }

  it("keeps secrets sealed, and tells them to nobody", async () => {
    const added = await add(jira);
    expect(added).toMatchObject({
      status: 200,
      body: {
        name: "Tickets",
        state: "active",
        settings: { base_url: "https://acme.atlassian.net", edition: "cloud", poll_seconds: 60 },
        secretsSet: ["token"],
        fault: null,
        hookUrl: `${benchAddress}/v1/hooks/jira/${bench.company.tenantId}/${added.body.id}`,
        pending: 0,
        dead: 0,
      },
    });
    const listed = await ada.request("GET", "/connections");
    expect(connectionListSchema.parse(listed.body).items).toHaveLength(1);
    const connection = await kept(added.body.id);
    const everywhere = [
      added.body,
      listed.body,
      connection,
      bench.database.tables(bench.company.tenantId).audit,
    ];
    expect(JSON.stringify(everywhere)).not.toContain(jira.secrets.token);
    expect(openConnection(bench.ports.secrets, "jira", connection).secrets.token).toBe(jira.secrets.token);
    expect(bench.audited()).toContain("connection.created success");
  });

  it("is for admins alone", async () => {
    const { id } = (await add(jira)).body;
    for (const [method, path] of [
      ["GET", "/connections"],
      ["POST", "/connections"],
      ["PATCH", `/connections/${id}`],
      ["POST", `/connections/${id}/test`],
    ] as const) {
      const body = method === "GET" ? undefined : method === "POST" && path === "/connections" ? jira : {};
      expect([method, path, (await sam.request(method, path, body)).status]).toEqual([method, path, 403]);
    }
  });

  it("names each faulty field, and a name that is taken", async () => {
    expect(faultsOf(await add({ ...jira, settings: { base_url: "acme", port: 1 }, secrets: {} }))).toEqual({
      status: 400,
      faults: ["settings.base_url", "settings", "secrets.token"],
    });
    expect((await add(jira)).status).toBe(200);
    expect((await add(jira)).status).toBe(409);
    expect((await add({ ...jira, kind: "fax", name: "Fax" })).status).toBe(400);
  });

  it("exchanges secrets without a gap, and wants them again for another address", async () => {
    const { id } = (await add({ ...jira, secrets: { ...jira.secrets, webhook_secrets: ["a".repeat(20)] } }))
      .body;
    const secretsOf = async () => openConnection(bench.ports.secrets, "jira", await kept(id)).secrets;
    expect((await change(id, { secrets: { webhook_secrets: ["b".repeat(20)] } })).status).toBe(200);
    expect(await secretsOf()).toEqual({
      token: jira.secrets.token,
      webhook_secrets: ["b".repeat(20), "a".repeat(20)],
    });
    expect((await change(id, { newestSecretOnly: true })).status).toBe(200);
    expect((await secretsOf()).webhook_secrets).toEqual(["b".repeat(20)]);
    const settings = { ...jira.settings, base_url: "https://evil.example" };
    expect(faultsOf(await change(id, { settings }))).toEqual({ status: 400, faults: ["secrets.token"] });
    expect((await change(id, { settings, secrets: { token: "another" } })).status).toBe(200);
    expect((await secretsOf()).token).toBe("another");
  });

  it("switches off and on, and keeps a name that policies use", async () => {
    const { id } = (await add(jira)).body;
    expect((await change(id, { state: "off" })).body.state).toBe("off");
    expect((await change(id, { state: "active" })).body.state).toBe("active");
    expect(bench.audited()).toEqual(
      expect.arrayContaining(["connection.switched_off success", "connection.changed success"]),
    );
    const policy = {
      on: { overdue: "ticket" },
      ticket: { connection: "Tickets", project: "OPS", issue_type: "Task" },
    };
    await ada.request("PUT", "/departments/operations/escalation-policy", { policy });
    expect((await change(id, { name: "Other" })).status).toBe(409);
    await ada.request("PUT", "/departments/operations/escalation-policy", { policy: {} });
    expect((await change(id, { name: "Other" })).body.name).toBe("Other");
  });

  it("tests a webhook with a signed event, and tells what is wrong and what to do", async () => {
    const got: { readonly headers: Record<string, unknown>; readonly body: string }[] = [];
    let status = 200;
    const endpoint = createServer((request, response) => {
      let body = "";
      request.on("data", (part: Buffer) => {
        body += part.toString("utf8");
      });
      request.on("end", () => {
        got.push({ headers: request.headers, body });
        response.writeHead(status).end();
      });
    }).listen(0, "127.0.0.1");
    await once(endpoint, "listening");
    const { port } = endpoint.address() as AddressInfo;
    try {
      const { id, hookUrl } = (
        await add({
          kind: "webhook",
          name: "data",
          settings: { url: `http://127.0.0.1:${String(port)}/in`, events: ["answer.sent"] },
          secrets: { signing_secrets: [signing] },
        })
      ).body;
      expect(hookUrl).toBeNull();
      const test = async () =>
        connectionTestSchema.parse((await ada.request("POST", `/connections/${id}/test`)).body);
      expect(await test()).toEqual({ as: `127.0.0.1:${String(port)}`, faults: [] });
      const [told] = got;
      const at = new Date(Number(told?.headers["webhook-timestamp"]) * 1_000);
      const signed = signWebhook(String(told?.headers["webhook-id"]), at, told?.body ?? "", [signing]);
      expect(told?.headers).toMatchObject(signed);
      expect(JSON.parse(told?.body ?? "")).toMatchObject({ type: "test" });
      status = 500;
      const failed = await test();
      expect(failed.as).toBeNull();
      expect(failed.faults).toHaveLength(1);
      const [shown] = connectionListSchema.parse((await ada.request("GET", "/connections")).body).items;
      expect(shown?.health).toMatchObject({ failures: 1, lastError: expect.any(String) as unknown });
      expect(bench.audited().filter((event) => event.startsWith("connection.tested"))).toEqual([
        "connection.tested success",
        "connection.tested error",
      ]);
    } finally {
      endpoint.close();
    }
  });
});
