import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { HookReading, ToldChange } from "../../core/connections/hook-reader.ts";
import type { PlatformIncident, PlatformUser } from "../../tests/pagerduty-platform/incident-book.ts";
import {
  type PagerDutyPlatform,
  startPagerDutyPlatform,
} from "../../tests/pagerduty-platform/start-pagerduty-platform.ts";
import { signWebhook } from "../../tests/pagerduty-platform/webhook-sender.ts";
import { pagerDutyHookReader } from "./hook-reader.ts";
import { noteText } from "./note-text.ts";
import { pagerDutyEvents } from "./read-webhook.ts";

const secret = "a secret of sixteen";
const now = new Date("2026-11-21T08:00:00.000Z");

/** As https://developer.pagerduty.com/docs/webhooks/v3-overview/ shows one, but for what it is about. */
const event = (change: Readonly<Record<string, unknown>> = {}): Buffer =>
  Buffer.from(
    JSON.stringify({
      event: {
        id: "5ac64822-4adc-4fda-ade0-410becf0de4f",
        event_type: "incident.acknowledged",
        resource_type: "incident",
        occurred_at: "2026-11-21T07:59:58.169Z",
        agent: {
          html_url: "https://acme.pagerduty.com/users/PLH1HKV",
          id: "PLH1HKV",
          self: "https://api.pagerduty.com/users/PLH1HKV",
          summary: "Tenex Engineer ก",
          type: "user_reference",
        },
        client: { name: "PagerDuty" },
        data: {
          id: "PGR0VU2",
          type: "incident",
          html_url: "https://acme.pagerduty.com/incidents/PGR0VU2",
          number: 2,
          status: "acknowledged",
          incident_key: "link-1",
          created_at: "2026-11-21T07:50:00Z",
          title: "A little bump in the road",
          assignees: [{ id: "PTUXL6G", summary: "User 123", type: "user_reference" }],
          resolve_reason: null,
        },
        ...change,
      },
    }),
  );

const read = (
  rawBody: Buffer,
  headers: Readonly<Record<string, string>> = {},
  secrets: readonly string[] = [secret],
): HookReading =>
  pagerDutyHookReader.read(
    {
      rawBody,
      headers: {
        "x-pagerduty-signature": signWebhook(rawBody, [secret]),
        "x-webhook-id": "delivery-1",
        ...headers,
      },
    },
    secrets,
    now,
  );

function told(reading: HookReading): ToldChange {
  if (reading.outcome !== "told") throw new Error(reading.outcome);
  // As it comes back from where it was stored.
  return pagerDutyHookReader.told(JSON.parse(JSON.stringify(reading.body)));
}

