import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type Workplace, workplace } from "./cli.fixture.ts";

const commandMs = 90_000;
const app = {
  TEAMS_APP_ID: "8f3b2c1d-0000-4a5b-9c6d-7e8f90123456",
  TEAMS_APP_TENANT_ID: "9a4b2c1d-0000-4a5b-9c6d-7e8f90123456",
  TEAMS_APP_PASSWORD: "secret",
  PUBLIC_URL: "https://ask.small.example",
};

describe("teams package", () => {
  let place: Workplace;
  beforeAll(async () => {
    place = await workplace();
  }, commandMs);
  afterAll(() => place.remove());

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
      const without = await place.run(["teams", "package", "--json"]);
      expect(without.code).toBe(1);
      expect(JSON.parse(without.stdout)).toMatchObject({
        error: { code: "configuration_invalid", remedy: "Set TEAMS_APP_ID and PUBLIC_URL." },
      });
    },
    commandMs,
  );
});
