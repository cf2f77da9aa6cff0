import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "@jest/globals";
import type { HookReading } from "../../core/connections/hook-reader.ts";
import { startServiceNowPlatform } from "../../tests/servicenow-platform/start-servicenow-platform.ts";
import { serviceNowHookReader } from "./hook-reader.ts";

const secret = "a secret of sixteen";
const now = new Date("2026-11-21T08:00:00.000Z");
const sysId = "5ac648224adc4fdaade0410becf0de4f";

const message = (change: Readonly<Record<string, unknown>> = {}): Buffer =>
  Buffer.from(
    JSON.stringify({
      event_id: "event-1",
      sent_at: "2026-11-21T07:59:58Z",
      sys_id: sysId,
      correlation_id: "link-1",
      ...change,
    }),
  );

const mac = (body: Buffer, by: string, encoding: "hex" | "base64" = "hex"): string =>
  `sha256=${createHmac("sha256", by).update(body).digest(encoding)}`;

const read = (
  rawBody: Buffer,
  headers: Readonly<Record<string, string>> = { "x-expert-signature": mac(rawBody, secret) },
  secrets: readonly string[] = [secret],
): HookReading => serviceNowHookReader.read({ headers, rawBody }, secrets, now);

describe("an outbound message of ServiceNow", () => {
  it("tells which incident is to be read", () => {
    const reading = read(message());
    expect(reading).toEqual({
      outcome: "told",
      deliveryId: "event-1",
      body: { sysId, key: "link-1" },
    });
    expect(serviceNowHookReader.told({ sysId, key: "link-1" })).toEqual({
      externalId: sysId,
      key: "link-1",
      change: null,
    });
    expect(read(message({ correlation_id: "", more: "words" }))).toMatchObject({
      body: { sysId, key: null },
    });
  });

  it("is proven by a signature, in hexadecimal or Base64, or by a token", () => {
    const body = message();
    for (const headers of [
      { "x-expert-signature": mac(body, secret) },
      { "x-expert-signature": mac(body, secret, "base64") },
      { authorization: `Bearer ${secret.replaceAll(" ", "_")}` },
      // What else stands there does not matter where it is signed.
      { "x-expert-signature": mac(body, secret), authorization: "Basic eDp5" },
    ]) {
      expect(
        read(body, headers, ["the newer of the two", secret, secret.replaceAll(" ", "_")]),
      ).toMatchObject({
        outcome: "told",
      });
    }
  });

  it.each([
    ["nothing", {}, "unsigned"],
    ["an empty signature", { "x-expert-signature": "" }, "unsigned"],
    ["another secret's signature", { "x-expert-signature": mac(message(), "another of sixteen") }, "wrong"],
    ["the signature of other bytes", { "x-expert-signature": mac(Buffer.from("{}"), secret) }, "wrong"],
    ["half a signature", { "x-expert-signature": mac(message(), secret).slice(0, 30) }, "wrong"],
    ["a plain digest", { "x-expert-signature": mac(message(), secret).slice(7) }, "wrong"],
    ["another token", { authorization: "Bearer another" }, "wrong"],
    ["another kind of token", { authorization: `Basic ${secret}` }, "wrong"],
    [
      "a wrong signature and the right token",
      { "x-expert-signature": "sha256=00", authorization: "Bearer token-of-sixteen" },
      "wrong",
    ],
  ])("with %s is forged", (_what, headers: Readonly<Record<string, string>>, reason) => {
    expect(read(message(), headers, [secret, "token-of-sixteen"])).toEqual({ outcome: "forged", reason });
    expect(read(message(), headers, [])).toMatchObject({ outcome: "forged" });
  });

  it("is old an hour after it was sent, where it says when", () => {
    const at = (ms: number) => message({ sent_at: new Date(now.getTime() - ms).toISOString() });
    const hour = 3_600_000;
    expect(read(at(hour))).toMatchObject({ outcome: "told" });
    expect(read(at(hour + 1))).toEqual({ outcome: "forged", reason: "old" });
    expect(read(at(-hour - 1))).toEqual({ outcome: "forged", reason: "old" });
    expect(read(message({ sent_at: null }))).toMatchObject({ outcome: "told" });
  });

  it("has its bytes for an id where it brings none", () => {
    const ids = [
      message({ event_id: null }),
      message({ event_id: null }),
      message({ event_id: null, sys_id: "0".repeat(32) }),
    ].map((body) => {
      const reading = read(body);
      return reading.outcome === "told" ? reading.deliveryId : "";
    });
    expect(ids[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  it("that names no incident cannot be read", () => {
    const bodies = ["no json", "null", "[]", "{}"].map((text) => Buffer.from(text));
    for (const body of [
      ...bodies,
      Buffer.from([0xff]),
      message({ sys_id: "x^ORactive=true" }),
      message({ sent_at: "now" }),
    ]) {
      expect(read(body)).toMatchObject({ outcome: "unreadable" });
    }
    expect(() => serviceNowHookReader.told({ sysId: "x", key: null })).toThrow(
      expect.objectContaining({ code: "invalid_input" }),
    );
  });

  it("comes from an instance for each change of an incident of ours, either way proven", async () => {
    const platform = await startServiceNowPlatform();
    const readings: HookReading[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { headers } = request;
        readings.push(
          serviceNowHookReader.read(
            { headers, rawBody: Buffer.concat(chunks) },
            ["token-of-sixteen"],
            new Date(),
          ),
        );
        response.writeHead(202).end();
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
    const ana = platform.addUser("Ana", "ana@vendor.example");
    const record = { sys_id: sysId, state: "1", correlation_id: "k", correlation_display: "The Expert" };
    platform.tables.incident.push(record, { ...record, sys_id: "0".repeat(32), correlation_display: "" });
    for (const by of ["hmac", "bearer"] as const) {
      platform.outbound = { url, secret: "token-of-sixteen", by };
      platform.change(sysId, ana, { state: "2" });
      platform.change("0".repeat(32), ana, { state: "2" });
    }
    await platform.settled();
    expect(readings).toMatchObject([
      { outcome: "told", body: { sysId, key: "k" } },
      { outcome: "told", body: { sysId, key: "k" } },
    ]);
    expect(platform.outboundAnswers).toEqual([202, 202]);
    await platform.close();
    server.close();
  });
});
