import { beforeAll, describe, expect, it } from "@jest/globals";
import type { Directory, DirectoryPerson } from "../../core/identity/groups/directory.ts";
import type { DirectoryId, GroupId } from "../../core/identity/groups/group-id.ts";

/** A directory with a few people, made as the directory's own tools would. */
export interface DirectoryUnderTest {
  readonly directory: Directory;
  /** Its name, and that of another directory which it does not hold. */
  readonly id: DirectoryId;
  /** Adds somebody; the id that the directory gives them. */
  person(change?: { readonly guest?: boolean; readonly enabled?: boolean }): string;
  /** Adds a group, which may hold people and groups; its id, with the directory's. */
  group(...members: readonly string[]): GroupId;
  remove(group: GroupId, member: string): void;
  /** The part of a group's id that the directory itself gave it. */
  ownId(group: GroupId): string;
  /** Until told otherwise, the directory cannot be asked. */
  away(is: boolean): void;
}

export function directoryContract(name: string, open: () => Promise<DirectoryUnderTest>): void {
  describe(`directory: ${name}`, () => {
    let entra: DirectoryUnderTest;
    beforeAll(async () => {
      entra = await open();
    });
    const who = (externalId: string): DirectoryPerson => ({ directory: entra.id, externalId });
    const groupsOf = async (externalId: string): Promise<readonly GroupId[]> => {
      const answer = await entra.directory.groupsOf(who(externalId));
      if (answer.kind !== "known") throw new Error(`the directory answered ${answer.kind}`);
      return answer.groups.toSorted();
    };

    it("tells all groups of a person, also those by way of others, and round in a circle", async () => {
      const nok = entra.person();
      const shift = entra.group(nok);
      const plant = entra.group(entra.ownId(shift));
      const site = entra.group(entra.ownId(plant));
      entra.group();
      expect(await groupsOf(nok)).toEqual([shift, plant, site].toSorted());
      entra.remove(plant, entra.ownId(shift));
      expect(await groupsOf(nok)).toEqual([shift]);
      expect(shift.startsWith(`${entra.id}:`)).toBe(true);
    });

    it("tells of a person in no group that there is none", async () => {
      expect(await groupsOf(entra.person())).toEqual([]);
    });

    it("tells who is a guest, and takes no address of theirs for confirmed", async () => {
      const own = await entra.directory.groupsOf(who(entra.person()));
      expect(own).toMatchObject({ kind: "known", guest: false, name: expect.stringMatching(/./) });
      expect(own.kind === "known" && own.emails[0]).toContain("@");
      const guest = await entra.directory.groupsOf(who(entra.person({ guest: true })));
      expect(guest).toMatchObject({ kind: "known", guest: true, emails: [] });
    });

    it("knows neither who is not there, nor who is switched off, nor anybody of another directory", async () => {
      const off = entra.person({ enabled: false });
      entra.group(off);
      expect(await entra.directory.groupsOf(who(off))).toEqual({ kind: "unknown" });
      const nobody = who("00000000-0000-4000-8000-000000000000");
      expect(await entra.directory.groupsOf(nobody)).toEqual({ kind: "unknown" });
      const elsewhere = { directory: "ldap:other", externalId: entra.person() } as const;
      expect(await entra.directory.groupsOf(elsewhere)).toEqual({ kind: "unknown" });
    });

    it("says that it cannot be asked, and of nobody that they are unknown then", async () => {
      const nok = entra.person();
      entra.away(true);
      const answer = await entra.directory.groupsOf(who(nok));
      expect(answer).toMatchObject({ kind: "unavailable", error: { remedy: expect.any(String) } });
      entra.away(false);
      expect(await groupsOf(nok)).toEqual([]);
    });
  });
}
