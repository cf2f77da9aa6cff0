import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { onCallContract } from "../../tests/contract/on-call.ts";
import { openPublishedDescription } from "../../tests/pagerduty-platform/published-description.ts";
import {
  type PagerDutyFault,
  type PagerDutyPlatform,
  startPagerDutyPlatform,
} from "../../tests/pagerduty-platform/start-pagerduty-platform.ts";
import type { OnCall } from "../../core/approvals/approver-reach.ts";
import { newId, type TenantId } from "../../core/ids.ts";
import { amplyMs, endOnceHeard } from "../../tests/support/time-limits.ts";
import { createPagerDutyClient } from "./pagerduty-client.ts";
import { createPagerDutyOnCall } from "./pagerduty-on-call.ts";

const published = openPublishedDescription();
const owner = newId<TenantId>();
const other = newId<TenantId>();
let nowMs = Date.now();
const clock = { now: () => new Date(nowMs) };

let platform: PagerDutyPlatform;
beforeAll(async () => {
  platform = await startPagerDutyPlatform(published);
});
afterEach(() => {
  expect(platform.violations.splice(0)).toEqual([]);
});
afterAll(() => platform.close());

/** How long it waits for the next answer. */
let waitsMs = amplyMs;

function open(token = platform.token): OnCall {
  const settings = { token, apiUrl: platform.apiUrl, timeoutMs: amplyMs, pauseMs: 1 };
  const endAfter = () => endOnceHeard(() => platform.asked.length)(waitsMs);
  const client = createPagerDutyClient({ clock, endAfter }, settings);
  return createPagerDutyOnCall({ client, owner: () => Promise.resolve(owner), clock });
}

const add = (name: string, ...onCall: readonly (string | null)[]): string => {
  const id = `P${String(platform.schedules.length).padStart(6, "0")}`;
  platform.schedules.push({ id, name, onCall });
  return id;
};

onCallContract("pagerduty", async () => ({
  onCall: open(),
  owner,
  other,
  schedule: (...emails) => add(`Schedule ${String(platform.schedules.length)}`, ...emails),
  away: (is) => {
    platform.away = is;
  },
}));

(published ? it : it.skip)("the published description refuses what PagerDuty does not know", () => {
  const request = {
    method: "GET",
    path: "/schedules",
    query: { limit: "100" },
    headers: { accept: "application/vnd.pagerduty+json;version=2", "content-type": "application/json" },
  };
  expect(published?.(request)).toEqual([]);
  expect(published?.({ ...request, query: { limit: "many" } })).not.toEqual([]);
  expect(published?.({ ...request, query: { page: "2" } })).not.toEqual([]);
  expect(
    published?.({ ...request, headers: { ...request.headers, "content-type": "text/plain" } }),
  ).not.toEqual([]);
});

