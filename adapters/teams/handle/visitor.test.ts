import { beforeEach, describe, expect, it } from "@jest/globals";
import type { People } from "../../../core/identity/directory.ts";
import type { GroupRefresh } from "../../../core/identity/groups/refresh-groups.ts";
import {
  aadIdOf,
  msTenantId,
  origin,
  type TeamsBench,
  teamsBench,
  teamsMember,
} from "./stub-teams.fixture.ts";
import { identifyPerson } from "./visitor.ts";

describe("who somebody of Teams is, with groups of Entra", () => {
  let bench: TeamsBench;
  let asked: string[];
  beforeEach(() => {
    bench = teamsBench();
    asked = [];
  });
  const groups = (recent: boolean): GroupRefresh => ({
    refresh: (_tenant, { directory, externalId }) => {
      asked.push(`${directory} ${externalId}`);
      return Promise.resolve(recent);
    },
    recheck: () => Promise.resolve(recent),
  });
  const identify = (recent: boolean, people?: People, change = {}) => {
    const desk = bench.desk({ groups: groups(recent), ...(people ? { people } : {}) });
    return identifyPerson(desk, bench.company.tenantId, desk.client.bot(msTenantId), origin(change));
  };

  it("asks for the groups of the Microsoft tenant's own people alone", async () => {
    expect((await identify(true)).member.name).toBe("Sam Staff");
    expect(asked).toEqual([`entra:${msTenantId} ${aadIdOf("sam")}`]);
    await identify(true, undefined, { userAadId: aadIdOf("gus"), userMsTenantId: "another" });
    expect(asked).toHaveLength(1);
  });

  it("says neither that somebody is unknown nor that they may ask nothing, where that could not be checked", async () => {
    bench.teams.members.push(teamsMember("nok"));
    const nok = { userAadId: aadIdOf("nok"), userId: "29:nok", userName: "nok" };
    const nothing: People = {
      identify: async (tenant, user) => {
        const member = await bench.database.withTenant(tenant, ({ members }) => members.member(user));
        const scope = { departments: new Map(), principals: new Set<string>() };
        return member && { member, departments: [], scope };
      },
      forget: () => undefined,
    };
    await expect(identify(false, nothing, nok)).rejects.toMatchObject({
      code: "forbidden",
      facts: { reason: "notChecked" },
    });
    expect((await identify(true, nothing, nok)).scope.departments.size).toBe(0);
    expect((await identify(false)).scope.departments.size).toBeGreaterThan(0);
  });
});