describe("a webhook of PagerDuty", () => {
  it("tells the whole change, and keeps nothing but what that needs", () => {
    const reading = read(event());
    expect(reading).toMatchObject({ outcome: "told", deliveryId: "delivery-1" });
    expect(JSON.stringify(reading)).not.toContain("little bump");
    expect(told(reading)).toEqual({
      externalId: "PGR0VU2",
      key: "link-1",
      change: {
        externalId: "PGR0VU2",
        key: "link-1",
        externalKey: "#2",
        url: "https://acme.pagerduty.com/incidents/PGR0VU2",
        at: new Date("2026-11-21T07:59:58.169Z"),
        state: "acknowledged",
        status: "acknowledged",
        assignees: [{ name: "User 123", email: null }],
        resolution: null,
        by: { name: "Tenex Engineer ก", email: null },
        comments: [],
        answer: null,
      },
    });
  });

  it("names nobody where an integration did it, and no key where there is none", () => {
    const data = { id: "P1", status: "resolved", number: null, incident_key: "", assignees: null };
    for (const agent of [
      null,
      { id: "PI", type: "inbound_integration_reference", summary: "Events API v2" },
    ]) {
      const change = told(read(event({ event_type: "incident.resolved", agent, data })));
      expect(change).toMatchObject({ key: null, change: { key: null, by: null, state: "resolved" } });
    }
    const merged = {
      ...data,
      resolve_reason: { type: "merge_resolve_reason", incident: { id: "P2", summary: "[#3] Fire" } },
    };
    expect(told(read(event({ data: merged }))).change?.resolution).toBe("merged into [#3] Fire");
  });

  it("tells a note as a comment, and of ours that it is", () => {
    const data = { id: "PN1", type: "incident_note", trimmed: false, incident: { id: "PGR0VU2" } };
    const note = (content: string, trimmed = false) =>
      told(read(event({ event_type: "incident.annotated", data: { ...data, content, trimmed } })));
    expect(note("On my *way*.")).toEqual({
      externalId: "PGR0VU2",
      key: null,
      change: null,
      comments: [
        {
          id: "PN1",
          by: { name: "Tenex Engineer ก", email: null },
          at: new Date("2026-11-21T07:59:58.169Z"),
          text: "On my *way*.",
          isPublic: true,
          isOurs: false,
        },
      ],
    });
    expect(note(noteText({ key: "n-1", by: "Ada", text: "Hurry." })).comments).toMatchObject([
      { isOurs: true },
    ]);
    expect(note("long", true).comments).toMatchObject([{ text: "long …" }]);
  });

  it("has it read where its own words do not say how it stands", () => {
    const data = {
      type: "incident_responder",
      incident: { id: "PGR0VU2" },
      user: { id: "P1" },
      state: "pending",
    };
    expect(told(read(event({ event_type: "incident.responder.added", data })))).toEqual({
      externalId: "PGR0VU2",
      key: null,
      change: null,
    });
  });

  it("has it read where its words are new", () => {
    const data = { id: "PGR0VU2", type: "incident", status: "on fire" };
    expect(told(read(event({ data })))).toEqual({ externalId: "PGR0VU2", key: null, change: null });
  });

  it("is any of those that are asked for", () => {
    expect(pagerDutyEvents).toEqual(
      expect.arrayContaining([
        "incident.triggered",
        "incident.acknowledged",
        "incident.unacknowledged",
        "incident.resolved",
        "incident.reopened",
        "incident.reassigned",
        "incident.delegated",
        "incident.annotated",
        "incident.priority_updated",
        "incident.responder.added",
      ]),
    );
  });

  it.each([
    ["pagey.ping", { message: "Hello from your friend Pagey!", type: "ping" }],
    ["incident.status_update_published", { id: "P1" }],
    ["service.updated", { id: "P1" }],
  ])("%s is ignored", (type, data) => {
    expect(read(event({ event_type: type, resource_type: "other", data }))).toEqual({ outcome: "ignored" });
  });

  it("is taken by any of several secrets, signed by any of several", () => {
    const body = event();
    const signature = (...by: readonly string[]) => ({ "x-pagerduty-signature": signWebhook(body, by) });
    const [older, newer] = ["the older of the two", "the newer of the two"];
    expect(read(body, signature(older), [newer, older])).toMatchObject({ outcome: "told" });
    expect(read(body, signature(older, newer), [newer])).toMatchObject({ outcome: "told" });
    expect(
      read(body, { "x-pagerduty-signature": signWebhook(body, [older, newer]).replace(",", ", ") }, [newer]),
    ).toMatchObject({
      outcome: "told",
    });
    expect(read(body, signature(older), [newer])).toEqual({ outcome: "forged", reason: "wrong" });
    expect(read(body, signature(older), [])).toEqual({ outcome: "forged", reason: "wrong" });
  });

  it.each([
    ["none", {}, "unsigned"],
    ["an empty one", { "x-pagerduty-signature": "" }, "unsigned"],
    [
      "another version",
      { "x-pagerduty-signature": signWebhook(event(), [secret]).replace("v1", "v2") },
      "wrong",
    ],
    ["half of one", { "x-pagerduty-signature": signWebhook(event(), [secret]).slice(0, 40) }, "wrong"],
    ["words", { "x-pagerduty-signature": "v1=yes" }, "wrong"],
    ["one of other bytes", { "x-pagerduty-signature": signWebhook(Buffer.from("{}"), [secret]) }, "wrong"],
  ])("with %s for a signature is forged", (_what, headers, reason) => {
    const reading = pagerDutyHookReader.read({ rawBody: event(), headers }, [secret], now);
    expect(reading).toEqual({ outcome: "forged", reason });
  });

  it("is of its very bytes", () => {
    const body = event();
    const signature = { "x-pagerduty-signature": signWebhook(body, [secret]) };
    const spaced = Buffer.from(JSON.stringify(JSON.parse(body.toString()), null, 1));
    expect(read(spaced, signature)).toEqual({ outcome: "forged", reason: "wrong" });
  });

  it("that happened more than a day ago was sent again by somebody else", () => {
    const at = (ms: number) => event({ occurred_at: new Date(now.getTime() - ms).toISOString() });
    const day = 86_400_000;
    expect(read(at(day))).toMatchObject({ outcome: "told" });
    expect(read(at(day + 1))).toEqual({ outcome: "forged", reason: "old" });
  });

  it("that is no event cannot be read", () => {
    for (const body of [
      Buffer.from("not json"),
      Buffer.from([0xff, 0xfe]),
      Buffer.from("null"),
      Buffer.from("[]"),
      Buffer.from('{"event":{}}'),
      event({ data: null }),
      event({ data: { status: "on fire" } }),
      event({ occurred_at: "yesterday" }),
    ]) {
      expect(read(body)).toMatchObject({ outcome: "unreadable" });
    }
    expect(() => pagerDutyHookReader.told({ event_type: "incident.acknowledged" })).toThrow(
      expect.objectContaining({ code: "invalid_input" }),
    );
  });

  it("without a header of its own has the event's id", () => {
    expect(read(event(), { "x-webhook-id": "" })).toMatchObject({
      deliveryId: "5ac64822-4adc-4fda-ade0-410becf0de4f",
    });
  });
});

