import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { connectionSettings } from "../../core/connections/connection-settings.ts";
import type { Pager } from "../../core/escalation/pager.ts";
import { pagerContract, type PagerFault, samplePageDraft } from "../../tests/contract/pager.ts";
import {
  openEventsDescription,
  openPublishedDescription,
} from "../../tests/pagerduty-platform/published-description.ts";
import {
  type PagerDutyFault,
  type PagerDutyPlatform,
  startPagerDutyPlatform,
} from "../../tests/pagerduty-platform/start-pagerduty-platform.ts";
import { amplyMs, endOnceHeard, nobodyListens } from "../../tests/support/time-limits.ts";
import { openPager } from "./open-pager.ts";

const descriptions = { rest: openPublishedDescription(), events: openEventsDescription() };
const routingKey = "e93facc04764012d7bfb002500d5d1a6";
const timeoutMs = 50;
const nowMs = Date.parse("2026-11-21T08:00:00Z");
const clock = { now: () => new Date(nowMs) };
const ana = { name: "Ana", email: "ana@vendor.example" };
const ben = { name: "Ben", email: "ben@vendor.example" };

const withPeople = async (): Promise<PagerDutyPlatform> => {
  const platform = await startPagerDutyPlatform(descriptions);
  platform.addService("Other", "0000", platform.addUser("Vic", "vic@vendor.example"));
  platform.addService("Facilities", routingKey, platform.addUser(ana.name, ana.email));
  platform.addUser(ben.name, ben.email);
  platform.addUser("The Expert", "expert@vendor.example");
  return platform;
};

interface Changed {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, unknown>>;
}
function open(
  platform: PagerDutyPlatform,
  { settings, secrets }: Changed = {},
  waits: Pick<Parameters<typeof openPager>[1], "timeoutMs" | "endAfter"> = { timeoutMs: amplyMs },
): Pager {
  const kind = connectionSettings.pagerduty;
  return openPager(
    {
      settings: kind.settings.parse({
        events_url: platform.apiUrl,
        api_url: platform.apiUrl,
        from_email: "expert@vendor.example",
        ...settings,
      }),
      secrets: kind.secrets.parse({
        routing_key: routingKey,
        api_token: platform.token,
        webhook_secrets: ["a secret of sixteen"],
        ...secrets,
      }),
    },
    { clock, ...waits },
  );
}
/** One that soon waits no longer for an answer. */
const hasty = (platform: PagerDutyPlatform): Pager =>
  open(platform, {}, { timeoutMs, endAfter: endOnceHeard(() => platform.asked.length) });

