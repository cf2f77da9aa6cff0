import { beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { ChannelPerson } from "../../core/identity/channel-identity.ts";
import type { DirectoryPerson, KnownPerson } from "../../core/identity/groups/directory.ts";
import { entraDirectory, groupIn } from "../../core/identity/groups/group-id.ts";
import type { GroupGrant, GroupStore } from "../../core/identity/groups/group-store.ts";
import type { UserId } from "../../core/ids.ts";
import { departmentOf, personOf } from "../support/sample-work.ts";
import type { DatabaseUnderTest, TenantUnderTest } from "./database-under-test.ts";

const directory = entraDirectory("9A4B2C1D-0000-4A5B-9C6D-7E8F90123456");

/** What groups of a directory give. */
export function groupStoreContract(name: string, open: () => DatabaseUnderTest): void {
  describe(`groups: ${name}`, () => {
    let tenant: TenantUnderTest;
    let other: TenantUnderTest;
    let count = 0;
    let person: DirectoryPerson;
    let group: GroupGrant["group"];
    const groups = <T>(work: (store: GroupStore) => Promise<T>, of = tenant): Promise<T> =>
      of.stores((stores) => work(stores.groups));
    const member = (id: UserId, of = tenant) => of.stores(({ members }) => members.member(id));
    const finance = () => departmentOf(tenant.company, "finance");
    const changes = async (user: UserId) =>
      (await tenant.stores(({ audit }) => audit.list({ cursor: null, limit: 200 }))).items
        .filter(({ event, resourceId }) => event === "admin.role_changed" && resourceId === user)
        .toReversed();
    const seen = (change: Partial<KnownPerson> = {}) => ({
      groups: [group],
      guest: false,
      name: "Nok New",
      emails: [`nok${String(count)}@small.example`],
      ...change,
    });
    /** Somebody of Teams whom the company does not know. */
    const stranger = async (): Promise<{ readonly id: UserId; readonly who: ChannelPerson }> => {
      const who: ChannelPerson = { channel: "teams", workspaceId: "ms", externalId: person.externalId };
      return { who, id: await tenant.stores(({ identities }) => identities.guest(who, "Gus")) };
    };
    beforeAll(async () => {
      tenant = await open().tenant();
      other = await open().tenant();
    });
    beforeEach(() => {
      count += 1;
      person = { directory, externalId: `p${String(count)}` };
      group = groupIn(directory, `G${String(count)}`);
    });

    it("keeps a grant once, and takes it back once, with the audit trail told of each", async () => {
      const grant = { group, departmentId: finance(), role: "member" } as const;
      const told = (event: "admin.group_granted" | "admin.group_revoked") =>
        [{ event, status: "success", userId: null, metadata: { group } }] as const;
      expect(await groups((store) => store.grant(grant, told("admin.group_granted")))).toBe(true);
      expect(await groups((store) => store.grant(grant, told("admin.group_granted")))).toBe(false);
      const whole = { group, departmentId: null, role: "staff" } as const;
      expect(await groups((store) => store.grant(whole, []))).toBe(true);
      expect(await groups((store) => store.grant(whole, []))).toBe(false);
      expect((await groups((store) => store.grants())).filter((one) => one.group === group)).toEqual([
        grant,
        whole,
      ]);
      expect(await groups((store) => store.revoke({ ...grant, role: "lead" }, []))).toBe(false);
      expect(await groups((store) => store.revoke(grant, told("admin.group_revoked")))).toBe(true);
      expect(await groups((store) => store.revoke(grant, told("admin.group_revoked")))).toBe(false);
      expect(await groups((store) => store.revoke(whole, []))).toBe(true);
      const { items } = await tenant.stores(({ audit }) => audit.list({ cursor: null, limit: 200 }));
      const events = items.filter(({ metadata }) => metadata?.["group"] === group).map(({ event }) => event);
      expect(events).toEqual(["admin.group_revoked", "admin.group_granted"]);
    });

    it("grants in no department of another tenant, and shows a tenant its own alone", async () => {
      const theirs = { group, departmentId: departmentOf(other.company, "finance"), role: "member" } as const;
      expect(await groups((store) => store.grant(theirs, []))).toBe(false);
      expect(await groups((store) => store.grant(theirs, []), other)).toBe(true);
      expect((await groups((store) => store.grants())).some((one) => one.group === group)).toBe(false);
      expect(await groups((store) => store.revoke(theirs, []))).toBe(false);
      await groups((store) => store.keep(person, personOf(tenant.company, "vic"), seen(), 0));
      expect((await member(personOf(tenant.company, "vic")))?.departments.size).toBe(0);
      expect(
        (await groups((store) => store.lastRead(person, personOf(tenant.company, "vic")), other)).readAt,
      ).toBeNull();
    });

    it("says when somebody's groups were read, for the person that they are here", async () => {
      const vic = personOf(tenant.company, "vic");
      expect((await groups((store) => store.lastRead(person, vic))).readAt).toBeNull();
      await groups((store) => store.keep(person, vic, seen(), 60_000));
      const { readAt } = await groups((store) => store.lastRead(person, vic));
      expect(Date.now() - (readAt?.getTime() ?? 0)).toBeGreaterThanOrEqual(59_000);
      const sam = personOf(tenant.company, "sam");
      expect((await groups((store) => store.lastRead(person, sam))).readAt).toBeNull();
      expect(
        (await groups((store) => store.lastRead({ ...person, directory: "entra:x" }, vic))).readAt,
      ).toBeNull();
    });

    it("adds what groups give to what a person has, and takes it away with the group, telling of each once", async () => {
      const vic = personOf(tenant.company, "vic");
      await groups((store) => store.grant({ group, departmentId: finance(), role: "member" }, []));
      await groups((store) => store.grant({ group, departmentId: finance(), role: "lead" }, []));
      await groups((store) => store.grant({ group, departmentId: null, role: "approver" }, []));
      expect(await groups((store) => store.keep(person, vic, seen(), 0))).toBe(true);
      expect(await groups((store) => store.keep(person, vic, seen(), 0))).toBe(false);
      const given = await member(vic);
      expect(given?.roles.toSorted()).toEqual(["approver", "viewer"]);
      expect([...(given?.departments ?? [])]).toEqual([[finance(), "lead"]]);
      const experts = await tenant.stores(({ handoffs }) => handoffs.experts(finance()));
      expect(experts.map(({ id }) => id)).toContain(vic);
      expect(await groups((store) => store.keep(person, vic, seen({ groups: [] }), 0))).toBe(true);
      expect(await member(vic)).toMatchObject({ roles: ["viewer"], name: "Vic Viewer" });
      expect((await member(vic))?.departments.size).toBe(0);
      const none = { departments: {}, roles: [] };
      const all = { departments: { [finance()]: "lead" }, roles: ["approver"] };
      expect((await changes(vic)).map(({ metadata }) => metadata)).toEqual([
        { directory, before: none, after: all },
        { directory, before: all, after: none },
      ]);
    });

    it("leaves a person's own place as it is, where that is more", async () => {
      const ada = personOf(tenant.company, "ada");
      await groups((store) => store.grant({ group, departmentId: finance(), role: "member" }, []));
      await groups((store) => store.keep(person, ada, seen(), 0));
      expect((await member(ada))?.departments.get(finance())).toBe("lead");
      expect((await member(ada))?.roles).toEqual(["admin"]);
    });

    it("follows a grant that is taken back at once, and tells of it with the next reading", async () => {
      const sam = personOf(tenant.company, "sam");
      const grant = { group, departmentId: finance(), role: "member" } as const;
      await groups((store) => store.grant(grant, []));
      await groups((store) => store.keep(person, sam, seen(), 0));
      expect((await member(sam))?.departments.has(finance())).toBe(true);
      expect(await groups((store) => store.lastRead(person, sam))).toMatchObject({
        granted: true,
        gives: true,
      });
      await groups((store) => store.revoke(grant, []));
      expect((await member(sam))?.departments.has(finance())).toBe(false);
      expect((await groups((store) => store.lastRead(person, sam))).gives).toBe(false);
      expect(await groups((store) => store.keep(person, sam, null, 0))).toBe(true);
      expect(await changes(sam)).toHaveLength(2);
    });

    it("gives a group's people what is granted after they were read, and nobody who had left before", async () => {
      const [vic, sam] = [personOf(tenant.company, "vic"), personOf(tenant.company, "sam")];
      const left: DirectoryPerson = { directory, externalId: `${person.externalId}-left` };
      const lead = { group, departmentId: finance(), role: "lead" } as const;
      const experts = async () =>
        (await tenant.stores(({ handoffs }) => handoffs.experts(finance()))).map(({ id }) => id);
      await groups((store) => store.keep(person, vic, seen(), 0));
      await groups((store) => store.keep(left, sam, seen(), 0));
      await groups((store) => store.keep(left, sam, seen({ groups: [] }), 0));
      expect((await member(vic))?.departments.size).toBe(0);
      for (const time of ["first", "again"]) {
        await groups((store) => store.grant(lead, []));
        const found = await experts();
        expect({ time, vic: found.includes(vic), sam: found.includes(sam) }).toEqual({
          time,
          vic: true,
          sam: false,
        });
        expect((await member(vic))?.departments.get(finance())).toBe("lead");
        await groups((store) => store.revoke(lead, []));
        expect(await experts()).not.toContain(vic);
      }
      await groups((store) => store.grant(lead, []));
      await groups((store) => store.keep(person, vic, seen({ groups: [] }), 0));
      expect(await experts()).not.toContain(vic);
    });

    it("counts what was read for a day, and lets no older reading take the place of a newer", async () => {
      const fay = personOf(tenant.company, "fay");
      const operations = departmentOf(tenant.company, "operations");
      await groups((store) => store.grant({ group, departmentId: operations, role: "member" }, []));
      const hour = 3_600_000;
      await groups((store) => store.keep(person, fay, seen(), 25 * hour));
      expect((await member(fay))?.departments.has(operations)).toBe(false);
      await groups((store) => store.keep(person, fay, seen(), 23 * hour));
      expect((await member(fay))?.departments.has(operations)).toBe(true);
      await groups((store) => store.keep(person, fay, seen({ groups: [] }), 24 * hour));
      expect((await member(fay))?.departments.has(operations)).toBe(true);
      expect(await groups((store) => store.keep(person, fay, null, 0))).toBe(false);
      expect((await member(fay))?.departments.has(operations)).toBe(true);
    });

    it("makes somebody unknown a member while a group gives them anything, and a guest without", async () => {
      const { id, who } = await stranger();
      expect(await groups((store) => store.keep(person, id, seen(), 0))).toBe(false);
      expect(await member(id)).toMatchObject({ roles: ["guest"], name: "Gus" });
      await groups((store) => store.grant({ group, departmentId: finance(), role: "member" }, []));
      expect(await groups((store) => store.keep(person, id, seen(), 0))).toBe(true);
      expect(await member(id)).toMatchObject({
        roles: ["viewer"],
        name: "Nok New",
        email: `nok${String(count)}@small.example`,
      });
      expect((await tenant.stores(({ identities }) => identities.find(who)))?.matchedBy).toBe("directory");
      await groups((store) => store.keep(person, id, seen({ groups: [] }), 0));
      expect(await member(id)).toMatchObject({ roles: ["guest"] });
      const sam = personOf(tenant.company, "sam");
      await tenant.stores(({ identities }) => identities.link(who, sam));
      expect((await tenant.stores(({ identities }) => identities.find(who)))?.userId).toBe(sam);
    });

    it("gives nobody the address of somebody else", async () => {
      const { id } = await stranger();
      await groups((store) => store.grant({ group, departmentId: null, role: "staff" }, []));
      const taken = (await member(personOf(tenant.company, "ada")))?.email ?? "";
      await groups((store) => store.keep(person, id, seen({ emails: [taken.toUpperCase()] }), 0));
      expect(await member(id)).toMatchObject({
        name: "Nok New",
        email: `${person.externalId}@ms.guest.invalid`,
      });
    });

    it("gives a guest of the directory what a group is given and no more", async () => {
      const { id } = await stranger();
      const invited = () => seen({ guest: true, emails: [] });
      await groups((store) => store.grant({ group, departmentId: finance(), role: "member" }, []));
      await groups((store) => store.keep(person, id, invited(), 0));
      expect(await member(id)).toMatchObject({ roles: ["guest"], name: "Gus" });
      expect([...((await member(id))?.departments ?? [])]).toEqual([[finance(), "member"]]);
      await groups((store) => store.grant({ group, departmentId: null, role: "staff" }, []));
      expect((await member(id))?.roles.toSorted()).toEqual(["staff", "viewer"]);
    });

    it("keeps nothing of nobody", async () => {
      expect(await groups((store) => store.keep(person, personOf(tenant.company, "sam"), null, 0))).toBe(
        false,
      );
      const sam = personOf(tenant.company, "sam");
      expect((await groups((store) => store.lastRead(person, sam))).readAt).toBeNull();
    });
  });
}
