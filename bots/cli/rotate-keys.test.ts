import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { readConfig } from "../../adapters/config.ts";
import { connect, type Parts } from "../../adapters/connect.ts";
import { tokensContext } from "../../core/identity/installation.ts";
import { type Workplace, workplace, writeSmallCompany } from "./cli.fixture.ts";

const commandMs = 240_000;
const key = (id: string): string => `${id}:${randomBytes(32).toString("base64")}`;
const old = key("old");
const recent = key("recent");
const workspace = { channel: "slack", workspaceId: "T1" } as const;

describe("keys rotate", () => {
  let place: Workplace;
  // Holds the data folder with the old key, as a server would: the commands work beside it.
  let holder: Parts;
  const rotate = async (keys: string) => {
    const { code, stdout } = await place.run(["keys", "rotate", "--json"], {
      settings: { ENCRYPTION_KEYS: keys },
    });
    return { code, ...(JSON.parse(stdout) as { complete: boolean; workspaces: readonly object[] }) };
  };
  const tenantId = async () => {
    const [tenant] = await holder.database.tenants();
    if (!tenant) throw new Error("there is no tenant");
    return tenant.id;
  };

  beforeAll(async () => {
    place = await workplace();
    await place.run(["tenant", "create", await writeSmallCompany(place)]);
    holder = await connect({
      config: readConfig({ DATA_DIR: place.data, DEMO_COMPANY: "false", ENCRYPTION_KEYS: old }),
    });
    await holder.database.withTenant(await tenantId(), ({ installations }) =>
      installations.save(
        {
          ...workspace,
          workspaceName: "Small Works",
          organisationId: null,
          organisationWide: false,
          appId: null,
          botUserId: "UBOT",
          scopes: [],
          sealedTokens: holder.secrets.seal("a token", tokensContext(workspace)),
          tokensExpireAt: null,
          state: "active",
          installedBy: null,
        },
        [],
      ),
    );
  }, 2 * commandMs);
  afterAll(async () => {
    await holder.close();
    await place.remove();
  }, commandMs);

  it(
    "names what no key opens, and leaves it",
    async () => {
      const lost = await rotate(recent);
      expect(lost).toMatchObject({
        code: 1,
        complete: false,
        workspaces: [{ ...workspace, tenant: "small-works", outcome: "unreadable" }],
      });
    },
    commandMs,
  );

  it(
    "encrypts every workspace's tokens with the first key, after which no other is needed",
    async () => {
      expect(await rotate(`${recent},${old}`)).toMatchObject({
        code: 0,
        complete: true,
        workspaces: [{ ...workspace, outcome: "resealed" }],
      });
      const stored = await holder.database.withTenant(await tenantId(), ({ installations }) =>
        installations.find("slack", "T1"),
      );
      expect(stored?.sealedTokens).toMatch(/^v1\.recent\./);
      const { code, stdout } = await place.run(["keys", "rotate"], { settings: { ENCRYPTION_KEYS: recent } });
      expect(stdout).toMatch(
        /Small Works \(T1\): sealed with the newest key already\nThe older keys are needed no more/,
      );
      expect(code).toBe(0);
    },
    2 * commandMs,
  );
});
