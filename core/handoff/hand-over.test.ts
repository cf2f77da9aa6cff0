import { beforeEach, describe, expect, it } from "@jest/globals";
import { type ChatBench, chatBench } from "../../tests/support/chat-bench.ts";
import { departmentOf, personOf } from "../../tests/support/sample-work.ts";
import type { TakenOver } from "../approvals/approval-ports.ts";
import type { ChannelPerson } from "../identity/channel-identity.ts";
import type { Identity } from "../identity/directory.ts";
import type { Member } from "../identity/member.ts";
import { type HandoffId, newId, type TenantId, type TurnId, type UserId } from "../ids.ts";
import { askHuman } from "./ask-human.ts";
import type { DirectPlace, ExpertReach } from "./experts.ts";
import { giveBack } from "./give-back.ts";
import { takeOver } from "./take-over.ts";

const placeOf = ({
  workspaceId,
  externalId,
}: Pick<ChannelPerson, "workspaceId" | "externalId">): DirectPlace => ({
  threadKey: `slack:${workspaceId}:@${externalId}`,
  address: { user: externalId },
});

describe("a question that a human takes over", () => {
  let bench: ChatBench;
  beforeEach(() => {
    bench = chatBench();
  });
  const experts: ExpertReach = {
    reach: async ([first]) => (first ? placeOf(first) : null),
    lookUp: async () => null,
  };
  const tables = () => bench.database.tables(bench.company.tenantId);
  const threadOf = (turnId: TurnId): string => tables().turns.get(turnId)?.event.payload.threadKey ?? "";
  const heldBy = (turnId: TurnId) =>
    tables().conversations.get(tables().turns.get(turnId)?.event.payload.conversationId ?? "")?.heldBy;
  const change = (name: Parameters<typeof personOf>[1], changed: Partial<Member>): void => {
    const id = personOf(bench.company, name);
    const member = tables().members.get(id);
    if (member) tables().members.set(id, { ...member, ...changed });
  };
  const ask = async (turnId: TurnId, name: "sam" | "vic" | "ada" = "sam") =>
    askHuman({ ...bench, experts }, { identity: await bench.identity(name), turnId, outside: false });
  const take = async (handoffId: HandoffId, who: "ada" | "sam" | "vic" | "fay" | Identity) =>
    takeOver(bench, {
      identity: typeof who === "string" ? await bench.identity(who) : who,
      handoffId,
      place: placeOf({ workspaceId: "T1", externalId: "TAKER" }),
    });
  const back = async (handoffId: HandoffId, name: "ada" | "sam" | "fay") =>
    giveBack(bench, { identity: await bench.identity(name), handoffId });
  const opened = async (changed: Parameters<ChatBench["answered"]>[0] = {}) => {
    const turnId = await bench.answered({ department: "operations", shared: true, ...changed });
    const { handoff } = await ask(turnId);
    return { turnId, id: handoff.id };
  };

  describe("asking", () => {
    it("tells the thread who was asked, and each expert who can be reached", async () => {
      await bench.seen("ada");
      const turnId = await bench.answered({
        department: "operations",
        shared: true,
        address: { user: "U7" },
      });
      const asked = await ask(turnId);
      expect(asked).toMatchObject({ fresh: true, experts: ["Ada Admin"], handoff: { state: "open" } });
      const { id: handoffId } = asked.handoff;
      const told = { handoffId, askedBy: "Sam Staff", department: "Operations" };
      expect(bench.notes(threadOf(turnId))).toEqual([
        { kind: "human_asked", ...told, experts: ["Ada Admin"] },
      ]);
      expect(bench.notes("slack:T1:@ADA")).toEqual([
        {
          kind: "handoff_offered",
          ...told,
          question: "How do I start the pump?",
          threadKey: threadOf(turnId),
          address: { user: "U7" },
        },
      ]);
      expect(bench.woken).toEqual([
        `delivery delivery-${threadOf(turnId)}`,
        "delivery delivery-slack:T1:@ADA",
      ]);
      expect(bench.audited("handoff")).toEqual(["handoff.requested success"]);
    });

    it("takes the address of the click for the thread, and none that passes to the experts", async () => {
      await bench.seen("ada");
      const old = { user: "U7", responseUrl: "https://hooks.slack.com/old" };
      const turnId = await bench.answered({ department: "operations", address: old });
      const identity = await bench.identity("sam");
      const passing = { responseUrl: "https://hooks.slack.com/new" };
      await askHuman({ ...bench, experts }, { identity, turnId, passing, outside: false });
      const notes = tables().outbox.flatMap(({ delivery: { message, address } }) =>
        message.kind === "note" ? [[message.note.kind, address]] : [],
      );
      expect(notes).toEqual([
        ["human_asked", { user: "U7", ...passing }],
        ["handoff_offered", { user: "ADA" }],
      ]);
      expect(bench.notes("slack:T1:@ADA")).toMatchObject([{ address: { user: "U7" } }]);
      expect(JSON.stringify(bench.notes())).not.toContain("hooks.slack.com");
    });

    it("tells again who was asked, writing nothing twice", async () => {
      await bench.seen("ada");
      const turnId = await bench.answered({ department: "operations", shared: true });
      const first = await ask(turnId);
      const again = await ask(turnId, "vic");
      expect(again).toMatchObject({
        fresh: false,
        experts: ["Ada Admin"],
        handoff: { id: first.handoff.id },
      });
      expect(bench.notes()).toHaveLength(2);
      expect(bench.audited("handoff")).toHaveLength(1);
    });

    it("tells the experts anew after the thread was given back", async () => {
      await bench.seen("ada");
      const turnId = await bench.answered({ department: "operations", shared: true });
      const first = await ask(turnId);
      await take(first.handoff.id, "ada");
      await back(first.handoff.id, "ada");
      const again = await ask(turnId);
      expect(again).toMatchObject({ fresh: true, experts: ["Ada Admin"], handoff: { state: "open" } });
      expect(bench.notes("slack:T1:@ADA")).toMatchObject([
        { kind: "handoff_offered", handoffId: first.handoff.id },
        { kind: "handoff_offered", handoffId: again.handoff.id },
      ]);
      expect(bench.notes(threadOf(turnId)).map(({ kind }) => kind)).toEqual([
        "human_asked",
        "taken_over",
        "given_back",
        "human_asked",
      ]);
      await expect(take(first.handoff.id, "ada")).rejects.toMatchObject({ code: "conflict" });
      expect(heldBy(turnId)).toBeNull();
      expect(await take(again.handoff.id, "ada")).toMatchObject({ state: "taken" });
      expect(bench.notes(threadOf(turnId)).at(-1)).toMatchObject({ kind: "taken_over" });
      expect(heldBy(turnId)).toBe(personOf(bench.company, "ada"));
      expect(bench.audited("handoff.requested")).toHaveLength(2);
      await expect(back(first.handoff.id, "ada")).rejects.toMatchObject({
        code: "conflict",
        facts: { heldBy: "Ada Admin" },
      });
      expect(await back(again.handoff.id, "ada")).toMatchObject({ state: "closed" });
      expect(heldBy(turnId)).toBeNull();
    });

    it("says honestly that nobody can be reached", async () => {
      const turnId = await bench.answered({ department: "operations" });
      expect(await ask(turnId)).toMatchObject({ fresh: true, experts: [] });
      expect(bench.notes()).toMatchObject([{ kind: "human_asked", experts: [] }]);
    });

    it("asks neither whoever asked the question nor whoever asked for a human", async () => {
      await bench.seen("ada");
      const turnId = await bench.answered({
        department: "operations",
        shared: true,
        userId: personOf(bench.company, "ada"),
      });
      expect(await ask(turnId)).toMatchObject({ experts: [] });
    });

    it("tells at most ten", async () => {
      const operations = departmentOf(bench.company, "operations");
      const ada = tables().members.get(personOf(bench.company, "ada"));
      for (let number = 0; number < 12; number += 1) {
        const id = newId<UserId>();
        const name = `Expert ${String(number)}`;
        const departments = new Map([[operations, "lead" as const]]);
        if (ada) tables().members.set(id, { ...ada, id, name, email: `${id}@small.example`, departments });
        const person = { channel: "slack" as const, workspaceId: "T1", externalId: `E${String(number)}` };
        await bench.database.withTenant(bench.company.tenantId, ({ identities }) =>
          identities.link(person, id),
        );
      }
      const { experts } = await ask(await bench.answered({ department: "operations" }));
      expect(experts).toHaveLength(10);
      expect(bench.notes()).toHaveLength(11);
    });

    it("is for those who saw the answer", async () => {
      await expect(ask(await bench.answered(), "vic")).rejects.toMatchObject({ code: "forbidden" });
      await expect(ask(newId<TurnId>())).rejects.toMatchObject({ code: "not_found" });
      expect(bench.audited("policy.denied")).toHaveLength(1);
      expect(bench.notes()).toEqual([]);
    });
  });

  describe("taking over", () => {
    it("holds the thread for the expert and says so there, once", async () => {
      const { turnId, id } = await opened();
      expect(await take(id, "ada")).toMatchObject({ state: "taken", takenByName: "Ada Admin" });
      expect(await take(id, "ada")).toMatchObject({ state: "taken" });
      expect(heldBy(turnId)).toBe(personOf(bench.company, "ada"));
      expect(bench.notes(threadOf(turnId)).slice(1)).toEqual([
        { kind: "taken_over", handoffId: id, by: "Ada Admin" },
      ]);
      expect(bench.audited("handoff.taken")).toEqual(["handoff.taken success"]);
    });

    it("has a ticket and an incident know who answers", async () => {
      const { turnId, id } = await opened();
      const told: unknown[] = [];
      const approvals = {
        tellTakenOver: async (...[tenant, taken]: readonly [TenantId, TakenOver]) => {
          told.push({ tenant, ...taken });
        },
      };
      const place = placeOf({ workspaceId: "T1", externalId: "TAKER" });
      await takeOver(
        { ...bench, approvals },
        { identity: await bench.identity("ada"), handoffId: id, place },
      );
      const by = { userId: personOf(bench.company, "ada"), name: "Ada Admin" };
      expect(told).toEqual([{ tenant: bench.company.tenantId, turnId, about: id, by }]);
    });

    it("holds no thread that its asker alone sees: both are told how to reach each other", async () => {
      await bench.seen("ada");
      const { turnId, id } = await opened({
        shared: false,
        address: { user: "USAM", responseUrl: "https://hooks.slack.com/x" },
      });
      expect(bench.notes()).toMatchObject([
        { kind: "human_asked", direct: true },
        { kind: "handoff_offered", direct: true },
      ]);
      expect(await take(id, "ada")).toMatchObject({ state: "taken", shared: false });
      await take(id, "ada");
      expect(heldBy(turnId)).toBeNull();
      expect(bench.notes(threadOf(turnId)).slice(1)).toEqual([
        { kind: "expert_found", expert: { name: "Ada Admin", address: { user: "TAKER" } } },
      ]);
      expect(bench.notes("slack:T1:@TAKER")).toEqual([
        {
          kind: "asker_waits",
          handoffId: id,
          askedBy: "Sam Staff",
          address: { user: "USAM" },
          question: "How do I start the pump?",
        },
      ]);
      await back(id, "ada");
      expect(bench.notes(threadOf(turnId)).at(-1)).toEqual({ kind: "request_closed", by: "Ada Admin" });
    });

    it("tells a guest no name of whoever takes their question over", async () => {
      await bench.seen("ada");
      const guest = await bench.guest();
      const turnId = await bench.answered({ department: "operations", userId: guest.member.id });
      const { handoff } = await askHuman({ ...bench, experts }, { identity: guest, turnId, outside: false });
      await take(handoff.id, "ada");
      await back(handoff.id, "ada");
      expect(bench.notes(threadOf(turnId)).slice(1)).toEqual([
        { kind: "expert_found", expert: null },
        { kind: "request_closed", by: null },
      ]);
    });

    it("is for one: the second expert learns who was first", async () => {
      const { turnId, id } = await opened({ userId: personOf(bench.company, "vic") });
      // Whoever asked for the human may not take over either, so that another asks.
      tables().handoffs[0] = { ...tables().handoffs[0]!, requestedBy: personOf(bench.company, "vic") };
      change("sam", { roles: ["staff", "approver"] });
      const results = await Promise.allSettled([take(id, "ada"), take(id, "sam")]);
      expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect(results.find(({ status }) => status === "rejected")).toMatchObject({
        reason: {
          code: "conflict",
          message: "Ada Admin has taken this over already.",
          facts: { reason: "handoff_taken", name: "Ada Admin" },
        },
      });
      expect(heldBy(turnId)).toBe(personOf(bench.company, "ada"));
      expect(bench.notes().filter(({ kind }) => kind === "taken_over")).toHaveLength(1);
    });

    it.each([
      ["a member who is no approver", "sam"],
      ["somebody of the tenant who is no member", "vic"],
      ["a lead of another department", "fay"],
    ] as const)("is refused to %s, naming who may", async (_who, name) => {
      const { turnId, id } = await opened({ userId: personOf(bench.company, "vic") });
      change("fay", { departments: new Map([[departmentOf(bench.company, "finance"), "lead"]]) });
      await expect(take(id, name)).rejects.toMatchObject({
        code: "forbidden",
        remedy: "These may: Ada Admin.",
        facts: { names: "Ada Admin" },
      });
      expect(heldBy(turnId)).toBeNull();
      expect(bench.audited("policy.denied")).toHaveLength(1);
    });

    it("is refused to whoever asked the question, an expert or not, whoever asked for the human", async () => {
      const asker = personOf(bench.company, "ada");
      const { id } = await opened({ userId: asker });
      await expect(take(id, "ada")).rejects.toMatchObject({
        code: "forbidden",
        message: "Nobody takes over a question of their own.",
      });
    });

    it("is refused to a guest, who learns no names", async () => {
      const { id } = await opened();
      await expect(take(id, await bench.guest())).rejects.toMatchObject({
        code: "forbidden",
        remedy: "Leave it to the department.",
        facts: { reason: "handoff_not_expert" },
      });
    });

    it("is for approvers where no department was found", async () => {
      const turnId = await bench.answered({ shared: true });
      const { handoff } = await ask(turnId);
      await expect(take(handoff.id, "ada")).rejects.toMatchObject({ code: "forbidden" });
      change("vic", { roles: ["approver"] });
      expect(await take(handoff.id, "vic")).toMatchObject({ takenByName: "Vic Viewer" });
    });

    it("knows no hand-off that does not exist", async () => {
      await expect(take(newId<HandoffId>(), "ada")).rejects.toMatchObject({ code: "not_found" });
    });
  });

  describe("giving back", () => {
    it("lets the bot speak again, once, by whoever has it", async () => {
      const { turnId, id } = await opened();
      await take(id, "ada");
      expect(await back(id, "ada")).toMatchObject({ state: "closed" });
      expect(await back(id, "ada")).toMatchObject({ state: "closed" });
      expect(heldBy(turnId)).toBeNull();
      expect(bench.notes(threadOf(turnId)).at(-1)).toEqual({ kind: "given_back", by: "Ada Admin" });
      expect(bench.audited("handoff.returned")).toEqual(["handoff.returned success"]);
      await expect(take(id, "ada")).rejects.toMatchObject({ code: "conflict" });
    });

    it("is for the holder and the department's leads alone", async () => {
      const { id } = await opened({ userId: personOf(bench.company, "vic") });
      tables().handoffs[0] = { ...tables().handoffs[0]!, requestedBy: personOf(bench.company, "vic") };
      await expect(back(id, "ada")).rejects.toMatchObject({ code: "conflict" });
      change("sam", { roles: ["staff", "approver"] });
      await take(id, "sam");
      await expect(back(id, "fay")).rejects.toMatchObject({
        code: "forbidden",
        remedy: "Ask Sam Staff, or a lead of the department.",
      });
      expect(await back(id, "ada")).toMatchObject({ state: "closed" });
      expect(bench.notes().at(-1)).toEqual({ kind: "given_back", by: "Ada Admin" });
    });
  });
});
