import { beforeEach, describe, expect, it } from "@jest/globals";
import { type ChatBench, chatBench } from "../../tests/support/chat-bench.ts";
import { personOf } from "../../tests/support/sample-work.ts";
import { ExpertError } from "../errors.ts";
import type { ChannelPerson, ChannelProfile } from "../identity/channel-identity.ts";
import type { TurnId } from "../ids.ts";
import { askHuman } from "./ask-human.ts";
import type { DirectPlace, ExpertReach } from "./experts.ts";

const placeOf = ({ workspaceId, externalId }: ChannelPerson): DirectPlace => ({
  threadKey: `slack:${workspaceId}:@${externalId}`,
  address: { user: externalId },
});

describe("whom a question reaches", () => {
  let bench: ChatBench;
  /** Whom the platform knows where the question was asked, by address. */
  let onPlatform: (ChannelProfile & { readonly externalId: string; readonly mailedAs?: string })[];
  let asked: string[];
  let fault: Error | null;
  beforeEach(() => {
    bench = chatBench();
    onPlatform = [];
    asked = [];
    fault = null;
  });
  const experts: ExpertReach = {
    reach: async ([first]) => (first && first.workspaceId !== "GONE" ? placeOf(first) : null),
    async lookUp(email) {
      asked.push(email);
      if (fault) throw fault;
      const profile = onPlatform.find(({ verifiedEmail, mailedAs }) => (mailedAs ?? verifiedEmail) === email);
      if (!profile) return null;
      const person: ChannelPerson = { channel: "slack", workspaceId: "T1", externalId: profile.externalId };
      return { person, profile, place: placeOf(person) };
    },
  };
  const tables = () => bench.database.tables(bench.company.tenantId);
  const threadOf = (turnId: TurnId): string => tables().turns.get(turnId)?.event.payload.threadKey ?? "";
  const ask = async (turnId: TurnId, outside = false) =>
    askHuman({ ...bench, experts }, { identity: await bench.identity("sam"), turnId, outside });

  describe("experts who never used the bot", () => {
    const ada = (change: Partial<ChannelProfile> = {}) => ({
      name: "Ada Admin",
      verifiedEmail: "ada@small.example",
      ownMember: true,
      externalId: "UADA",
      mailedAs: "ada@small.example",
      ...change,
    });
    const linked = () => tables().identities.size;
    const opening = async () => ask(await bench.answered({ department: "operations" }));

    it("are looked up by their address, told, and known from then on", async () => {
      onPlatform = [ada({ verifiedEmail: "Ada@Small.example" })];
      expect(await opening()).toMatchObject({ experts: ["Ada Admin"] });
      expect(asked).toEqual(["ada@small.example"]);
      expect(bench.notes("slack:T1:@UADA")).toHaveLength(1);
      expect(bench.audited("identity.linked")).toEqual(["identity.linked success"]);
      expect(await opening()).toMatchObject({ experts: ["Ada Admin"] });
      expect(asked).toHaveLength(1);
    });

    it.each<[string, () => void]>([
      ["the platform knows nobody of the address", () => undefined],
      ["it has not confirmed the address", () => (onPlatform = [ada({ verifiedEmail: null })])],
      ["it confirmed another one", () => (onPlatform = [ada({ verifiedEmail: "sam@small.example" })])],
      ["they are a guest, or of another company", () => (onPlatform = [ada({ ownMember: false })])],
    ])("are not told where %s, and nobody is kept", async (_why, prepare) => {
      prepare();
      expect(await opening()).toMatchObject({ experts: [] });
      expect(linked()).toBe(0);
    });

    it("are found by another confirmed address, unless one before it is somebody else's here", async () => {
      const other = { otherVerifiedEmails: ["Ada@small.example"] };
      onPlatform = [ada({ ...other, verifiedEmail: "sam@small.example" })];
      expect(await opening()).toMatchObject({ experts: [] });
      onPlatform = [ada({ ...other, verifiedEmail: "a.admin@small.onmicrosoft.example" })];
      expect(await opening()).toMatchObject({ experts: ["Ada Admin"] });
      expect(linked()).toBe(1);
    });

    it("are not told where the account there is somebody else's here", async () => {
      onPlatform = [ada()];
      const person: ChannelPerson = { channel: "slack", workspaceId: "T1", externalId: "UADA" };
      await bench.database.withTenant(bench.company.tenantId, ({ identities }) =>
        identities.link(person, personOf(bench.company, "vic")),
      );
      expect(await opening()).toMatchObject({ experts: [] });
    });

    it("are looked up where the bot cannot write to them as it knows them", async () => {
      const person: ChannelPerson = { channel: "slack", workspaceId: "GONE", externalId: "UOLD" };
      await bench.database.withTenant(bench.company.tenantId, ({ identities }) =>
        identities.link(person, personOf(bench.company, "ada")),
      );
      expect(await opening()).toMatchObject({ experts: [] });
      onPlatform = [ada()];
      expect(await opening()).toMatchObject({ experts: ["Ada Admin"] });
    });

    it("are waited for while the platform is away and nobody else is reached", async () => {
      fault = new ExpertError("channel_unavailable", "Slack is away.");
      const turnId = await bench.answered({ department: "operations" });
      await expect(ask(turnId)).rejects.toBe(fault);
      expect(bench.notes()).toEqual([]);
      fault = null;
      onPlatform = [ada()];
      expect(await ask(turnId)).toMatchObject({ fresh: false, experts: ["Ada Admin"] });
      expect(bench.notes()).toHaveLength(2);
    });
  });

  describe("names", () => {
    it("of experts are told neither where outsiders read along nor to a guest", async () => {
      await bench.seen("ada");
      const shared = await bench.answered({ department: "operations", shared: true });
      expect(await ask(shared, true)).toMatchObject({ experts: null });
      const guest = await bench.guest();
      const turnId = await bench.answered({ department: "operations", userId: guest.member.id });
      const told = await askHuman({ ...bench, experts }, { identity: guest, turnId, outside: false });
      expect(told.experts).toBeNull();
      for (const thread of [threadOf(shared), threadOf(turnId)]) {
        expect(bench.notes(thread)).toMatchObject([
          { kind: "human_asked", department: "Operations", experts: null },
        ]);
        expect(JSON.stringify(bench.notes(thread))).not.toContain("Ada");
      }
      expect(bench.notes("slack:T1:@ADA")).toHaveLength(2);
    });

    it("are told to somebody who alone sees the thread, whoever reads the channel", async () => {
      await bench.seen("ada");
      expect(await ask(await bench.answered({ department: "operations" }), true)).toMatchObject({
        experts: ["Ada Admin"],
      });
    });

    it("are none, rather than hidden, where nobody was told", async () => {
      const shared = await bench.answered({ department: "operations", shared: true });
      expect(await ask(shared, true)).toMatchObject({ experts: [] });
    });
  });
});
