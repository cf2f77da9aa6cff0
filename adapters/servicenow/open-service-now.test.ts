import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { connectionSettings } from "../../core/connections/connection-settings.ts";
import type { TicketSystem } from "../../core/escalation/ticket-system.ts";
import {
  policyTicket,
  sampleTicketDraft,
  type TicketFault,
  ticketSystemContract,
} from "../../tests/contract/ticket-system.ts";
import {
  type ServiceNowFault,
  type ServiceNowPlatform,
  startServiceNowPlatform,
} from "../../tests/servicenow-platform/start-servicenow-platform.ts";
import { amplyMs, endOnceHeard, nobodyListens } from "../../tests/support/time-limits.ts";
import { openServiceNow } from "./open-service-now.ts";

const timeoutMs = 50;
const now = new Date("2026-11-21T08:00:00Z");
const clock = { now: () => now };

interface Changed {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, unknown>>;
}
function open(
  platform: ServiceNowPlatform,
  { settings, secrets }: Changed = {},
  waits: Pick<Parameters<typeof openServiceNow>[1], "timeoutMs" | "endAfter"> = { timeoutMs: amplyMs },
): TicketSystem {
  const kind = connectionSettings.servicenow;
  return openServiceNow(
    {
      settings: kind.settings.parse({ base_url: platform.baseUrl, username: platform.username, ...settings }),
      secrets: kind.secrets.parse({ password: platform.password, ...secrets }),
    },
    { clock, ...waits },
  );
}

ticketSystemContract("servicenow", async () => {
  const platform = await startServiceNowPlatform();
  const people = new Map<string, ReturnType<ServiceNowPlatform["addUser"]>>();
  const personOf = (name: string, email: string | null) => {
    const known = people.get(name) ?? platform.addUser(name, email ?? "");
    people.set(name, known);
    return known;
  };
  let unreachable = false;
  // The next request goes where nothing listens.
  const tickets = new Proxy(open(platform), {
    get(target, name, receiver) {
      const used = unreachable ? open(platform, { settings: { base_url: nobodyListens } }) : target;
      unreachable = false;
      return Reflect.get(used, name, receiver) as unknown;
    },
  });
  const planned: Record<Exclude<TicketFault, "unreachable">, ServiceNowFault> = {
    busy: { status: 429, headers: { "retry-after": "7" } },
    broken: { status: 500, body: "<html>" },
    refused: { status: 400 },
    credentials: { status: 401 },
    lost: { how: "close" },
  };
  return {
    tickets,
    ticket: { connection: "servicenow" },
    transitions: { acknowledge: "In Progress", resolve: "Resolved" },
    attachmentLimitBytes: 10 * 1024 * 1024,
    count: () => platform.tables.incident.length,
    files: (id) => platform.files.get(id) ?? [],
    async comment(id, { by, text, internal }) {
      const person = personOf(by.name, by.email);
      platform.change(id, person, { [internal ? "work_notes" : "comments"]: text });
    },
    async assign(id, to) {
      platform.change(id, personOf(to.name, to.email), {
        assigned_to: personOf(to.name, to.email).username,
      });
    },
    async remove(id) {
      platform.remove(id);
    },
    failNext(fault) {
      if (fault === "unreachable") unreachable = true;
      else platform.fail(planned[fault]);
    },
    async close() {
      expect(platform.violations).toEqual([]);
      await platform.close();
    },
  };
});