describe("who is on call in PagerDuty", () => {
  let onCall: OnCall;
  const ask = (schedule: string): Promise<readonly string[]> => onCall.onCall(owner, schedule);
  beforeEach(() => {
    onCall = open();
    platform.schedules.splice(0);
    platform.asked.splice(0);
  });

  it("is asked once for a hundred approvals, and again after a minute", async () => {
    const id = add("Night", "Ada@small.example");
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(id)));
    expect(new Set(answers.flat())).toEqual(new Set(["ada@small.example"]));
    nowMs += 59_000;
    await ask(id);
    expect(platform.asked).toHaveLength(1);
    const [schedule] = platform.schedules;
    if (schedule) schedule.onCall = ["sam@small.example"];
    nowMs += 1_001;
    expect(await ask(id)).toEqual(["sam@small.example"]);
    expect(platform.asked).toHaveLength(2);
  });

  it("is found by the whole name of the schedule, page after page", async () => {
    for (let number = 0; number < 7; number += 1) add(`Plant night ${String(number)}`);
    add("Plant Night", "ada@small.example", null, "ada@small.example");
    platform.pageSize = 3;
    const answer = await ask(" plant night ");
    platform.pageSize = 100;
    expect(answer).toEqual(["ada@small.example"]);
    expect(platform.asked).toHaveLength(4);
  });

  it("is found by a name that looks like an id", async () => {
    add("NIGHTSHIFT", "ada@small.example");
    expect(await ask("NIGHTSHIFT")).toEqual(["ada@small.example"]);
  });

  it("is not guessed where several schedules have the name", async () => {
    const ids = [add("Night"), add("night")];
    await expect(ask("Night")).rejects.toMatchObject({
      code: "channel_refused",
      remedy: expect.stringContaining(ids.join(", ")),
    });
  });

  it("is asked again where PagerDuty wants a short pause", async () => {
    const id = add("Night", "ada@small.example");
    platform.fail({ status: 429 }, { status: 429 });
    expect(await ask(id)).toEqual(["ada@small.example"]);
  });

  it.each([
    ["seconds", { "retry-after": "30" }],
    ["the seconds of its limits", { "ratelimit-reset": "30" }],
    ["a date", {}],
  ])("is left alone for as long as PagerDuty wants, by %s", async (how, given) => {
    const [one, two] = [add("Night", "ada@small.example"), add("Day", "sam@small.example")];
    nowMs = Math.floor(nowMs / 1_000) * 1_000;
    const headers: Readonly<Record<string, string>> =
      how === "a date" ? { "retry-after": new Date(nowMs + 30_000).toUTCString() } : given;
    platform.fail(...Array.from({ length: 4 }, () => ({ status: 429, headers })));
    await expect(ask(one)).rejects.toMatchObject({ facts: { retryAfterMs: 30_000 } });
    expect(platform.asked).toHaveLength(4);
    nowMs += 15_000;
    await expect(ask(one)).rejects.toMatchObject({ code: "channel_unavailable" });
    await expect(ask(two)).rejects.toMatchObject({ code: "channel_unavailable" });
    expect(platform.asked).toHaveLength(4);
    nowMs += 15_001;
    expect(await ask(one)).toEqual(["ada@small.example"]);
  });

  it.each<[string, string, PagerDutyFault]>([
    ["does not answer", "channel_unavailable", { how: "hang" }],
    ["breaks off", "channel_unavailable", { how: "close" }],
    ["has a fault", "channel_unavailable", { status: 500, body: "<html>" }],
    ["answers half", "channel_unavailable", { status: 200, body: '{"users": [' }],
    ["answers in another way", "channel_unavailable", { status: 200, body: "[]" }],
    ["answers nothing", "channel_unavailable", { status: 200, body: "null" }],
    ["sends elsewhere", "channel_unavailable", { status: 302, headers: { location: "http://127.0.0.1:9/" } }],
    ["does not let the key read it", "channel_refused", { status: 403 }],
  ])("is not known where PagerDuty %s, and asked again ten seconds later", async (_how, code, fault) => {
    const id = add("Night", "ada@small.example");
    if ("how" in fault && fault.how === "hang") waitsMs = 50;
    platform.fail(fault);
    await expect(ask(id)).rejects.toMatchObject({ code, remedy: expect.stringMatching(/./) });
    waitsMs = amplyMs;
    await expect(ask(id)).rejects.toMatchObject({ code });
    expect(platform.asked).toHaveLength(1);
    nowMs += 10_001;
    expect(await ask(id)).toEqual(["ada@small.example"]);
  });

  it("is not waited for longer than the machine's own timer says", async () => {
    const silent = await startPagerDutyPlatform();
    silent.fail({ how: "hang" });
    const settings = { token: silent.token, apiUrl: silent.apiUrl, timeoutMs: 50, pauseMs: 1 };
    const client = createPagerDutyClient({ clock }, settings);
    await expect(client.read("/schedules", { limit: "100" })).rejects.toMatchObject({
      code: "channel_unavailable",
    });
    await silent.close();
  });

  it("says what to set where the key is not taken, and never the key", async () => {
    const id = add("Night");
    const error: unknown = await open("hush")
      .onCall(owner, id)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "channel_refused",
      remedy: expect.stringContaining("PAGERDUTY_API_TOKEN"),
    });
    expect(JSON.stringify(error) + String(error)).not.toContain("hush");
  });
});
