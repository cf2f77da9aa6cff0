import { beforeEach, describe, expect, it } from "@jest/globals";
import { createFakeDatabase, type FakeDatabase } from "../../../tests/fakes/database/database.ts";
import { createFakeDirectory, type FakeDirectory } from "../../../tests/fakes/directory.ts";
import { departmentOf, personOf, type SampleCompany } from "../../../tests/support/sample-work.ts";
import { smallCompany } from "../../../tests/support/small-company.ts";
import type { DepartmentId, UserId } from "../../ids.ts";
import { silentLogger, type Logger } from "../../logger.ts";
import { createPeople, type People } from "../directory.ts";
import { grantGroup } from "./grant-group.ts";
import { groupIn } from "./group-id.ts";
import { createGroupRefresh, type GroupRefresh } from "./refresh-groups.ts";

const minute = 60_000;
const hour = 60 * minute;

describe("people's groups are kept recent", () => {
  let now: number;
  let database: FakeDatabase;
  let company: SampleCompany;
  let directory: FakeDirectory;
  let people: People;
  let finance: DepartmentId;
  let vic: UserId;
  let warned: string[];
  let groups: GroupRefresh;
  const person = { directory: "entra:ms", externalId: "vic" } as const;

  beforeEach(() => {
    now = Date.parse("2026-03-01T10:00:00Z");
    database = createFakeDatabase(() => now);
    company = database.provision(smallCompany());
    directory = createFakeDirectory("entra:ms");
    directory.people.set("vic", { name: "Vic", emails: [], guest: false, enabled: true });
    directory.groups.set("controllers", new Set(["vic"]));
    people = createPeople({ database });
    finance = departmentOf(company, "finance");
    vic = personOf(company, "vic");
    warned = [];
    groups = begin();
  });

  /** In a process that begins anew. */
  function begin(): GroupRefresh {
    const logger: Logger = { ...silentLogger, warn: (message) => void warned.push(message) };
    const clock = { now: () => new Date(now) };
    return createGroupRefresh({ database, directory, people, clock, logger }, { maxAgeMs: 15 * minute });
  }
  const grant = () =>
    grantGroup(
      { database },
      {
        tenant: company.tenantId,
        group: groupIn("entra:ms", "controllers"),
        department: "finance",
        role: "member",
      },
    );
  const refresh = (from = groups) => from.refresh(company.tenantId, person, vic);
  const reads = async (): Promise<boolean> =>
    (await people.identify(company.tenantId, vic))?.scope.departments.has(finance) ?? false;

  it("reads nobody's groups where no group gives anything", async () => {
    await refresh();
    expect(directory.asked).toBe(0);
    await grant();
    now += minute;
    await refresh();
    expect(directory.asked).toBe(1);
  });

  it("reads them again after the time that is set, in each process, and shows a change at once", async () => {
    await grant();
    expect(await reads()).toBe(false);
    await Promise.all([refresh(), refresh(), refresh()]);
    expect(await reads()).toBe(true);
    now += 14 * minute;
    await refresh();
    await refresh(begin());
    expect(directory.asked).toBe(1);
    directory.groups.clear();
    now += minute;
    await refresh();
    expect(directory.asked).toBe(2);
    expect(await reads()).toBe(false);
  });

  it("takes what groups gave at once from somebody whom the directory does not know any more", async () => {
    await grant();
    await refresh();
    directory.people.clear();
    now += 15 * minute;
    await refresh();
    expect(await reads()).toBe(false);
  });

  it("counts what is known for a day where the directory is away, asks it again after a minute, and warns once", async () => {
    await grant();
    await refresh();
    directory.away = true;
    now += 23 * hour;
    await refresh();
    await refresh();
    expect([directory.asked, await reads()]).toEqual([2, true]);
    now += minute;
    await refresh();
    expect([directory.asked, warned.length]).toEqual([3, 1]);
    now += 2 * hour;
    people.forget(company.tenantId);
    expect(await reads()).toBe(false);
    await refresh();
    expect(warned).toHaveLength(2);
    const told = database
      .tables(company.tenantId)
      .audit.map(({ event }) => event)
      .filter(({ event }) => event === "admin.role_changed");
    expect(told.map(({ metadata }) => metadata?.["after"])).toEqual([
      { departments: { [finance]: "member" }, roles: [] },
      { departments: {}, roles: [] },
    ]);
  });

  it("reads again of who reads along only whom groups give anything", async () => {
    await grant();
    await groups.recheck(company.tenantId, person, vic);
    expect(directory.asked).toBe(0);
    await refresh();
    directory.groups.clear();
    now += 16 * minute;
    await groups.recheck(company.tenantId, person, vic);
    expect([directory.asked, await reads()]).toEqual([2, false]);
    now += 16 * minute;
    await groups.recheck(company.tenantId, person, vic);
    expect(directory.asked).toBe(2);
  });

  it("leaves a directory alone for a moment that could not be asked, whoever asks, and says that it was not", async () => {
    await grant();
    directory.away = true;
    expect(await refresh()).toBe(false);
    const sam = personOf(company, "sam");
    const second = { ...person, externalId: "sam" };
    expect(await groups.refresh(company.tenantId, second, sam)).toBe(false);
    expect([directory.asked, await refresh()]).toEqual([1, false]);
    directory.away = false;
    now += minute;
    expect([await refresh(), directory.asked, await reads()]).toEqual([true, 2, true]);
  });

  it("lets pass what the database throws, and tries again", async () => {
    await grant();
    database.breakDown("groups");
    await expect(refresh()).rejects.toMatchObject({ code: "database_unavailable" });
    database.breakDown();
    await refresh();
    expect(await reads()).toBe(true);
  });
});