describe("webhooks of PagerDuty, as they come", () => {
  let platform: PagerDutyPlatform;
  let server: Server;
  let ana: PlatformUser;
  const readings: HookReading[] = [];
  /** What the next ones are answered; then they are taken. */
  const answers: number[] = [];
  beforeAll(async () => {
    platform = await startPagerDutyPlatform();
    ana = platform.addUser("Ana", "ana@vendor.example");
    platform.addService("Facilities", "routing", ana);
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { headers } = request;
        readings.push(
          pagerDutyHookReader.read({ headers, rawBody: Buffer.concat(chunks) }, [secret], new Date()),
        );
        response.writeHead(answers.shift() ?? 202).end();
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
    platform.webhooks.target = { url, secrets: ["one that is coming", secret] };
    platform.webhooks.retryMs = 5;
  });
  afterAll(async () => {
    await platform.close();
    server.close();
  });

  function trigger(key: string): PlatformIncident {
    const payload = { summary: "Fire", source: "s", severity: "info" };
    platform.event({ routing_key: "routing", event_action: "trigger", dedup_key: key, payload });
    const incident = platform.ofKey(key);
    if (!incident) throw new Error("There is none.");
    return incident;
  }

  it("tell each thing that happens, in its order", async () => {
    readings.splice(0);
    const incident = trigger("k-1");
    platform.acknowledge(incident, ana);
    platform.reassign(incident, [ana], ana);
    platform.annotate(incident, ana, "Looking.");
    platform.prioritize(incident, ana);
    platform.unacknowledge(incident, null);
    platform.addResponder(incident, ana, ana, "Please.");
    platform.resolve(incident, ana);
    platform.reopen(incident, ana);
    await platform.webhooks.settled();
    const changes = readings.map(told);
    expect(changes.map(({ change }) => change?.state ?? null)).toEqual([
      "open",
      "acknowledged",
      "acknowledged",
      null,
      "acknowledged",
      "open",
      null,
      "resolved",
      "open",
    ]);
    expect(changes[0]).toMatchObject({ key: "k-1", change: { by: null, assignees: [{ name: "Ana" }] } });
    expect(changes[7]).toMatchObject({ change: { by: { name: "Ana", email: null } } });
    const moments = changes.flatMap(({ change }) => change?.at.getTime() ?? []);
    expect(moments).toEqual(moments.toSorted((one, other) => one - other));
  });

  it("come again under the same id until they are taken", async () => {
    readings.splice(0);
    answers.push(503, 503);
    trigger("k-2");
    await platform.webhooks.settled();
    expect(readings).toHaveLength(3);
    expect(new Set(readings.map((one) => (one.outcome === "told" ? one.deliveryId : "")))).toHaveProperty(
      "size",
      1,
    );
  });
});
