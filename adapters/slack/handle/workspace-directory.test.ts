import { beforeEach, describe, expect, it } from "@jest/globals";
import { pause } from "../../../tests/support/sample-work.ts";
import { ExpertError } from "../../../core/errors.ts";
import { newId, type TenantId } from "../../../core/ids.ts";
import { silentLogger } from "../../../core/logger.ts";
import { slackUser, type StubSlack, stubSlack, stubWorkspace } from "./stub-workspace.fixture.ts";
import type { Workspace } from "./workspace.ts";
import { createWorkspaceDirectory, type WorkspaceDirectory } from "./workspace-directory.ts";

describe("the people of a workspace", () => {
  let now: number;
  let slack: StubSlack;
  let workspace: Workspace;
  let directory: WorkspaceDirectory;
  beforeEach(() => {
    now = Date.parse("2026-03-01T10:00:00Z");
    slack = stubSlack();
    workspace = stubWorkspace(slack, newId<TenantId>());
    directory = createWorkspaceDirectory({ clock: { now: () => new Date(now) }, logger: silentLogger });
    for (let index = 0; index < 50; index += 1) slack.people.set(`U${index}`, slackUser(`U${index}`));
  });
  const ids = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `U${index}`);

  it("are asked for once, also by many at a time", async () => {
    await Promise.all([1, 2, 3].map(() => directory.person(workspace, "U1")));
    await directory.person(workspace, "U1");
    expect(slack.asked).toEqual(["user"]);
  });

  it("are given as they were for half an hour and longer, and asked for anew behind that", async () => {
    await directory.person(workspace, "U1");
    slack.people.set("U1", slackUser("U1", { name: "New" }));
    now += 31 * 60_000;
    expect((await directory.person(workspace, "U1")).name).toBe("U1");
    await pause(1);
    expect((await directory.person(workspace, "U1")).name).toBe("New");
    expect(slack.asked).toEqual(["user", "user"]);
  });

  it("are asked for one by one where few are missing, and listed where many are", async () => {
    expect(await directory.people(workspace, ids(20))).toHaveLength(20);
    expect(new Set(slack.asked)).toEqual(new Set(["user"]));
    slack.asked.length = 0;
    expect(await directory.people(workspace, ids(50))).toHaveLength(50);
    expect(slack.asked).toEqual(["users"]);
  });

  it("are not known where the list leaves many out, which is then not read again at once", async () => {
    const strangers = Array.from({ length: 21 }, (_, index) => `W${index}`);
    const unknown = { code: "channel_unavailable" };
    await expect(directory.people(workspace, strangers)).rejects.toMatchObject(unknown);
    await expect(directory.people(workspace, strangers)).rejects.toMatchObject(unknown);
    expect(slack.asked).toEqual(["users"]);
  });

  it("are listed to the end with the pauses that Slack wants", async () => {
    const { users } = workspace.people;
    const pauses = [1, 2, 3].map(
      () => new ExpertError("rate_limited", "Slack wants a pause.", { facts: { retryAfterMs: 1 } }),
    );
    workspace = {
      ...workspace,
      people: {
        ...workspace.people,
        users: (cursor) => {
          const fault = pauses.pop();
          return fault ? Promise.reject(fault) : users(cursor);
        },
      },
    };
    expect(await directory.people(workspace, ids(50))).toHaveLength(50);
  });

  it("may read other things only after some changes", async () => {
    expect(await directory.changed(workspace, "U1")).toBe(false);
    await directory.person(workspace, "U1");
    slack.people.set("U1", slackUser("U1", { name: "New" }));
    expect(await directory.changed(workspace, "U1")).toBe(false);
    slack.people.set("U1", slackUser("U1", { restricted: true }));
    expect(await directory.changed(workspace, "U1")).toBe(true);
    expect((await directory.person(workspace, "U1")).restricted).toBe(true);
    slack.fault = new ExpertError("channel_unavailable", "Slack is away.");
    expect(await directory.changed(workspace, "U1")).toBe(true);
    await expect(directory.person(workspace, "U1")).rejects.toBe(slack.fault);
  });

  it("are asked anew wherever they are remembered in the organisation, whichever workspace Slack names", async () => {
    const one = { ...workspace, installationId: "E1", teamId: "T1" };
    const two = { ...one, teamId: "T2" };
    await directory.person(one, "U1");
    slack.people.set("U1", slackUser("U1", { restricted: true }));
    expect(await directory.changed(two, "U1")).toBe(true);
    expect((await directory.person(one, "U1")).restricted).toBe(true);
    slack.fault = new ExpertError("channel_unavailable", "Slack is away.");
    expect(await directory.changed(two, "U1")).toBe(true);
    await expect(directory.person(one, "U1")).rejects.toBe(slack.fault);
  });

  it("are remembered up to a number of people, the workspaces asked about longest ago forgotten first", async () => {
    directory = createWorkspaceDirectory(
      { clock: { now: () => new Date(now) }, logger: silentLogger },
      { limit: 120 },
    );
    const teams = ["T1", "T2", "T3"].map((teamId) => ({ ...workspace, teamId, installationId: teamId }));
    for (const team of teams.slice(0, 2)) await directory.people(team, ids(50));
    slack.asked.length = 0;
    for (const team of teams.slice(0, 2)) await directory.people(team, ids(50));
    expect(slack.asked).toEqual([]);
    await directory.people(teams[2]!, ids(50));
    await directory.people(teams[1]!, ids(50));
    expect(slack.asked).toEqual(["users"]);
    await directory.people(teams[0]!, ids(50));
    expect(slack.asked).toEqual(["users", "users"]);
  });
});
