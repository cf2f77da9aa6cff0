import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type CommandResult, type Workplace, workplace, writeSmallCompany } from "./cli.fixture.ts";

const commandMs = 240_000;
const id = "8F3B2C1D-0000-4A5B-9C6D-7E8F90123456";
const group = `entra:9a4b2c1d-0000-4a5b-9c6d-7e8f90123456:${id}`;

describe("groups", () => {
  let place: Workplace;
  beforeAll(async () => {
    place = await workplace();
    await place.run(["tenant", "create", await writeSmallCompany(place)]);
  }, commandMs);
  afterAll(() => place.remove());
  const groups = (...args: readonly string[]): Promise<CommandResult> => place.run(["groups", ...args]);

  it(
    "grants, lists and takes back, and says how a group is named",
    async () => {
      const member = ["--group", group, "--department", "operations", "--role", "member"];
      const granted = await groups("grant", ...member);
      expect([granted.code, granted.stdout]).toEqual([
        0,
        `${group.toLowerCase()} gives member in operations from now on.\n`,
      ]);
      expect(granted.stderr).toContain("set TEAMS_GRAPH=on");
      const list = JSON.parse((await groups("list", "--json")).stdout) as unknown;
      expect(list).toEqual({
        tenant: "small-works",
        grants: [{ group: group.toLowerCase(), department: "operations", role: "member" }],
      });
      expect((await groups("revoke", ...member)).stdout).toMatch(/^No more: /);
      expect((await groups("list")).stdout).toBe("No group gives anything in small-works.\n");
      const bare = await groups("grant", "--group", id, "--role", "staff");
      expect(bare.stderr).toContain("What to do: Give its Object ID");
    },
    commandMs,
  );
});