pagerContract("pagerduty", async () => {
  const platform = await withPeople();
  const userOf = (email: string | null) => {
    const user = platform.users.find((one) => one.email === email);
    if (!user) throw new Error(`There is no ${String(email)}.`);
    return user;
  };
  const newest = (key: string) => {
    const incident = platform.ofKey(key);
    if (!incident) throw new Error(`There is no ${key}.`);
    return incident;
  };
  const nowhere = { events_url: nobodyListens, api_url: nobodyListens };
  let unreachable = false;
  // The next request goes where nothing listens.
  const pager = new Proxy(open(platform), {
    get(target, name, receiver) {
      const used = unreachable ? open(platform, { settings: nowhere }) : target;
      unreachable = false;
      return Reflect.get(used, name, receiver) as unknown;
    },
  });
  const planned: Record<Exclude<PagerFault, "unreachable">, PagerDutyFault> = {
    busy: { status: 429, headers: { "retry-after": "7" } },
    broken: { status: 500, body: "<html>" },
    credentials: { status: 400, body: JSON.stringify({ errors: ["Invalid routing key"] }) },
    lost: { how: "close" },
  };
  return {
    pager,
    withoutRest: open(platform, { secrets: { api_token: null } }),
    onCall: [ana],
    other: ben,
    incidents: (key) =>
      platform.incidents
        .filter((incident) => incident.key === key)
        .map(({ responders }) => ({ responders: responders.map(({ user }) => user.email) })),
    acknowledge: (key, by) => {
      platform.acknowledge(newest(key), userOf(by.email));
    },
    resolve: (key, by) => {
      platform.resolve(newest(key), userOf(by.email));
    },
    annotate: (key, by, text) => {
      platform.annotate(newest(key), userOf(by.email), text);
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

describe("a page in PagerDuty", () => {
  let platform: PagerDutyPlatform;
  beforeAll(async () => {
    platform = await withPeople();
  });
  afterEach(() => {
    expect(platform.violations.splice(0)).toEqual([]);
    platform.asked.splice(0);
    platform.events.splice(0);
  });
  afterAll(() => platform.close());

  it("says what PagerDuty shows of it", async () => {
    await open(platform).trigger(samplePageDraft(), "page-1");
    expect(platform.events).toEqual([
      {
        routing_key: routingKey,
        event_action: "trigger",
        dedup_key: "page-1",
        client: "The Expert",
        client_url: "https://expert.example/chat/1",
        payload: {
          summary: "Nobody has answered: How do I get a parking card?",
          source: "the-expert",
          severity: "error",
          component: "Facilities",
          custom_details: { "Asked by": "Ada", Question: "How do I get a parking card?" },
        },
        links: [{ href: "https://expert.example/chat/1", text: "Conversation" }],
      },
    ]);
  });

  it.each<[string, PagerDutyFault, object]>([
    [
      "429 with seconds",
      { status: 429, headers: { "retry-after": "7" } },
      { code: "rate_limited", facts: { retryAfterMs: 7_000 } },
    ],
    [
      "429 with a date",
      { status: 429, headers: { "retry-after": new Date(nowMs + 9_000).toUTCString() } },
      { code: "rate_limited", facts: { retryAfterMs: 9_000 } },
    ],
    ["429 alone", { status: 429, body: "" }, { code: "rate_limited", facts: { retryAfterMs: 30_000 } }],
    ["500", { status: 500 }, { code: "channel_unavailable" }],
    ["503 that is no JSON", { status: 503, body: "<html>" }, { code: "channel_unavailable" }],
    [
      "another place",
      { status: 302, headers: { location: "http://127.0.0.1:9/" } },
      { code: "channel_unavailable" },
    ],
    ["400", { status: 400, body: '{"message":"no","errors":["why"]}' }, { code: "channel_refused" }],
    ["403", { status: 403 }, { code: "channel_refused" }],
    ["no answer", { how: "hang" }, { code: "channel_unavailable" }],
    ["a cut connection", { how: "close" }, { code: "channel_unavailable" }],
    ["an answer that is too late", { how: "late", ms: 2 * timeoutMs }, { code: "channel_unavailable" }],
  ])("is tried once where PagerDuty gives %s", async (_what, fault, expected) => {
    const answered = "status" in fault || fault.how === "close";
    const pager = answered ? open(platform) : hasty(platform);
    for (const [which, call] of [
      ["events", () => pager.trigger(samplePageDraft(), "page-once")],
      ["rest", () => pager.read("page-once")],
    ] as const) {
      platform.asked.splice(0);
      platform.failNext(which, fault);
      const error: unknown = await call().catch((thrown: unknown) => thrown);
      const { facts, ...rest } = expected as { facts?: object };
      expect(error).toMatchObject({ ...rest, ...(facts ? { facts: expect.objectContaining(facts) } : {}) });
      expect(error).not.toMatchObject({ facts: { reached: false } });
      expect(platform.asked).toHaveLength(1);
    }
  });

  it("is taken where PagerDuty took it, whatever its answer ends with", async () => {
    platform.failNext("events", { status: 202, body: "<", done: true });
    await open(platform).trigger(samplePageDraft(), "page-broken-off");
    expect(platform.ofKey("page-broken-off")).not.toBeNull();
  });

  it("is one incident where it is tried again after an answer that never came", async () => {
    for (const fault of [
      { how: "close", done: true },
      { how: "hang", done: true },
      { status: 500, done: true },
      { how: "late", ms: 2 * timeoutMs },
    ] as const) {
      const key = `page-${JSON.stringify(fault)}`;
      platform.failNext("events", fault);
      const pager = "status" in fault || fault.how === "close" ? open(platform) : hasty(platform);
      await expect(pager.trigger(samplePageDraft(), key)).rejects.toMatchObject({
        code: "channel_unavailable",
      });
      await open(platform).trigger(samplePageDraft(), key);
      expect(platform.incidents.filter((incident) => incident.key === key)).toHaveLength(1);
    }
  });

  it("is given up by the machine's own timer", async () => {
    const silent = await withPeople();
    silent.fail({ how: "hang" }, { how: "hang" });
    const pager = open(silent, {}, { timeoutMs });
    const expected = { code: "channel_unavailable" };
    await expect(pager.trigger(samplePageDraft(), "page-silent")).rejects.toMatchObject(expected);
    await expect(pager.read("page-silent")).rejects.toMatchObject(expected);
    await silent.close();
  });

  it("was not sent where no connection was made", async () => {
    const secure = nobodyListens.replace("http:", "https:");
    const nowhere = [nobodyListens, secure, "https://no-such-host.invalid"];
    for (const url of [...nowhere, platform.apiUrl.replace("http:", "https:")]) {
      const pager = open(platform, { settings: { events_url: url, api_url: url } });
      const expected = { code: "channel_unavailable", facts: expect.objectContaining({ reached: false }) };
      await expect(pager.trigger(samplePageDraft(), "page-nowhere")).rejects.toMatchObject(expected);
      await expect(pager.read("page-nowhere")).rejects.toMatchObject(expected);
    }
  });

  it("says what is wrong with its keys, and never the keys", async () => {
    const pager = open(platform, { secrets: { routing_key: "hush-routing", api_token: "hush-token" } });
    platform.failNext("rest", null, {
      status: 400,
      body: JSON.stringify({ error: { message: "hush-token is odd" } }),
    });
    const errors: unknown[] = [];
    for (const call of [
      () => pager.trigger(samplePageDraft(), "page-hush"),
      () => pager.read("page-hush"),
      () => pager.note("P1", { key: "k", by: "Ada", text: "x" }),
    ]) {
      errors.push(await call().catch((thrown: unknown) => thrown));
    }
    expect(errors).toMatchObject([
      { code: "unauthenticated", remedy: expect.stringContaining("Events API v2") },
      { code: "unauthenticated", remedy: expect.stringContaining("API Access Keys") },
      { code: "channel_refused", message: expect.stringContaining("… is odd") },
    ]);
    for (const error of errors) {
      const { message, stack, cause } = error as Error;
      expect(JSON.stringify(error) + message + String(stack) + String(cause)).not.toContain("hush");
    }
  });

  it("names who is on call by the service that is set, or by the incident's own", async () => {
    const [other] = platform.services;
    const settings = { service_id: other?.id };
    const pager = open(platform, { settings });
    expect(await pager.onCall()).toEqual([{ name: "Vic", email: "vic@vendor.example" }]);
    await pager.trigger(samplePageDraft(), "page-on-call");
    expect(await pager.onCall("page-on-call")).toEqual([ana]);
    const second = platform.addUser("Second", "second@vendor.example");
    const service = platform.services[1];
    if (service) service.onCall = [...service.onCall, [second]];
    expect(await pager.onCall("page-on-call")).toEqual([ana]);
    if (service) service.onCall = [[], [second]];
    expect(await pager.onCall("page-on-call")).toEqual([{ name: second.name, email: second.email }]);
    if (service) service.onCall = [[platform.users.find(({ email }) => email === ana.email) ?? second]];
  });

  it("is read in its newest incident", async () => {
    const pager = open(platform);
    await pager.trigger(samplePageDraft(), "page-again");
    await pager.resolve("page-again");
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await pager.trigger(samplePageDraft(), "page-again");
    const incident = platform.ofKey("page-again");
    expect(await pager.read("page-again")).toMatchObject({ externalId: incident?.id, state: "open" });
  });

  it("says what a connection lacks", async () => {
    const faultsOf = async (changed: Changed): Promise<string> =>
      JSON.stringify((await open(platform, changed).test()).faults);
    const waking = platform.incidents.length;
    expect(await faultsOf({})).toBe("[]");
    expect(await faultsOf({ secrets: { webhook_secrets: [] } })).toBe("[]");
    const unheard = { settings: { poll_seconds: null }, secrets: { webhook_secrets: [] } };
    expect(await faultsOf(unheard)).toContain("Generic Webhooks (v3)");
    expect(await faultsOf({ secrets: { api_token: null } })).toContain("API Access Keys");
    expect(await faultsOf({ settings: { from_email: null } })).toContain("from_email");
    expect(await faultsOf({ settings: { from_email: "gone@vendor.example" } })).toContain("gone@");
    expect(await faultsOf({ settings: { service_id: "PNONE" } })).toContain("PNONE");
    platform.services[1]?.routingKeys.push("second key");
    platform.addService("Empty", "empty key");
    expect(await faultsOf({ secrets: { routing_key: "second key" } })).toBe("[]");
    expect(await faultsOf({ secrets: { routing_key: "empty key" } })).toContain("Nobody is on call");
    await expect(faultsOf({ secrets: { routing_key: "no key" } })).rejects.toMatchObject({
      code: "unauthenticated",
    });
    expect(platform.incidents).toHaveLength(waking);
  });
});

(descriptions.rest && descriptions.events ? it : it.skip)(
  "the published descriptions refuse what PagerDuty does not know",
  () => {
    const headers = {
      accept: "application/vnd.pagerduty+json;version=2",
      "content-type": "application/json",
      from: "expert@vendor.example",
    };
    const note = { method: "POST", path: "/incidents/P1/notes", query: {}, headers };
    expect(descriptions.rest?.({ ...note, body: { note: { content: "x" } } })).toEqual([]);
    expect(descriptions.rest?.({ ...note, body: { note: { content: "x", by: "y" } } })).not.toEqual([]);
    expect(descriptions.rest?.({ ...note, body: {} })).not.toEqual([]);
    expect(
      descriptions.rest?.({
        ...note,
        headers: { ...headers, from: "nobody" },
        body: { note: { content: "x" } },
      }),
    ).not.toEqual([]);
    const joined = { requester_id: "P1", message: "x" };
    const join = { ...note, path: "/incidents/P1/responder_requests" };
    const target = { id: "P2", type: "user_reference" };
    const ask = (targets: unknown) =>
      descriptions.rest?.({ ...join, body: { ...joined, responder_request_targets: targets } });
    expect(ask([{ responder_request_target: target }])).toEqual([]);
    expect(ask([target])).not.toEqual([]);
    expect(ask([{ responder_request_target: { ...target, name: "x" } }])).not.toEqual([]);
    const oncalls = { method: "GET", path: "/oncalls", headers };
    expect(descriptions.rest?.({ ...oncalls, query: { "include[]": ["users"] } })).toEqual([]);
    expect(descriptions.rest?.({ ...oncalls, query: { "include[]": ["user"] } })).not.toEqual([]);
    const event = { method: "POST", path: "/enqueue", query: {}, headers: {} };
    const trigger = {
      routing_key: "r",
      event_action: "trigger",
      payload: { summary: "s", source: "s", severity: "info" },
    };
    expect(descriptions.events?.({ ...event, body: trigger })).toEqual([]);
    expect(descriptions.events?.({ ...event, body: { ...trigger, service: "x" } })).not.toEqual([]);
    expect(
      descriptions.events?.({ ...event, body: { ...trigger, payload: { ...trigger.payload, text: "x" } } }),
    ).not.toEqual([]);
    expect(
      descriptions.events?.({ ...event, body: { ...trigger, links: [{ href: "nowhere" }] } }),
    ).not.toEqual([]);
  },
);
