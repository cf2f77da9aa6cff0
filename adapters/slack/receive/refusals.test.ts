import { beforeEach, describe, expect, it } from "@jest/globals";
import type { AuditEvent } from "../../../core/audit/audit-event.ts";
import { newId, type TenantId } from "../../../core/ids.ts";
import { silentLogger } from "../../../core/logger.ts";
import { namedTeam } from "./named-team.ts";
import { createRefusals, type Refusal, type RefusalPorts, type Refusals } from "./refusals.ts";

describe("the workspace that a body names", () => {
  const event = { token: "x", team_id: "T00FAKE00AA", event: { type: "message" } };
  const click = { type: "block_actions", user: { id: "U1" }, team: { id: "T00FAKE00AA", domain: "d" } };
  it.each([
    ["an event", JSON.stringify(event)],
    ["an event in several lines", JSON.stringify(event, null, 2)],
    ["an event that was cut", JSON.stringify(event).slice(0, 60)],
    ["an interaction", new URLSearchParams({ payload: JSON.stringify(click) }).toString()],
    [
      "an interaction with blanks",
      new URLSearchParams({ payload: JSON.stringify(click, null, 1) }).toString(),
    ],
    ["a command", "token=x&team_id=T00FAKE00AA&team_domain=d"],
  ])("is found in %s", (_what, body) => {
    expect(namedTeam(Buffer.from(body))).toBe("T00FAKE00AA");
  });

  it("is none in other bytes, and none beyond the first 16 kB", () => {
    for (const body of ["", "hello", '{"team_id":"t1"}', "team_id=T", `team_id=T${"A".repeat(30)}`]) {
      expect(namedTeam(Buffer.from(body))).toBeNull();
    }
    expect(namedTeam(Buffer.concat([Buffer.alloc(16_384, " "), Buffer.from("team_id=T123")]))).toBeNull();
  });

  it("takes no time to find in hostile bytes", () => {
    const started = performance.now();
    for (const piece of ["team_id", 'team":', "team%20", 'team":{"id":"T', "team_id=%20+", "T"]) {
      namedTeam(Buffer.from(piece.repeat(100_000)));
      namedTeam(Buffer.from("team" + piece.slice(4).repeat(100_000)));
    }
    expect(performance.now() - started).toBeLessThan(40_000);
  });
});

describe("refusals", () => {
  const [theirs, operators] = [newId<TenantId>(), newId<TenantId>()];
  let now: number;
  let rows: { tenant: TenantId; event: AuditEvent }[];
  let lookups: number;
  let refusals: Refusals;
  const begin = (change: Partial<RefusalPorts> = {}): void => {
    now = Date.parse("2026-03-01T10:00:00Z");
    rows = [];
    lookups = 0;
    refusals = createRefusals({
      workspaces: {
        tenantOf: async (team) => {
          lookups += 1;
          return team === "T123" ? theirs : null;
        },
      },
      audit: {
        append: async (tenant, events) => void rows.push(...events.map((event) => ({ tenant, event }))),
      },
      operator: async () => operators,
      clock: { now: () => new Date(now) },
      logger: silentLogger,
      ...change,
    });
  };
  beforeEach(() => begin());
  const refuse = (body = "team_id=T123", change: Partial<Refusal> = {}): Promise<void> =>
    refusals.record({ kind: "commands", reason: "wrong", rawBody: Buffer.from(body), ...change });
  const times = async (count: number, body?: string): Promise<void> => {
    for (let i = 0; i < count; i += 1) await refuse(body);
  };

  it("are told to the company that they name, else to the operator", async () => {
    await refuse();
    await refuse("team_id=T999", { kind: "events", reason: "missing" });
    await refuse("nothing", { kind: "interactions", reason: "old" });
    const metadata = { channel: "slack", kind: "commands", reason: "wrong" };
    expect(rows).toEqual([
      { tenant: theirs, event: { event: "auth.denied", status: "denied", userId: null, metadata } },
      {
        tenant: operators,
        event: expect.objectContaining({ metadata: { channel: "slack", kind: "events", reason: "missing" } }),
      },
      {
        tenant: operators,
        event: expect.objectContaining({
          metadata: { channel: "slack", kind: "interactions", reason: "old" },
        }),
      },
    ]);
  });

  it("fill no audit trail: ten rows a minute per company, kind and reason, the rest counted into the next", async () => {
    await times(50);
    expect(rows).toHaveLength(10);
    await refuse("team_id=T123", { reason: "old" });
    await refuse("nothing");
    await refuse("team_id=T123", { kind: "events" });
    expect(rows).toHaveLength(13);
    now += 60_000;
    await times(2);
    expect(rows.slice(13).map(({ event }) => event.metadata?.["repeated"])).toEqual([40, undefined]);
  });

  it("do not make the database look up every name that somebody thinks of", async () => {
    await times(200, "team_id=T999");
    expect(lookups).toBe(60);
    now += 60_000;
    await refuse();
    expect(rows.at(-1)?.tenant).toBe(theirs);
  });

  it("are told to nobody where nobody has the bot, and stop for no outage", async () => {
    begin({ operator: async () => null });
    await refuse("nothing");
    expect(rows).toEqual([]);
    begin({ audit: { append: () => Promise.reject(new Error("away")) } });
    await expect(refuse()).resolves.toBeUndefined();
  });
});
