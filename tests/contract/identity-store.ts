import { beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type ChannelPerson, guestEmail, type IdentityStore } from "../../core/identity/channel-identity.ts";
import { newId, type UserId } from "../../core/ids.ts";
import { pause, personOf } from "../support/sample-work.ts";
import type { DatabaseUnderTest, TenantUnderTest } from "./database-under-test.ts";

/** Whom platforms' users are here. */
export function identityStoreContract(name: string, open: () => DatabaseUnderTest): void {
  describe(`identities: ${name}`, () => {
    let tenant: TenantUnderTest;
    let other: TenantUnderTest;
    let person: ChannelPerson;
    let people = 0;
    const identities = <T>(work: (store: IdentityStore) => Promise<T>, of = tenant): Promise<T> =>
      of.stores((stores) => work(stores.identities));
    const events = async (event: string, user: UserId) =>
      (await tenant.stores(({ audit }) => audit.list({ cursor: null, limit: 200 }))).items.filter(
        (item) => item.event === event && item.resourceId === user,
      );
    beforeAll(async () => {
      tenant = await open().tenant();
      other = await open().tenant();
    });
    beforeEach(() => {
      people += 1;
      person = { channel: "slack", workspaceId: "T1", externalId: `U${String(people)}` };
    });

    it("finds nobody who was not kept", async () => {
      expect(await identities((store) => store.find(person))).toBeNull();
      expect(await identities((store) => store.addressesOf(newId<UserId>(), "slack"))).toEqual([]);
    });

    it("finds a person of the tenant by e-mail address, letter case aside", async () => {
      const sam = personOf(tenant.company, "sam");
      const email = (await tenant.stores(({ members }) => members.member(sam)))?.email ?? "";
      expect(await identities((store) => store.userByEmail(email))).toBe(sam);
      expect(await identities((store) => store.userByEmail(email.toUpperCase()))).toBe(sam);
      expect(await identities((store) => store.userByEmail(`x${email}`))).toBeNull();
      expect(await identities((store) => store.userByEmail(email), other)).toBeNull();
    });

    it("keeps a person's identity for good, and tells of it once", async () => {
      const sam = personOf(tenant.company, "sam");
      const told = (await events("identity.linked", sam)).length;
      await identities((store) => store.link(person, sam));
      await identities((store) => store.link(person, sam));
      await identities((store) => store.link(person, personOf(tenant.company, "vic")));
      expect(await identities((store) => store.find(person))).toMatchObject({
        userId: sam,
        matchedBy: "email",
      });
      const linked = await events("identity.linked", sam);
      expect(linked).toHaveLength(told + 1);
      expect(linked[0]).toMatchObject({
        status: "success",
        userId: sam,
        metadata: { channel: "slack", workspace: "T1", externalId: person.externalId, matchedBy: "email" },
      });
    });

    it("links nobody of another tenant, and shows no identity of another", async () => {
      await identities((store) => store.link(person, personOf(other.company, "sam")));
      expect(await identities((store) => store.find(person))).toBeNull();
      await identities((store) => store.link(person, personOf(other.company, "sam")), other);
      expect(await identities((store) => store.find(person))).toBeNull();
      expect(await identities((store) => store.find(person), other)).not.toBeNull();
    });

    it("makes one guest of a person, who receives no mail, signs in nowhere and is nobody's colleague", async () => {
      const made = await Promise.all(
        Array.from({ length: 4 }, () => identities((store) => store.guest(person, "Gus Guest"))),
      );
      expect(new Set(made).size).toBe(1);
      const [guest] = made;
      if (guest === undefined) throw new Error("no guest");
      const member = await tenant.stores(({ members }) => members.member(guest));
      expect(member).toMatchObject({ name: "Gus Guest", roles: ["guest"], email: guestEmail(person) });
      expect(member?.email).toBe(`${person.externalId.toLowerCase()}@t1.guest.invalid`);
      expect(member?.departments.size).toBe(0);
      expect(await identities((store) => store.userByEmail(guestEmail(person)))).toBeNull();
      const accounts = await tenant.stores(({ members }) => members.localAccounts());
      expect(accounts.some(({ userId }) => userId === guest)).toBe(false);
      expect(await events("admin.user_created", guest)).toMatchObject([
        { status: "success", metadata: { roles: ["guest"], channel: "slack" } },
      ]);
    });

    it("notes when a guest was last checked", async () => {
      await identities((store) => store.guest(person, "Gus"));
      const first = await identities((store) => store.find(person));
      expect(first?.matchedBy).toBe("guest");
      await pause(5);
      await identities((store) => store.guest(person, "Gus"));
      const second = await identities((store) => store.find(person));
      expect(second?.userId).toBe(first?.userId);
      expect(second?.checkedAt.getTime()).toBeGreaterThan(first?.checkedAt.getTime() ?? Infinity);
    });

    it("makes a guest a person of the tenant, once, and no guest of them again", async () => {
      const vic = personOf(tenant.company, "vic");
      await identities((store) => store.guest(person, "Vic"));
      await identities((store) => store.link(person, vic));
      await identities((store) => store.link(person, personOf(tenant.company, "sam")));
      expect(await identities((store) => store.find(person))).toMatchObject({
        userId: vic,
        matchedBy: "email",
      });
      expect(await identities((store) => store.guest(person, "Vic"))).toBe(vic);
      expect(await identities((store) => store.find(person))).toMatchObject({ matchedBy: "email" });
      expect(await events("identity.linked", vic)).toHaveLength(1);
    });

    it("knows whom a person is known as in each workspace of a channel, newest first", async () => {
      const fay = personOf(tenant.company, "fay");
      const elsewhere = { ...person, workspaceId: "T2" };
      await identities((store) => store.link(person, fay));
      await pause(5);
      await identities((store) => store.link(elsewhere, fay));
      expect(await identities((store) => store.addressesOf(fay, "slack"))).toEqual([elsewhere, person]);
      expect(await identities((store) => store.addressesOf(fay, "teams"))).toEqual([]);
      expect(await identities((store) => store.addressesOf(fay, "slack"), other)).toEqual([]);
    });
  });
}
