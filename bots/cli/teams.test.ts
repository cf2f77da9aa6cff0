import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type Workplace, workplace, writeSmallCompany } from "./cli.fixture.ts";

const commandMs = 240_000;
const app = {
  TEAMS_APP_ID: "8f3b2c1d-0000-4a5b-9c6d-7e8f90123456",
  TEAMS_APP_TENANT_ID: "9a4b2c1d-0000-4a5b-9c6d-7e8f90123456",
  TEAMS_APP_PASSWORD: "secret",
  PUBLIC_URL: "https://ask.small.example",
};

describe("teams", () => {
  let place: Workplace;
  beforeAll(async () => {
    place = await workplace();
  }, commandMs);
  afterAll(() => place.remove());

  it(
    "connects a Microsoft tenant to a company, lists it, and gives it up",
    async () => {
      await place.run(["tenant", "create", await writeSmallCompany(place)]);
      const id = "7c4b2c1d-0000-4a5b-9c6d-7e8f90123456";
      const many = { ...app, TEAMS_APP_TYPE: "multi", TEAMS_APP_TENANT_ID: "" };
      const named = ["--microsoft-tenant", id.toUpperCase()];
      const connected = await place.run(["teams", "connect", ...named, "--json"], { settings: many });
      expect(JSON.parse(connected.stdout)).toEqual({
        tenant: "small-works",
        microsoftTenant: id,
        connected: true,
      });
      const listed = await place.run(["teams", "list"], { settings: many });
      expect(listed.stdout).toMatch(new RegExp(`${id} +small-works +active +0 +0 +0`));
      const released = await place.run(["teams", "release", ...named], { settings: many });
      expect([released.code, released.stdout]).toEqual([
        0,
        `${id} is no longer a Microsoft tenant of small-works.\n`,
      ]);
      const again = await place.run(["teams", "release", ...named], { settings: many });
      expect(again.stderr).toContain("Name the Microsoft tenant by its id");
      const single = await place.run(["teams", "connect", ...named], { settings: app });
      expect(single.stderr).toContain("TEAMS_APP_TYPE=multi");
      const own = ["--microsoft-tenant", app.TEAMS_APP_TENANT_ID];
      expect((await place.run(["teams", "release", ...own], { settings: app })).stderr).toContain(
        "Take the TEAMS_… lines out",
      );
      const wrong = await place.run(["teams", "connect", "--microsoft-tenant", "acme"], { settings: many });
      expect(wrong.stderr).toContain("no id of a Microsoft tenant");
    },
    2 * commandMs,
  );

  it(
    "writes the app as a zip file, or says what to set",
    async () => {
      const file = join(place.folder, "expert.zip");
      const { code, stdout, stderr } = await place.run(["teams", "package", "--output", file], {
        settings: app,
      });
      expect([code, stdout]).toEqual([0, `${file}\n`]);
      expect(stderr).toContain("Upload it in Teams");
      expect((await readFile(file)).subarray(0, 2).toString("latin1")).toBe("PK");
      const numbered = ["teams", "package", "--output", file, "--app-version", "2"];
      expect((await place.run(numbered, { settings: app })).stderr).toContain("Give three numbers");
      const without = await place.run(["teams", "package", "--json"]);
      expect(without.code).toBe(1);
      expect(JSON.parse(without.stdout)).toMatchObject({
        error: { code: "configuration_invalid", remedy: "Set TEAMS_APP_ID and PUBLIC_URL." },
      });
    },
    commandMs,
  );
});
