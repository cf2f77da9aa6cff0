import { beforeEach, describe, expect, it } from "@jest/globals";
import { type OutsideBench, outsideBench } from "../../tests/support/outside-bench.ts";
import type { HookReader, ToldChange } from "../connections/hook-reader.ts";
import { ExpertError } from "../errors.ts";
import { type ConnectionId, newId, type TurnId } from "../ids.ts";
import type { TakenEvent } from "../inbox/event-store.ts";
import type { Escalation } from "./escalation.ts";
import { createHookHandler } from "./handle-hook.ts";
import { isDue, pollConnection } from "./poll-connection.ts";

const ben = { name: "Ben Vendor", email: "ben@vendor.example" };

describe("what outside systems tell, and are asked", () => {
  let bench: OutsideBench;
  let escalation: Escalation;
  beforeEach(async () => {
    bench = await outsideBench();
    escalation = await bench.made();
  });
  const reader: HookReader = {
    system: "jira",
    read: () => ({ outcome: "ignored" }),
    told(body) {
      if (!("externalId" in Object(body))) throw new ExpertError("invalid_input", "It is none.");
      return body as ToldChange;
    },
  };
  const eventOf = (body: unknown, change: Partial<TakenEvent> = {}): TakenEvent => ({
    id: newId<TurnId>(),
    tenantId: bench.company.tenantId,
    channel: "jira",
    body,
    attempt: 1,
    pauses: 0,
    receivedAt: bench.outside.clock.now(),
    ...change,
  });
  const handle = (
    hook: unknown,
    {
      connectionId = bench.link(escalation, "ticket").connectionId,
      ...change
    }: Partial<TakenEvent> & { readonly connectionId?: ConnectionId } = {},
  ) => createHookHandler(bench.outside, reader).handle(eventOf({ connectionId, hook }, change));
  const whats = () => bench.news(escalation).map(({ what }) => what);
  const told = (change: Partial<ToldChange> = {}): ToldChange => ({
    externalId: bench.theTicket().externalId,
    key: null,
    change: null,
    ...change,
  });
  const connectionOf = async (kind: "ticket" | "page") => {
    const found = await bench.database.withTenant(bench.company.tenantId, ({ connections }) =>
      connections.find(bench.link(escalation, kind).connectionId),
    );
    if (!found) throw new Error("there is no connection");
    return found;
  };
  const poll = async (kind: "ticket" | "page" = "ticket") =>
    await pollConnection(bench.outside, bench.company.tenantId, await connectionOf(kind));

  it("reads what a webhook only says has changed", async () => {
    bench.tickets.move(bench.theTicket().externalId, "Working", ben);
    expect(await handle(told())).toBe("settled");
    expect(whats()).toContain("acknowledged");
  });

  it("finds by its key what is not known by its id yet, and takes no twin for it", async () => {
    const { key } = bench.link(escalation, "ticket");
    const twin = {
      ...(await bench.tickets.read(bench.theTicket().externalId, "", null)),
      externalId: "twin",
    };
    const change = { ...twin, state: "resolved", at: new Date() } as ToldChange["change"];
    await handle(told({ externalId: "twin", key, change }));
    expect(whats()).not.toContain("resolved");
    await handle(told({ externalId: "unknown", key: "nobody's" }));
    expect(whats()).toEqual(["ticket_created", "paged"]);
  });

  it.each([
    ["is of no connection", { externalId: "1", key: null, change: null }, newId<ConnectionId>()],
    ["is not understood", { nothing: true }, undefined],
    ["is no object", "text", undefined],
  ])("leaves what %s", async (_name, hook, connectionId) => {
    expect(await handle(hook, connectionId && { connectionId })).toBe("settled");
  });

  const linkNow = async () => bench.link(await bench.now(escalation.id), "ticket");
  const deletedNews = () =>
    bench.news(escalation).filter((news) => news.what === "status" && news.status === "deleted in Jira");

  it("notes once that a ticket was deleted, whether that is told or found, and asks about it no more", async () => {
    const { connectionId } = bench.link(escalation, "ticket");
    await handle(told({ gone: true, externalId: "another" }));
    expect((await linkNow()).state).toBe("open");
    await handle(told({ gone: true }));
    await handle(told({ gone: true }));
    expect(await linkNow()).toMatchObject({ state: "failed", error: "It was deleted in Jira." });
    expect(deletedNews()).toHaveLength(1);
    expect(
      await bench.database.withTenant(bench.company.tenantId, (stores) =>
        stores.escalations.openLinks(connectionId, 10),
      ),
    ).toEqual([]);
    expect((await bench.now(escalation.id)).state).toBe("open");
  });

  it.each(["webhook", "polling"])("finds by %s that a ticket is there no more", async (way) => {
    const changed = told();
    bench.tickets.remove(changed.externalId);
    if (way === "webhook") await handle(changed);
    else {
      await bench.database.withTenant(bench.company.tenantId, ({ connections }) =>
        connections.change(
          bench.link(escalation, "ticket").connectionId,
          { settings: { poll_seconds: 60 } },
          [],
        ),
      );
      expect(await poll()).toBe(true);
    }
    expect((await linkNow()).state).toBe("failed");
    expect(deletedNews()).toHaveLength(1);
  });

  it("waits for a day where the system cannot be read now, and asks nothing of one that is left alone", async () => {
    const away = new ExpertError("channel_unavailable", "Away.");
    bench.tickets.fail(...Array.from({ length: 5 }, () => ({ error: away })));
    for (let times = 0; times < 5; times += 1) {
      const planned = [5_000, 15_000, 30_000, 60_000, 120_000][times] ?? 0;
      const thrown: unknown = await handle(told(), { pauses: times }).catch((error: unknown) => error);
      expect(thrown).toMatchObject({ code: "rate_limited", cause: away });
      const waitMs = Number((thrown as ExpertError).facts["retryAfterMs"]);
      expect(waitMs).toBeGreaterThanOrEqual(planned);
      expect(waitMs).toBeLessThanOrEqual(planned * 1.25);
    }
    expect((await connectionOf("ticket")).health.failures).toBe(5);
    await expect(handle(told())).rejects.toMatchObject({ code: "rate_limited", message: /left alone/ });
  });

  it("gives up after a day", async () => {
    const away = new ExpertError("channel_unavailable", "Away.");
    bench.tickets.fail({ error: away });
    const receivedAt = new Date(bench.outside.clock.now().getTime() - 24 * 3_600_000);
    await expect(handle(told(), { receivedAt })).rejects.toBe(away);
  });

  it("keeps nobody waiting but what is of the same connection", () => {
    const { lane } = createHookHandler(bench.outside, reader);
    const { connectionId } = bench.link(escalation, "ticket");
    const of = (body: unknown) => lane?.(eventOf(body));
    expect(of({ connectionId, hook: told() })).toBe(`${bench.company.tenantId} ${connectionId}`);
    expect(of({ connectionId: newId(), hook: told() })).not.toBe(of({ connectionId, hook: told() }));
    expect(of("text")).toBeNull();
  });

  it("asks a connection as often as it is set, and tells what it learns as a webhook would", async () => {
    await bench.database.withTenant(bench.company.tenantId, async ({ connections }) => {
      for (const kind of ["ticket", "page"] as const)
        await connections.change(
          bench.link(escalation, kind).connectionId,
          { settings: { poll_seconds: 60 } },
          [],
        );
    });
    bench.tickets.move(bench.theTicket().externalId, "Working", ben);
    const [incident] = bench.pager.incidents;
    if (incident) bench.pager.annotate(incident, ben, "On my way.");
    expect(await poll()).toBe(true);
    expect(await poll("page")).toBe(true);
    expect(whats()).toEqual(["ticket_created", "paged", "acknowledged", "comment"]);
    expect(await poll()).toBe(false);
    bench.pass(61_000);
    bench.tickets.write(bench.theTicket().externalId, { by: ben, text: "Still there?" });
    expect(await poll()).toBe(true);
    expect(whats().filter((what) => what === "comment")).toHaveLength(2);
  });

  it("asks no connection twice at once, none that is off, left alone, or not to be asked", async () => {
    const now = bench.outside.clock.now();
    const connection = { ...(await connectionOf("ticket")), settings: { poll_seconds: 60 } };
    expect(isDue(connection, now)).toBe(true);
    expect(isDue({ ...connection, state: "off" }, now)).toBe(false);
    expect(isDue({ ...connection, kind: "webhook" }, now)).toBe(false);
    expect(isDue({ ...connection, settings: { poll_seconds: null } }, now)).toBe(false);
    const openUntil = new Date(now.getTime() + 1_000);
    expect(isDue({ ...connection, health: { ...connection.health, openUntil } }, now)).toBe(false);
    const { tenantId } = bench.company;
    const both = await Promise.all([1, 2].map(() => pollConnection(bench.outside, tenantId, connection)));
    expect(both.filter(Boolean)).toHaveLength(1);
  });

  it("asks again from the last whole round on, where a round was cut short", async () => {
    const { connectionId } = bench.link(escalation, "ticket");
    await bench.database.withTenant(bench.company.tenantId, ({ connections }) =>
      connections.change(connectionId, { settings: { poll_seconds: 60 } }, []),
    );
    await poll();
    bench.tickets.write(bench.theTicket().externalId, { by: ben, text: "While it was away." });
    bench.pass(61_000);
    bench.tickets.fail({ error: new ExpertError("channel_unavailable", "Away.") });
    await poll();
    expect(whats()).not.toContain("comment");
    bench.pass(3_600_000);
    await poll();
    expect(whats()).toContain("comment");
  });
});
