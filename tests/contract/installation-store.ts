import { beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { AuditEvent } from "../../core/audit/audit-event.ts";
import type { Installation, InstallationStore } from "../../core/identity/installation.ts";
import { newId } from "../../core/ids.ts";
import { pause, personOf } from "../support/sample-work.ts";
import type { DatabaseUnderTest, TenantUnderTest } from "./database-under-test.ts";

/** Where the bot is installed, and for whom. */
export function installationStoreContract(name: string, open: () => DatabaseUnderTest): void {
  describe(`installations: ${name}`, () => {
    let tenant: TenantUnderTest;
    let other: TenantUnderTest;
    let workspaceId: string;
    const installations = <T>(work: (store: InstallationStore) => Promise<T>, of = tenant): Promise<T> =>
      of.stores((stores) => work(stores.installations));
    const installation = (change: Partial<Installation> = {}): Installation => ({
      channel: "slack",
      workspaceId,
      workspaceName: `Name of ${workspaceId}`,
      organisationId: null,
      organisationWide: false,
      appId: "A1",
      botUserId: "UBOT",
      scopes: ["chat:write", "im:history"],
      sealedTokens: "v1.a.b.c.d",
      tokensExpireAt: new Date("2026-05-06T07:08:09.000Z"),
      state: "active",
      installedBy: personOf(tenant.company, "ada"),
      ...change,
    });
    const told = (event: AuditEvent["event"]): readonly AuditEvent[] => [
      { event, status: "success", userId: null, resourceType: "installation", metadata: { workspaceId } },
    ];
    const events = async (): Promise<readonly string[]> =>
      (await tenant.stores(({ audit }) => audit.list({ cursor: null, limit: 200 }))).items
        .filter(({ metadata }) => metadata?.["workspaceId"] === workspaceId)
        .map(({ event }) => event)
        .toReversed();
    const save = (change: Partial<Installation> = {}, of = tenant): Promise<void> =>
      installations((store) => store.save(installation(change), told("channel.installed")), of);
    const find = (of = tenant): Promise<Installation | null> =>
      installations((store) => store.find("slack", workspaceId), of);
    beforeAll(async () => {
      tenant = await open().tenant();
      other = await open().tenant();
    });
    beforeEach(() => {
      workspaceId = `T${newId()}`;
    });

    it("keeps an installation, and takes it again", async () => {
      expect(await find()).toBeNull();
      await save();
      expect(await find()).toEqual(installation());
      const again = { workspaceName: "New name", sealedTokens: "v1.new", tokensExpireAt: null, scopes: [] };
      await save(again);
      expect(await find()).toEqual(installation(again));
      expect(await installations((store) => store.list())).toContainEqual(installation(again));
      expect(await events()).toEqual(["channel.installed", "channel.installed"]);
    });

    it("belongs to one tenant", async () => {
      await save();
      const foreign = { installedBy: null, workspaceName: "Taken over" };
      await expect(save(foreign, other)).rejects.toMatchObject({
        code: "conflict",
        remedy: expect.stringContaining("workspace"),
      });
      expect(await find(other)).toBeNull();
      expect(await find()).toEqual(installation());
      expect(await events()).toEqual(["channel.installed"]);
      const trail = await other.stores(({ audit }) => audit.list({ cursor: null, limit: 200 }));
      expect(trail.items.some(({ event }) => event === "channel.installed")).toBe(false);
      expect(await installations((store) => store.list(), other)).toEqual([]);
      await installations((store) => store.end("slack", workspaceId, "revoked", []), other);
      await installations((store) => store.refreshed("slack", workspaceId, "stolen", null), other);
      expect(await installations((store) => store.beginRefresh("slack", workspaceId, 1_000), other)).toBe(
        false,
      );
      expect(await find()).toEqual(installation());
    });

    describe("within an organisation", () => {
      let grid: string;
      const workspace = (id: string, of: TenantUnderTest) =>
        save({ workspaceId: id, organisationId: grid, installedBy: null }, of);
      const organisation = (of: TenantUnderTest) =>
        save({ workspaceId: grid, organisationId: grid, organisationWide: true, installedBy: null }, of);
      const conflict = { code: "conflict" };
      beforeEach(() => {
        grid = `E${newId()}`;
      });

      it("belongs to one tenant, whichever part was first", async () => {
        await workspace(`T${newId()}`, tenant);
        await expect(organisation(other)).rejects.toMatchObject(conflict);
        await organisation(tenant);
        await expect(workspace(`T${newId()}`, other)).rejects.toMatchObject(conflict);
        await workspace(`T${newId()}`, tenant);
      });

      it("lets two tenants have workspaces of their own, and neither all of them", async () => {
        await workspace(`T${newId()}`, tenant);
        await workspace(`T${newId()}`, other);
        await expect(organisation(tenant)).rejects.toMatchObject(conflict);
        await expect(organisation(other)).rejects.toMatchObject(conflict);
      });

      it("is given to one of two tenants who take it at once", async () => {
        const takers = await Promise.allSettled([
          organisation(tenant),
          workspace(`T${newId()}`, other),
          organisation(tenant),
          workspace(`T${newId()}`, other),
        ]);
        const won = takers.map(({ status }) => status === "fulfilled");
        expect([
          [true, false, true, false],
          [false, true, false, true],
        ]).toContainEqual(won);
      });
    });

    it("is given up after its end alone, and another tenant's then", async () => {
      const release = (of = tenant): Promise<boolean> =>
        installations((store) => store.release("slack", workspaceId, told("channel.released")), of);
      const foreign = () => save({ installedBy: null }, other);
      await save();
      expect(await release()).toBe(false);
      await installations((store) => store.end("slack", workspaceId, "uninstalled", []));
      await expect(foreign()).rejects.toMatchObject({ code: "conflict" });
      expect(await release(other)).toBe(false);
      expect([await release(), await release()]).toEqual([true, false]);
      expect(await find()).toBeNull();
      expect(await open().database.tenantOfWorkspace("slack", workspaceId)).toBeNull();
      expect(await events()).toEqual(["channel.installed", "channel.released"]);
      await foreign();
      expect(await open().database.tenantOfWorkspace("slack", workspaceId)).toBe(other.company.tenantId);
      await expect(save()).rejects.toMatchObject({ code: "conflict" });
    });

    it("names the tenant of a workspace, and of no other", async () => {
      const tenantOf = (id: string) => open().database.tenantOfWorkspace("slack", id);
      expect(await tenantOf(workspaceId)).toBeNull();
      await save();
      expect(await tenantOf(workspaceId)).toBe(tenant.company.tenantId);
      expect(await tenantOf(`${workspaceId}x`)).toBeNull();
      expect(await tenantOf("")).toBeNull();
      expect(await open().database.tenantOfWorkspace("teams", workspaceId)).toBeNull();
    });

    it("forgets the tokens when it ends, once", async () => {
      await save();
      const end = (): Promise<boolean> =>
        installations((store) => store.end("slack", workspaceId, "revoked", told("channel.uninstalled")));
      expect([await end(), await end()]).toEqual([true, false]);
      expect(await find()).toEqual(
        installation({ state: "revoked", sealedTokens: null, tokensExpireAt: null }),
      );
      await installations((store) => store.refreshed("slack", workspaceId, "v1.late", null));
      expect((await find())?.sealedTokens).toBeNull();
      expect(await installations((store) => store.beginRefresh("slack", workspaceId, 1_000))).toBe(false);
      expect(await events()).toEqual(["channel.installed", "channel.uninstalled"]);
      expect(await open().database.tenantOfWorkspace("slack", workspaceId)).toBe(tenant.company.tenantId);
      await save();
      expect(await find()).toEqual(installation());
    });

    it("lets one process at a time exchange the refresh token, for as long as it said", async () => {
      await save();
      const begin = (leaseMs: number): Promise<boolean> =>
        installations((store) => store.beginRefresh("slack", workspaceId, leaseMs));
      const takers = await Promise.all(Array.from({ length: 5 }, () => begin(600_000)));
      expect(takers.filter(Boolean)).toHaveLength(1);
      const expiry = new Date("2026-06-07T08:09:10.000Z");
      await installations((store) => store.refreshed("slack", workspaceId, "v1.next", expiry));
      expect(await find()).toEqual(installation({ sealedTokens: "v1.next", tokensExpireAt: expiry }));
      expect(await begin(1)).toBe(true);
      await pause(10);
      expect(await begin(600_000)).toBe(true);
      expect(await begin(600_000)).toBe(false);
    });
  });
}
