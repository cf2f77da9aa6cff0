import { expect, it } from "@jest/globals";
import { newId, type TenantId } from "../../../core/ids.ts";
import { silentLogger } from "../../../core/logger.ts";
import type { SecretBox } from "../../../core/secrets/secret-box.ts";
import { createFakeDatabase } from "../../../tests/fakes/database/database.ts";
import { createSlackWorkspaces } from "./workspaces.ts";

const unused = (): never => {
  throw new Error("no secret is wanted to know whose a workspace is");
};
const sealsNothing: SecretBox = { seal: unused, open: unused, isCurrent: unused };

it("knows within seconds that a workspace was given to another company", async () => {
  const [first, second] = [newId<TenantId>(), newId<TenantId>()];
  let owner = first;
  let now = 0;
  const workspaces = createSlackWorkspaces(
    {
      database: { ...createFakeDatabase(), tenantOfWorkspace: () => Promise.resolve(owner) },
      secrets: sealsNothing,
      clock: { now: () => new Date(1_800_000_000_000 + now) },
      logger: silentLogger,
    },
    { apiUrl: "http://127.0.0.1:9/api/" },
  );
  expect(await workspaces.tenantOf("T1", null)).toBe(first);
  owner = second;
  now = 4_000;
  expect(await workspaces.tenantOf("T1", null)).toBe(first);
  now = 6_000;
  expect(await workspaces.tenantOf("T1", null)).toBe(second);
});