describe("an incident in ServiceNow", () => {
  let platform: ServiceNowPlatform;
  let ana: ReturnType<ServiceNowPlatform["addUser"]>;
  const draftWith = (ticket: Record<string, unknown> = {}, changed = {}) =>
    sampleTicketDraft(policyTicket({ connection: "servicenow", ...ticket }), changed);
  beforeAll(async () => {
    platform = await startServiceNowPlatform();
    ana = platform.addUser("Ana", "ana@vendor.example");
    platform.addItem("Car park ^ north", ana, "Operational");
    platform.addItem("Car park", ana, "Operational");
    platform.addItem("Twin", null, "Retired");
    platform.addItem("Twin", null, "Operational");
  });
  afterEach(() => {
    expect(platform.violations.splice(0)).toEqual([]);
    platform.asked.splice(0);
  });
  afterAll(() => platform.close());

  it("says in words what it is about", async () => {
    const made = await open(platform).create(draftWith(), "sn-words");
    const record = platform.incident(made.externalId);
    expect(record).toMatchObject({
      short_description: "How do I get a parking card?",
      correlation_id: "sn-words",
      correlation_display: "The Expert",
      urgency: "2",
      impact: "2",
      state: "1",
    });
    expect(record["description"]).toBe(
      [
        "Nobody decided on the draft in time.",
        "Asked by: Ada",
        "Department: Facilities",
        "",
        "Links",
        "=====",
        "Conversation: https://expert.example/chat/1",
        "",
        "Draft of an answer, not approved",
        "================================",
        "Ask at the front desk [1].",
        "",
        "What it rests on",
        "================",
        "[1] Parking",
        "“Cards are at the front desk.”",
        "https://expert.example/sources/1",
        "",
        "Conversation",
        "============",
        "2026-11-20 08:00 UTC Ada:",
        "How do I get a parking card?",
        "",
        "2026-11-20 08:00 UTC The Expert:",
        "I asked Facilities.",
        "",
        "- one",
        "- two",
        "",
      ].join("\n"),
    );
    expect(made.url).toBe(
      `${platform.baseUrl}/nav_to.do?uri=${encodeURIComponent(`incident.do?sys_id=${made.externalId}`)}`,
    );
  });

  it("keeps the newest words within ServiceNow's limits, in Thai too, and says that some are missing", async () => {
    const line = "ขอบัตรจอดรถได้ที่ไหน **กรุณา** ตอบด่วน ";
    const long = draftWith(
      {},
      {
        language: "th",
        summary: "ก".repeat(400),
        draft: line.repeat(200),
        withheld: true,
        citations: Array.from({ length: 20 }, () => ({ title: line, quote: line.repeat(20), url: null })),
        transcript: Array.from({ length: 30 }, (_, index) => ({
          who: "อดา",
          at: now,
          text: `${String(index)} ${line.repeat(30)}`,
        })),
      },
    );
    const made = await open(platform).create(long, "sn-long");
    const { short_description: summary = "", description = "" } = platform.incident(made.externalId);
    expect(summary.length).toBeLessThanOrEqual(160);
    expect(description.length).toBeLessThanOrEqual(4_000);
    expect(description).toContain("29 ขอบัตรจอดรถ");
    expect(description).toContain("https://expert.example/chat/1");
    expect(description).toContain("ห้ามนำออกนอก The Expert");
    expect(description).toContain("บางส่วนถูกตัดออก");
  });

  it("shows nothing of what people write as HTML", async () => {
    const made = await open(platform).create(
      draftWith({}, { draft: "[code]<img src=x onerror=alert(1)>[/CODE]" }),
      "sn-code",
    );
    await open(platform).comment(made.externalId, { key: "c", by: "[code]A", text: "[code]<b>b</b>[/code]" });
    const texts = [
      platform.incident(made.externalId)["description"],
      ...platform.tables.sys_journal_field.map((entry) => entry["value"]),
    ].join("\n");
    expect(texts).not.toMatch(/\[\/?code\]/i);
    platform.change(made.externalId, ana, {
      comments: "[code]<p>It is <b>done</b> &amp; dusted.</p>[/code]",
    });
    const change = await open(platform).read(made.externalId, "last_comment", null);
    expect(change?.comments.at(-1)?.text).toBe("It is done & dusted.");
  });

  it("is as urgent as the policy says, with the fields that it adds, and its own key whatever they are", async () => {
    const made = await open(platform).create(
      draftWith({
        priorities: { warning: "1" },
        fields: { impact: "3", category: "inquiry", correlation_id: "another" },
      }),
      "sn-fields",
    );
    expect(platform.incident(made.externalId)).toMatchObject({
      urgency: "1",
      impact: "3",
      category: "inquiry",
      correlation_id: "sn-fields",
    });
  });

  it("belongs to the configuration item, which it describes", async () => {
    const made = await open(platform).create(draftWith({ configuration_item: "Car park" }), "sn-item");
    const record = platform.incident(made.externalId);
    const item = platform.tables.cmdb_ci.find((one) => one["name"] === "Car park");
    expect(record["cmdb_ci"]).toBe(item?.["sys_id"]);
    expect(record["description"]).toContain(
      "Configuration item: Car park (owner: Ana, status: Operational) http",
    );
    for (const name of [
      "Twin",
      "car park",
      "Nothing",
      "Car park ^ north",
      "javascript:gs.log(1)",
      "x^ORname=Car park",
    ]) {
      const other = await open(platform).create(
        draftWith({ configuration_item: name }),
        `sn-${name.slice(0, 20)}`,
      );
      expect(platform.incident(other.externalId)["cmdb_ci"]).toBeUndefined();
      expect(platform.incident(other.externalId)["description"]).toContain("not found");
    }
    platform.closed.add("cmdb_ci");
    await open(platform).create(draftWith({ configuration_item: "Car park" }), "sn-item-closed");
    platform.closed.clear();
  });

  it("tells who resolved it and with what, and the answer of the policy's field", async () => {
    const made = await open(platform).create(draftWith(), "sn-answer");
    const values = { state: "6", close_code: "Solution provided", close_notes: "Cards are at the desk." };
    platform.change(made.externalId, ana, values);
    expect(await open(platform).read(made.externalId, "close_notes", null)).toMatchObject({
      state: "resolved",
      status: "Resolved",
      resolution: "Solution provided",
      by: { name: "Ana", email: "ana@vendor.example" },
      answer: "Cards are at the desk.",
    });
    for (const odd of ["close_notes,comments", "a b", "x^y", ""]) {
      await expect(open(platform).read(made.externalId, odd, null)).rejects.toMatchObject({
        code: "channel_refused",
      });
    }
  });

  it("is nobody's doing there, and no answer, what is done from here", async () => {
    const made = await open(platform).create(draftWith(), "sn-ours");
    const tickets = open(platform, { settings: { close_code: "Solved (Permanently)" } });
    // The policy's own word for it.
    await tickets.transition(made.externalId, "Done");
    expect(platform.incident(made.externalId)["close_code"]).toBe("Solved (Permanently)");
    expect(await tickets.read(made.externalId, "close_notes", null)).toMatchObject({
      state: "resolved",
      by: null,
      answer: null,
    });
  });

  it("is refused where a rule of the instance keeps it where it was", async () => {
    const made = await open(platform).create(draftWith(), "sn-rule");
    platform.keptFrom.add("2");
    await expect(open(platform).transition(made.externalId, "In Progress")).rejects.toMatchObject({
      code: "channel_refused",
      remedy: expect.stringContaining("business rules"),
    });
    platform.keptFrom.clear();
  });

  it.each<[string, ServiceNowFault]>([
    ["is slow", { how: "late", ms: 2 * timeoutMs }],
    ["does not answer", { how: "hang" }],
    ["cuts the connection after its work", { how: "close", done: true }],
    ["fails after its work", { status: 500, done: true }],
    ["answers half", { status: 201, body: '{"result": {', done: true }],
    ["sleeps", { status: 200, body: "<html>Instance Hibernating page</html>" }],
    ["sends elsewhere", { status: 302, headers: { location: "http://127.0.0.1:9/" } }],
  ])("is tried once where ServiceNow %s, and may have come through", async (what, fault) => {
    platform.fail(fault);
    const isSilent = "how" in fault && fault.how !== "close";
    const endAfter = endOnceHeard(() => platform.asked.length);
    const error: unknown = await open(platform, {}, isSilent ? { timeoutMs, endAfter } : undefined)
      .create(draftWith(), `sn-${what}`)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "channel_unavailable" });
    expect(error).not.toMatchObject({ facts: { reached: false } });
    expect(platform.asked).toHaveLength(1);
    const done = "done" in fault || ("how" in fault && fault.how === "late");
    expect(await open(platform).find(`sn-${what}`)).toHaveLength(done ? 1 : 0);
  });

  it("is given up by the machine's own timer", async () => {
    const silent = await startServiceNowPlatform();
    silent.fail({ how: "hang" });
    await expect(open(silent, {}, { timeoutMs }).find("sn-silent")).rejects.toMatchObject({
      code: "channel_unavailable",
    });
    await silent.close();
  });

  it("says for how long ServiceNow wants to be left alone", async () => {
    for (const [headers, retryAfterMs] of [
      [{ "retry-after": "12" }, 12_000],
      [{ "retry-after": new Date(now.getTime() + 9_000).toUTCString() }, 9_000],
      [{}, 60_000],
    ] as const) {
      platform.fail({ status: 429, headers });
      await expect(open(platform).find("sn-429")).rejects.toMatchObject({
        code: "rate_limited",
        facts: { retryAfterMs },
      });
    }
  });

  it("never says its password", async () => {
    platform.fail({
      status: 403,
      body: JSON.stringify({ error: { message: `no: ${platform.password}`, detail: "ACL" } }),
    });
    const errors: unknown[] = [
      await open(platform)
        .find("x")
        .catch((thrown: unknown) => thrown),
      await open(platform, { secrets: { password: "hush" } })
        .find("x")
        .catch((thrown: unknown) => thrown),
    ];
    expect(errors).toMatchObject([
      { code: "channel_refused", message: expect.stringContaining("no: …; ACL") },
      { code: "unauthenticated" },
    ]);
    for (const error of errors) {
      const { message, stack, cause } = error as Error;
      const all = JSON.stringify(error) + message + String(stack) + String(cause);
      expect(all).not.toContain("hush");
      expect(all).not.toContain(platform.password);
    }
  });

  it("is no other record's id", async () => {
    for (const id of ["", "x", "../sys_user/1", "a".repeat(31), "A".repeat(32)]) {
      await expect(open(platform).read(id, "last_comment", null)).rejects.toMatchObject({
        code: "channel_refused",
      });
    }
    expect(platform.asked).toEqual([]);
  });

  it("says what a connection lacks", async () => {
    const test = async (changed: Changed = {}) => await open(platform, changed).test();
    expect(await test()).toEqual({ as: "The Expert", faults: [] });
    expect(JSON.stringify(await test({ settings: { poll_seconds: null } }))).toContain("poll_seconds");
    const heard = { settings: { poll_seconds: null }, secrets: { webhook_secrets: ["a secret of sixteen"] } };
    expect(await test(heard)).toMatchObject({ faults: [] });
    for (const table of ["incident", "sys_journal_field", "cmdb_ci"] as const) {
      platform.closed.add(table);
      expect((await test()).faults).toHaveLength(1);
      platform.closed.clear();
    }
    await open(platform).create(draftWith(), "sn-hidden");
    platform.hidden.add("incident.correlation_id");
    expect((await test()).faults).toHaveLength(1);
    await expect(open(platform).find("sn-hidden")).rejects.toMatchObject({ code: "channel_refused" });
    platform.hidden.clear();
    platform.closed.add("sys_user");
    expect(await test()).toEqual({ as: platform.username, faults: [] });
    platform.closed.clear();
  });
});
