import { beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type {
  ConversationReference,
  ConversationReferenceStore,
  ReferenceKey,
} from "../../core/delivery/conversation-reference.ts";
import { newId } from "../../core/ids.ts";
import { pause } from "../support/sample-work.ts";
import type { DatabaseUnderTest, TenantUnderTest } from "./database-under-test.ts";

/** Where the bot was added. */
export function conversationReferenceStoreContract(name: string, open: () => DatabaseUnderTest): void {
  describe(`conversation references: ${name}`, () => {
    let tenant: TenantUnderTest;
    let other: TenantUnderTest;
    let workspaceId: string;
    const references = <T>(
      work: (store: ConversationReferenceStore) => Promise<T>,
      of = tenant,
    ): Promise<T> => of.stores((stores) => work(stores.references));
    const team = (): ReferenceKey => ({ channel: "teams", workspaceId, kind: "team", externalId: "19:team" });
    const reference = (change: Partial<ConversationReference> = {}): ConversationReference => ({
      ...team(),
      teamId: null,
      name: "Plant",
      address: { serviceUrl: "https://smba.example/", conversation: "19:general" },
      ...change,
    });
    const general = (): ConversationReference =>
      reference({ kind: "channel", externalId: "19:general", teamId: "19:team", name: null });
    const early = new Date("2026-05-06T07:08:09.000Z");
    const late = new Date("2026-05-06T07:08:10.000Z");
    const told = (event: "channel.installed" | "channel.uninstalled") => [
      { event, status: "success", userId: null, metadata: { workspaceId } } as const,
    ];
    const keep = (kept = reference(), at = early, welcome = true, of = tenant): Promise<void> =>
      references((store) => store.keep(kept, { at, welcome, audit: told("channel.installed") }), of);
    const forget = (at: Date, key: ReferenceKey = team(), of = tenant): Promise<boolean> =>
      references((store) => store.forget(key, { at, audit: told("channel.uninstalled") }), of);
    const find = (key: ReferenceKey = team(), of = tenant) => references((store) => store.find(key), of);
    const claim = (leaseMs = 600_000) => references((store) => store.claimWelcome(team(), leaseMs));
    const events = async (): Promise<readonly string[]> =>
      (await tenant.stores(({ audit }) => audit.list({ cursor: null, limit: 200 }))).items
        .filter(({ metadata }) => metadata?.["workspaceId"] === workspaceId)
        .map(({ event }) => event)
        .toReversed();
    beforeAll(async () => {
      tenant = await open().tenant();
      other = await open().tenant();
    });
    beforeEach(() => {
      workspaceId = newId();
    });

    it("keeps a reference, and tells of it once", async () => {
      expect(await find()).toBeNull();
      await keep();
      expect(await find()).toEqual(reference());
      const moved = reference({ name: null, address: { serviceUrl: "https://other.example/" } });
      await keep(moved, late);
      expect(await find()).toEqual({ ...moved, name: "Plant" });
      await keep(general());
      expect(await references((store) => store.list("teams", workspaceId))).toEqual([
        general(),
        { ...moved, name: "Plant" },
      ]);
      expect(await references((store) => store.list("slack", workspaceId))).toEqual([]);
      expect(await events()).toEqual(["channel.installed", "channel.installed"]);
    });

    it("lets the newer hold, in whichever order it is told", async () => {
      await keep(reference(), late);
      await keep(reference({ name: "Older" }), early);
      expect(await find()).toEqual(reference());
      expect(await forget(early)).toBe(false);
      expect(await find()).toEqual(reference());
      expect(await forget(late)).toBe(true);
      expect(await forget(late)).toBe(false);
      expect(await find()).toBeNull();
      expect(await events()).toEqual(["channel.installed", "channel.uninstalled"]);
    });

    it("forgets a team's channels with it, and nothing else", async () => {
      await keep();
      await keep(general());
      await keep(reference({ kind: "channel", externalId: "19:far", teamId: "19:other" }));
      await keep(reference({ kind: "person", externalId: "19:team" }));
      await forget(early);
      expect((await references((store) => store.list("teams", workspaceId))).map(({ kind }) => kind)).toEqual(
        ["channel", "person"],
      );
      expect(await find(general())).toBeNull();
    });

    it("has people welcomed by one process, once", async () => {
      expect(await claim()).toBe("done");
      await keep();
      expect(await claim(1)).toBe("claimed");
      await pause(10);
      const claims = await Promise.all(Array.from({ length: 4 }, () => claim()));
      expect(claims.toSorted()).toEqual(["claimed", "held", "held", "held"]);
      await references((store) => store.welcomed(team()));
      expect(await claim()).toBe("done");
      await keep(reference(), late);
      expect(await claim()).toBe("done");
      await forget(late);
      await keep();
      expect(await claim()).toBe("claimed");
      await forget(late);
      await keep(reference(), early, false);
      expect(await claim()).toBe("done");
    });

    it("is one tenant's", async () => {
      await keep();
      expect(await find(team(), other)).toBeNull();
      expect(await forget(late, team(), other)).toBe(false);
      expect(await references((store) => store.list("teams", workspaceId), other)).toEqual([]);
      expect(await find()).toEqual(reference());
    });
  });
}
