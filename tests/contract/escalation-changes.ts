import { beforeAll, describe, expect, it } from "@jest/globals";
import type { AuditEvent } from "../../core/audit/audit-event.ts";
import type { Escalation, LinkKind } from "../../core/escalation/escalation.ts";
import type { EscalationStore } from "../../core/escalation/escalation-store.ts";
import type { ExternalChange } from "../../core/escalation/external-change.ts";
import { type ConnectionId, type EscalationLinkId, newId } from "../../core/ids.ts";
import { sampleConnection } from "../support/sample-raise.ts";
import { pause, personOf } from "../support/sample-work.ts";
import type { DatabaseUnderTest, TenantUnderTest } from "./database-under-test.ts";
import { raisedQuestions } from "./raised-questions.ts";

type Change = Parameters<EscalationStore["change"]>[1];
const start = Math.floor(Date.now() / 1_000) * 1_000;
const told: readonly AuditEvent[] = [
  { event: "escalation.acknowledged", status: "success", userId: null, resourceType: "escalation" },
];

/** How what happens in outside systems changes an escalation: by when it happened there, not by when it is told. */
export function escalationChangesContract(name: string, open: () => DatabaseUnderTest): void {
  describe(`changes of escalations: ${name}`, () => {
    let tenant: TenantUnderTest;
    let connectionId: ConnectionId;
    const { escalations, raised, raise, eventsOf } = raisedQuestions(
      open,
      () => tenant,
      () => connectionId,
    );
    const change = (
      link: EscalationLinkId | undefined,
      state: ExternalChange["state"],
      seconds: number,
      rest: Partial<Change> = {},
    ) =>
      escalations((store) =>
        store.change(
          link ?? newId<EscalationLinkId>(),
          {
            externalId: "Q1",
            key: null,
            externalKey: "#4711",
            url: "https://pager.example/Q1",
            at: new Date(start + seconds * 1_000),
            state,
            status: state,
            assignees: [],
            resolution: null,
            by: { name: "Ana", email: "ana@example.org" },
            ...rest,
          },
          told,
        ),
      );
    const stateAfter = async (...args: Parameters<typeof change>): Promise<Escalation["state"] | null> =>
      (await change(...args))?.escalation.state ?? null;
    const now = async ({ id }: Pick<Escalation, "id">): Promise<Escalation> => {
      const found = await escalations((store) => store.find(id));
      if (!found) throw new Error("there is no such escalation");
      return found;
    };
    const linksOf = ({ links }: Escalation): Readonly<Record<LinkKind, EscalationLinkId | undefined>> => ({
      ticket: links.find(({ kind }) => kind === "ticket")?.id,
      page: links.find(({ kind }) => kind === "page")?.id,
    });
    beforeAll(async () => {
      tenant = await open().tenant();
      const connection = sampleConnection({ name: "Pager" });
      connectionId = connection.id;
      await tenant.stores(({ connections }) => connections.add(connection, []));
    });

    it("takes in how a link stands, and tells how it stood", async () => {
      const escalation = await raised(["page"]);
      const { page } = linksOf(escalation);
      const assignees = [{ name: "Ana", email: "ana@example.org" }];
      const changed = await change(page, "acknowledged", 1, { assignees, status: "triaged" });
      expect(changed?.before).toEqual(escalation.links[0]);
      const link = changed?.escalation.links[0];
      expect(link).toMatchObject({
        externalId: "Q1",
        externalKey: "#4711",
        url: "https://pager.example/Q1",
        state: "acknowledged",
        status: "triaged",
        assignees,
        resolution: null,
        changedAt: new Date(start + 1_000),
        createdAt: expect.any(Date),
        error: null,
      });
      expect(changed?.escalation).toMatchObject({
        state: "acknowledged",
        acknowledged: { by: "Ana", at: new Date(start + 1_000) },
      });
      expect(changed?.escalation.version).toBeGreaterThan(escalation.version);
      expect(await now(escalation)).toEqual(changed?.escalation);
      expect(await eventsOf(escalation.id)).toEqual(["escalation.raised", "escalation.acknowledged"]);
      expect((await change(page, "resolved", 2))?.before).toEqual(link);
      expect(await change(newId<EscalationLinkId>(), "open", 1)).toBeNull();
    });

    it("does not go back to what is older, nor tell the same again", async () => {
      const escalation = await raised(["page"]);
      const { page } = linksOf(escalation);
      expect(await stateAfter(page, "resolved", 10)).toBe("resolved");
      const settled = await now(escalation);
      expect(await change(page, "acknowledged", 9)).toBeNull();
      expect(await change(page, "resolved", 10)).toBeNull();
      expect(await now(escalation)).toEqual(settled);
      expect(await eventsOf(escalation.id)).toHaveLength(2);
      // Newer, and as it was: nothing to tell, and from now on what is older than this is old.
      expect(await change(page, "resolved", 20)).toBeNull();
      expect(await change(page, "open", 15)).toBeNull();
      expect(await now(escalation)).toMatchObject({ state: "resolved", version: settled.version });
    });

    it("ends with the newest, in whatever order many are told at once", async () => {
      const escalation = await raised(["page"]);
      const { page } = linksOf(escalation);
      const states = ["open", "acknowledged", "open", "acknowledged", "resolved"] as const;
      await Promise.all(
        states.map((state, place) => change(page, state, place + 1, { status: String(place) })).toReversed(),
      );
      expect(await now(escalation)).toMatchObject({
        state: "resolved",
        links: [{ state: "resolved", status: "4", changedAt: new Date(start + 5_000) }],
      });
    });

    it("takes of one instant's changes the one that goes further, and what is told of it besides", async () => {
      const escalation = await raised(["page"]);
      const { page } = linksOf(escalation);
      expect(await stateAfter(page, "acknowledged", 1)).toBe("acknowledged");
      expect(await change(page, "open", 1)).toBeNull();
      expect(await change(page, "acknowledged", 1)).toBeNull();
      const assignees = [{ name: "Bo", email: null }];
      expect((await change(page, "acknowledged", 1, { assignees }))?.escalation.links[0]).toMatchObject({
        assignees,
      });
      expect(await stateAfter(page, "resolved", 1, { assignees })).toBe("resolved");
    });

    it("takes what is told by the whole second to be of any moment of it", async () => {
      const escalation = await raised(["page"]);
      const { page } = linksOf(escalation);
      expect(await stateAfter(page, "open", 1.3)).toBe("open");
      expect(await stateAfter(page, "acknowledged", 1)).toBe("acknowledged");
      expect(await change(page, "open", 1)).toBeNull();
      expect(await change(page, "open", 1.2)).toBeNull();
      expect((await now(escalation)).links[0]?.changedAt).toEqual(new Date(start + 1_300));
      expect(await stateAfter(page, "resolved", 1.7)).toBe("resolved");
      expect(await change(page, "acknowledged", 1)).toBeNull();
      expect((await now(escalation)).state).toBe("resolved");
      expect(await stateAfter(page, "open", 2)).toBe("open");
    });

    it("keeps what it knows where the vendor does not tell it", async () => {
      const escalation = await raised(["page"]);
      const { page } = linksOf(escalation);
      await change(page, "open", 1);
      await change(page, "acknowledged", 2, { externalId: "Q2", externalKey: null, url: null, by: null });
      expect(await now(escalation)).toMatchObject({
        acknowledged: { by: "Pager" },
        links: [{ externalId: "Q1", externalKey: "#4711", url: "https://pager.example/Q1" }],
      });
    });

    it("is acknowledged by the first link that is, and resolved by the last", async () => {
      const escalation = await raised(["ticket", "page"]);
      const { ticket, page } = linksOf(escalation);
      expect(await stateAfter(ticket, "open", 1)).toBe("open");
      expect(await stateAfter(page, "acknowledged", 2)).toBe("acknowledged");
      expect(await stateAfter(ticket, "acknowledged", 3, { by: { name: "Bo", email: null } })).toBe(
        "acknowledged",
      );
      expect((await now(escalation)).acknowledged).toEqual({ by: "Ana", at: new Date(start + 2_000) });
      expect(await stateAfter(page, "resolved", 4)).toBe("acknowledged");
      expect(await stateAfter(ticket, "resolved", 5, { by: { name: "Bo", email: null } })).toBe("resolved");
      expect((await now(escalation)).resolved).toEqual({ by: "Bo", at: new Date(start + 5_000) });
    });

    it("is resolved, though both links are resolved at once", async () => {
      for (let round = 0; round < 5; round += 1) {
        const escalation = await raised(["ticket", "page"]);
        const { ticket, page } = linksOf(escalation);
        await Promise.all([change(ticket, "resolved", 1), change(page, "resolved", 1)]);
        expect((await now(escalation)).state).toBe("resolved");
      }
    });

    it("waits for a link that is yet to be made, and not for one that could not be", async () => {
      const escalation = await raised(["ticket", "page"]);
      const { ticket, page } = linksOf(escalation);
      expect(await stateAfter(page, "resolved", 1)).toBe("open");
      const other = await raised(["ticket", "page"]);
      const links = linksOf(other);
      await escalations((store) =>
        store.linkFailed(links.ticket ?? newId<EscalationLinkId>(), "no such project"),
      );
      expect(await stateAfter(links.page, "resolved", 1)).toBe("resolved");
      expect(await stateAfter(ticket, "resolved", 1)).toBe("resolved");
    });

    it("is open again where a link opens again, and in hand while another is", async () => {
      const escalation = await raised(["ticket", "page"]);
      const { ticket, page } = linksOf(escalation);
      const sam = personOf(tenant.company, "sam");
      for (const link of [ticket, page]) await change(link, "resolved", 1);
      await escalations((store) => store.wantAnswer(escalation.id, sam));
      expect(await stateAfter(ticket, "open", 2)).toBe("open");
      expect(await now(escalation)).toMatchObject({
        acknowledged: null,
        resolved: null,
        answerWantedFrom: null,
      });
      expect(await stateAfter(ticket, "resolved", 3)).toBe("resolved");
      expect(await stateAfter(page, "acknowledged", 4)).toBe("acknowledged");
      expect(await stateAfter(page, "open", 5)).toBe("open");
    });

    it("stays resolved by hand while its links are only touched", async () => {
      const escalation = await raised(["ticket", "page"]);
      const { ticket, page } = linksOf(escalation);
      await change(page, "acknowledged", 1);
      await change(ticket, "open", 1);
      const by = { userId: personOf(tenant.company, "ada"), name: "Ada" };
      await escalations((store) => store.setState(escalation.id, "resolved", by, [], []));
      expect(await stateAfter(ticket, "acknowledged", 2)).toBe("resolved");
      expect(await stateAfter(page, "resolved", 3)).toBe("resolved");
      expect(await stateAfter(ticket, "resolved", 4)).toBe("resolved");
      expect((await now(escalation)).resolved?.by).toBe("Ada");
    });

    it("has a link stand for something new under another key, once", async () => {
      const escalation = await raised(["ticket", "page"]);
      const { ticket, page = newId<EscalationLinkId>() } = linksOf(escalation);
      await change(page, "resolved", 5, { externalId: "Q7" });
      const key = `expert-${newId<EscalationLinkId>()}`;
      const renewed = await escalations((store) => store.renewLink(page, key));
      expect(renewed?.links.find(({ id }) => id === page)).toMatchObject({
        key,
        kind: "page",
        state: "pending",
        externalId: null,
        externalKey: null,
        url: null,
        status: null,
        assignees: [],
        resolution: null,
        changedAt: null,
        createdAt: null,
        error: null,
      });
      expect(renewed?.links.find(({ id }) => id === ticket)).toMatchObject({ state: "pending" });
      expect(await escalations((store) => store.renewLink(page, key))).toBeNull();
      expect(await escalations((store) => store.renewLink(newId<EscalationLinkId>(), key))).toBeNull();
      const find = (externalId: string | null, byKey: string | null) =>
        escalations((store) => store.ofLink({ connectionId, externalId, key: byKey }));
      expect(await find(null, key)).toMatchObject({ id: escalation.id });
      const old = escalation.links.find(({ id }) => id === page)?.key ?? null;
      expect(await find("Q7", old)).toBeNull();
      // What happened to the old one is not newer than anything of the new one.
      await escalations((store) =>
        store.linkMade(page, { externalId: "Q8", externalKey: "#8", url: null }, []),
      );
      await change(page, "acknowledged", 1, { externalId: "Q8" });
      expect((await now(escalation)).links.find(({ id }) => id === page)).toMatchObject({
        state: "acknowledged",
        externalId: "Q8",
      });
    });

    it("sees a link that is added while another is resolved", async () => {
      for (let round = 0; round < 5; round += 1) {
        const escalation = await raised(["page"]);
        const { page } = linksOf(escalation);
        const { id, turnId, policy } = escalation;
        const added = {
          escalation: {
            ...{ id, turnId, policy },
            approvalId: null,
            handoffId: null,
            departmentId: escalation.departmentId,
            named: true,
            question: escalation.question,
            label: "public" as const,
            readers: null,
            severity: "warning" as const,
            raised: { trigger: "wrong" as const, at: new Date(), by: null },
            links: [{ id: newId<EscalationLinkId>(), kind: "ticket" as const, connectionId, key: newId() }],
          },
          dispatches: [],
        };
        await Promise.all([change(page, "resolved", 1), raise(added)]);
        expect(await now(escalation)).toMatchObject({ state: "open" });
      }
    });

    it("hands out links to look at, those first that nobody has looked at for longest", async () => {
      const connection = sampleConnection();
      await tenant.stores(({ connections }) => connections.add(connection, []));
      const before = connectionId;
      connectionId = connection.id;
      const pages: (EscalationLinkId | undefined)[] = [];
      for (const state of ["open", "acknowledged", "resolved", null] as const) {
        const { page } = linksOf(await raised(["page"]));
        pages.push(page);
        if (state) await change(page, state, 1);
        await pause(2);
      }
      connectionId = before;
      const look = async (limit: number) =>
        (await escalations((store) => store.openLinks(connection.id, limit))).map(({ id }) => id);
      expect((await look(10)).toSorted()).toEqual(pages.slice(0, 2).toSorted());
      await pause(2);
      const [first] = await look(1);
      await pause(2);
      expect(await look(1)).toEqual(pages.slice(0, 2).filter((id) => id !== first));
      await pause(2);
      expect(await look(1)).toEqual([first]);
      const [link] = await escalations((store) => store.openLinks(connection.id, 1));
      expect(link).toMatchObject({
        connectionId: connection.id,
        externalId: "Q1",
        changedAt: expect.any(Date),
      });
      expect(await escalations((store) => store.openLinks(newId<ConnectionId>(), 10))).toEqual([]);
    });
  });
}
