import { beforeAll, describe, expect, it } from "@jest/globals";
import type { Escalation, LinkKind } from "../../core/escalation/escalation.ts";
import type { EscalationStore } from "../../core/escalation/escalation-store.ts";
import { escalationPolicy } from "../../core/escalation/policy.ts";
import {
  type ConnectionId,
  type EscalationId,
  type EscalationLinkId,
  type HandoffId,
  newId,
  type TurnId,
} from "../../core/ids.ts";
import { sampleConnection, sampleDispatch, sampleRaise } from "../support/sample-raise.ts";
import { pause, personOf } from "../support/sample-work.ts";
import type { DatabaseUnderTest, TenantUnderTest } from "./database-under-test.ts";
import { raisedQuestions, told } from "./raised-questions.ts";

/** What a question that nobody settled is raised with, and what is kept of it. */
export function escalationStoreContract(name: string, open: () => DatabaseUnderTest): void {
  describe(`escalations: ${name}`, () => {
    let tenant: TenantUnderTest;
    let connectionId: ConnectionId;
    const { escalations, asked, raise, raised, links, eventsOf } = raisedQuestions(
      open,
      () => tenant,
      () => connectionId,
    );
    const again = (
      turnId: TurnId,
      kinds: readonly LinkKind[],
      change: Parameters<typeof sampleRaise>[3] = {},
    ) => sampleRaise(tenant.company, turnId, links(kinds), change);
    const waiting = (link: EscalationLinkId | undefined): Promise<number> =>
      tenant.stores(({ dispatches }) => dispatches.waiting(link ?? newId<EscalationLinkId>()));
    const find = async (id: EscalationId): Promise<Escalation> => {
      const found = await escalations((store) => store.find(id));
      if (!found) throw new Error("there is no such escalation");
      return found;
    };
    beforeAll(async () => {
      tenant = await open().tenant();
      const connection = sampleConnection({ name: "Ops Jira" });
      connectionId = connection.id;
      await tenant.stores(({ connections }) => connections.add(connection, []));
    });

    it("keeps what a question is raised with, with its thread and its asker", async () => {
      const address = { user: "U1", responseUrl: "https://hooks.slack.com/commands/1" };
      const question = await asked({ channel: "slack", shared: true, address });
      const { escalation, dispatches } = again(question.id, ["ticket", "page"], {
        readers: ["everyone"],
        label: "confidential",
      });
      const { raised: begun, links: _links, ...kept } = escalation;
      const outcome = await raise({ escalation, dispatches });
      expect(outcome).toMatchObject({ fresh: true, changed: true });
      expect(outcome.escalation).toEqual({
        ...kept,
        conversationId: question.payload.conversationId,
        channel: "slack",
        threadKey: question.payload.threadKey,
        address: { user: "U1" },
        shared: true,
        askedBy: question.userId,
        askedByName: "Sam Staff",
        language: "en",
        raised: [begun],
        state: "open",
        version: 1,
        acknowledged: null,
        resolved: null,
        answerWantedFrom: null,
        links: escalation.links.map((link) => ({
          ...link,
          escalationId: escalation.id,
          externalId: null,
          externalKey: null,
          url: null,
          state: "pending",
          status: null,
          assignees: [],
          resolution: null,
          changedAt: null,
          createdAt: null,
          error: null,
        })),
        createdAt: expect.any(Date),
      });
      expect(await find(escalation.id)).toEqual(outcome.escalation);
      expect(await escalations((store) => store.ofTurn(question.id))).toEqual(outcome.escalation);
      expect(await eventsOf(escalation.id)).toEqual(["escalation.raised"]);
      for (const { id } of escalation.links) expect(await waiting(id)).toBe(1);
      const other = await open().tenant();
      expect(await other.stores(({ escalations: store }) => store.find(escalation.id))).toBeNull();
    });

    it("raises a question once, though many raise it at once", async () => {
      const { id } = await asked();
      const raises = Array.from({ length: 20 }, () => again(id, ["ticket", "page"]));
      const outcomes = await Promise.all(raises.map(raise));
      expect(outcomes.filter(({ fresh }) => fresh)).toHaveLength(1);
      expect(outcomes.filter(({ changed }) => changed)).toHaveLength(1);
      expect(new Set(outcomes.map(({ escalation }) => escalation.id)).size).toBe(1);
      const [first] = outcomes;
      if (!first) throw new Error("nothing was raised");
      const standing = await find(first.escalation.id);
      expect(standing.links.map(({ kind }) => kind).toSorted()).toEqual(["page", "ticket"]);
      expect(standing.raised).toHaveLength(1);
      const calls = await Promise.all(
        raises.flatMap((one) => one.escalation.links.map((link) => waiting(link.id))),
      );
      expect(calls.reduce((sum, count) => sum + count, 0)).toBe(2);
      expect(await eventsOf(standing.id)).toEqual(["escalation.raised"]);
    });

    it("keeps each of many triggers that come at once, and one link of each kind", async () => {
      const { id } = await asked();
      const triggers = ["overdue", "rejected", "asked_for", "critical", "wrong"] as const;
      const outcomes = await Promise.all(
        triggers.map((trigger, place) => raise(again(id, place % 2 ? ["ticket"] : ["page"], { trigger }))),
      );
      expect(outcomes.every(({ changed }) => changed)).toBe(true);
      const standing = await find(outcomes[0]?.escalation.id ?? newId<EscalationId>());
      expect(standing.raised.map(({ trigger }) => trigger).toSorted()).toEqual(triggers.toSorted());
      expect(standing.links.map(({ kind }) => kind).toSorted()).toEqual(["page", "ticket"]);
      for (const link of standing.links) expect(await waiting(link.id)).toBe(1);
    });

    it("changes nothing where it is raised for the same reason again", async () => {
      const { id } = await asked();
      const first = await raise(again(id, ["ticket"]));
      const second = await raise(again(id, ["ticket"]));
      expect(second).toEqual({ ...first, fresh: false, changed: false });
      expect(await eventsOf(first.escalation.id)).toHaveLength(1);
    });

    it("adds what it lacks: a reason, a stricter severity, a link, and what is known by then", async () => {
      const { id } = await asked();
      const policy = escalationPolicy.parse({ critical_words: ["fire"] });
      const first = await raise(again(id, ["ticket"], { severity: "error", readers: ["everyone", "staff"] }));
      const handoff = { id: newId<HandoffId>(), turnId: id, requestedBy: personOf(tenant.company, "sam") };
      await tenant.stores(({ handoffs }) => handoffs.open(handoff, []));
      const next = again(id, ["ticket", "page"], {
        trigger: "asked_for",
        severity: "info",
        named: false,
        label: "confidential",
        readers: ["staff"],
        handoffId: handoff.id,
        policy,
      });
      const second = await raise(next);
      expect(second).toMatchObject({ fresh: false, changed: true });
      const { escalation } = second;
      expect(escalation).toMatchObject({
        id: first.escalation.id,
        severity: "error",
        handoffId: handoff.id,
        named: false,
        label: "confidential",
        readers: ["staff"],
        policy,
      });
      expect(escalation.version).toBeGreaterThan(first.escalation.version);
      expect(escalation.raised.map(({ trigger }) => trigger)).toEqual(["overdue", "asked_for"]);
      const [ticket, page] = escalation.links;
      expect(ticket).toEqual(first.escalation.links[0]);
      expect(page?.id).toBe(next.escalation.links[1]?.id);
      // The ticket that stands is not made again.
      expect(await waiting(ticket?.id)).toBe(1);
      expect(await waiting(next.escalation.links[0]?.id)).toBe(0);
      expect(await waiting(page?.id)).toBe(1);
      const third = await raise(
        again(id, [], { trigger: "asked_for", severity: "critical", policy: escalation.policy }),
      );
      expect(third).toMatchObject({ changed: true, escalation: { severity: "critical", policy } });
      expect(await eventsOf(escalation.id)).toHaveLength(3);
    });

    it("opens a resolved one again for another reason, not for the same", async () => {
      const { id, turnId } = await raised(["page"]);
      const by = { userId: personOf(tenant.company, "ada"), name: "Ada" };
      await escalations((store) => store.setState(id, "resolved", by, [], []));
      await escalations((store) => store.wantAnswer(id, by.userId));
      expect((await raise(again(turnId, ["page"]))).changed).toBe(false);
      expect((await find(id)).state).toBe("resolved");
      const { escalation } = await raise(again(turnId, ["page"], { trigger: "wrong" }));
      expect(escalation).toMatchObject({ state: "open", resolved: null, answerWantedFrom: null });
    });

    it("raises nothing for a question that does not exist", async () => {
      await expect(raise(again(newId<TurnId>(), ["page"]))).rejects.toMatchObject({ code: "not_found" });
    });

    it("notes once what a vendor calls a link, and fills in what it learns later", async () => {
      const { id, links: made, version } = await raised(["page"]);
      const link = made[0]?.id ?? newId<EscalationLinkId>();
      const note = (externalId: string | null, externalKey: string | null = null) =>
        escalations((store) =>
          store.linkMade(link, { externalId, externalKey, url: null }, told("escalation.paged")),
        );
      const first = await note(null);
      expect(first?.version).toBeGreaterThan(version);
      expect(first?.links[0]).toMatchObject({ state: "open", externalId: null, createdAt: expect.any(Date) });
      expect(await note(null)).toEqual(first);
      const second = await note("Q1", "#4711");
      expect(second?.links[0]).toMatchObject({
        state: "open",
        externalId: "Q1",
        externalKey: "#4711",
        createdAt: first?.links[0]?.createdAt,
      });
      expect((await note("Q2"))?.links[0]?.externalId).toBe("Q1");
      expect(await eventsOf(id)).toEqual(["escalation.raised", "escalation.paged"]);
      const unknown = newId<EscalationLinkId>();
      expect(
        await escalations((store) =>
          store.linkMade(unknown, { externalId: null, externalKey: null, url: null }, []),
        ),
      ).toBeNull();
    });

    it("notes why a link could not be made, until it is made after all", async () => {
      const { links: made } = await raised(["ticket"]);
      const link = made[0]?.id ?? newId<EscalationLinkId>();
      const failed = (error: string) => escalations((store) => store.linkFailed(link, error));
      const first = await failed("no such project");
      expect(first?.links[0]).toMatchObject({ state: "failed", error: "no such project" });
      expect(await failed("no such project")).toEqual(first);
      const after = await escalations((store) =>
        store.linkMade(link, { externalId: "1", externalKey: "OPS-1", url: null }, []),
      );
      expect(after?.links[0]).toMatchObject({ state: "open", error: null, externalKey: "OPS-1" });
      expect(await failed("late")).toBeNull();
      expect((await find(after?.id ?? newId<EscalationId>())).links[0]?.state).toBe("open");
    });

    it("notes once that what a link named is gone, and asks about it no more", async () => {
      const { links: made, version } = await raised(["ticket"]);
      const link = made[0]?.id ?? newId<EscalationLinkId>();
      const gone = () => escalations((store) => store.linkGone(link, "It was deleted.", []));
      const open = () => escalations((store) => store.openLinks(connectionId, 100));
      expect(await gone()).toBeNull();
      await escalations((store) =>
        store.linkMade(link, { externalId: newId(), externalKey: "OPS-1", url: null }, []),
      );
      expect((await open()).map(({ id }) => id)).toContain(link);
      expect(await gone()).toMatchObject({
        version: version + 2,
        state: "open",
        links: [{ state: "failed", error: "It was deleted.", externalKey: "OPS-1" }],
      });
      expect(await gone()).toBeNull();
      expect((await open()).map(({ id }) => id)).not.toContain(link);
    });

    it("finds an escalation by its link, by our key and by the vendor's id", async () => {
      const { id, links: made } = await raised(["ticket"]);
      const [link] = made;
      if (!link) throw new Error("there is no link");
      const externalId = newId();
      await escalations((store) => store.linkMade(link.id, { externalId, externalKey: null, url: null }, []));
      const of = (which: Parameters<EscalationStore["ofLink"]>[0]) =>
        escalations(async (store) => (await store.ofLink(which))?.id ?? null);
      expect(await of(link.id)).toBe(id);
      expect(await of({ connectionId, externalId: null, key: link.key })).toBe(id);
      expect(await of({ connectionId, externalId, key: null })).toBe(id);
      expect(await of({ connectionId, externalId: "unknown", key: link.key })).toBe(id);
      expect(await of({ connectionId, externalId, key: "another's" })).toBe(id);
      expect(await of({ connectionId, externalId: null, key: null })).toBeNull();
      expect(await of({ connectionId: newId<ConnectionId>(), externalId, key: link.key })).toBeNull();
      expect(await of(newId<EscalationLinkId>())).toBeNull();
    });

    it("finds a thread's newest one, before it those that are not resolved", async () => {
      const first = await asked();
      const { conversationId } = first.payload;
      const of = () => escalations(async (store) => (await store.ofConversation(conversationId))?.id ?? null);
      expect(await of()).toBeNull();
      const one = await raise(again(first.id, ["page"]));
      await pause(5);
      const two = await raise(again((await asked({ conversationId })).id, ["page"]));
      expect(await of()).toBe(two.escalation.id);
      const by = { userId: personOf(tenant.company, "ada"), name: "Ada" };
      await escalations((store) => store.setState(two.escalation.id, "resolved", by, [], []));
      expect(await of()).toBe(one.escalation.id);
      await escalations((store) => store.setState(one.escalation.id, "resolved", by, [], []));
      expect(await of()).toBe(two.escalation.id);
    });

    it("is put into a state by hand, once, with the calls that this asks for", async () => {
      const { id, links: made } = await raised(["page"]);
      const linkId = made[0]?.id ?? newId<EscalationLinkId>();
      const by = { userId: personOf(tenant.company, "ada"), name: "Ada Admin" };
      const put = (to: "open" | "acknowledged" | "resolved") => {
        const call = sampleDispatch(connectionId, { linkId, body: { kind: "page_acknowledge", linkId } });
        return escalations((store) => store.setState(id, to, by, [call], told("escalation.acknowledged")));
      };
      const outcomes = await Promise.all(Array.from({ length: 5 }, () => put("acknowledged")));
      const [changed, ...others] = outcomes.filter((outcome) => outcome !== null);
      expect(others).toEqual([]);
      expect(changed).toMatchObject({
        state: "acknowledged",
        acknowledged: { by: "Ada Admin", at: expect.any(Date) },
        resolved: null,
      });
      expect(await waiting(linkId)).toBe(2);
      expect(await eventsOf(id)).toEqual(["escalation.raised", "escalation.acknowledged"]);
      expect(await put("resolved")).toMatchObject({
        state: "resolved",
        acknowledged: changed?.acknowledged,
        resolved: { by: "Ada Admin" },
      });
      expect(await put("open")).toMatchObject({ state: "open", acknowledged: null, resolved: null });
      expect(
        await escalations((store) => store.setState(newId<EscalationId>(), "open", by, [], [])),
      ).toBeNull();
    });

    it("asks one person for the answer", async () => {
      const { id } = await raised(["page"]);
      const [ada, sam] = [personOf(tenant.company, "ada"), personOf(tenant.company, "sam")];
      const wanted = await Promise.all(
        [ada, sam].map((who) => escalations((store) => store.wantAnswer(id, who))),
      );
      expect(wanted.filter(Boolean)).toHaveLength(1);
      expect((await find(id)).answerWantedFrom).toBe(wanted[0] ? ada : sam);
    });
  });
}
