import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { directoryContract } from "../../tests/contract/directory.ts";
import type { EntraTenant, GraphFault } from "../../tests/graph-platform/graph-platform.ts";
import { type GraphPlatform, startGraphPlatform } from "../../tests/graph-platform/start-graph-platform.ts";
import { selfSignedCertificate } from "../../tests/teams/self-signed-certificate.ts";
import { amplyMs, endOnceHeard } from "../../tests/support/time-limits.ts";
import type { Directory } from "../../core/identity/groups/directory.ts";
import { entraDirectory, groupIn } from "../../core/identity/groups/group-id.ts";
import { diagnoseEntra } from "./diagnose.ts";
import { createEntraDirectory } from "./entra-directory.ts";
import { createGraphClient } from "./graph-client.ts";
import { type AppProof, createGraphTokens } from "./graph-tokens.ts";

let platform: GraphPlatform;
beforeAll(async () => {
  platform = await startGraphPlatform();
});
afterEach(() => {
  expect(platform.violations.splice(0)).toEqual([]);
});
afterAll(() => platform.close());

const settingsOf = (proof: AppProof = { kind: "password", password: platform.secret }) => ({
  appId: platform.appId,
  proof,
  loginUrl: platform.loginUrl,
  graphUrl: platform.graphUrl,
  timeoutMs: amplyMs,
});
const directoryOf = (home: string | null = null, proof?: AppProof): Directory => {
  const settings = settingsOf(proof);
  return createEntraDirectory(createGraphClient(settings, createGraphTokens(settings)), home);
};

directoryContract("entra", async () => {
  const tenant = platform.tenant();
  const id = entraDirectory(tenant.id);
  const ownId = (group: string): string => group.slice(id.length + 1);
  let count = 0;
  return {
    directory: directoryOf(),
    id,
    person({ guest = false, enabled = true } = {}) {
      count += 1;
      return tenant.user({
        displayName: `Person ${String(count)}`,
        userType: guest ? "Guest" : "Member",
        accountEnabled: enabled,
      }).id;
    },
    group: (...members) =>
      groupIn(id, tenant.group("Group", ...members.map((member) => ({ id: member }))).id),
    remove: (group, member) => void tenant.groups.get(ownId(group))?.members.delete(member),
    ownId,
    away: (is) => {
      platform.away = is;
    },
  };
});

describe("the directory of Entra", () => {
  let tenant: EntraTenant;
  let id: string;
  const ask = (directory = directoryOf()) =>
    directory.groupsOf({ directory: entraDirectory(tenant.id), externalId: id });
  beforeEach(() => {
    tenant = platform.tenant();
    ({ id } = tenant.user({ displayName: "Nok New" }));
    platform.asked.splice(0);
    platform.logins.splice(0);
  });

  it("reads page after page", async () => {
    for (let number = 0; number < 7; number += 1) tenant.group(`Group ${String(number)}`, { id });
    platform.pageSize = 3;
    const answer = await ask();
    platform.pageSize = 999;
    expect(answer.kind === "known" && new Set(answer.groups).size).toBe(7);
    expect(platform.asked).toHaveLength(4);
  });

  it("asks for one token for many people, and for another once it is not taken any more", async () => {
    const directory = directoryOf();
    await ask(directory);
    await ask(directory);
    expect(platform.logins).toHaveLength(1);
    platform.revokeTokens();
    expect(await ask(directory)).toMatchObject({ kind: "known" });
    expect(platform.logins).toHaveLength(2);
  });

  it("proves itself by a certificate", async () => {
    const { certificate, key } = selfSignedCertificate("The Expert");
    expect(await ask(directoryOf(null, { kind: "certificate", certificate, key }))).toMatchObject({
      kind: "known",
    });
    const [form] = platform.logins;
    const [head = ""] = form?.get("client_assertion")?.split(".") ?? [];
    expect(JSON.parse(Buffer.from(head, "base64url").toString())).toMatchObject({ alg: "PS256" });
    expect(form?.has("client_secret")).toBe(false);
  });

  it("takes somebody of another directory's name for a guest", async () => {
    ({ id } = tenant.user({ displayName: "Gus", userPrincipalName: "gus_other.example#EXT#@small.example" }));
    expect(await ask()).toMatchObject({ kind: "known", guest: true, emails: [] });
  });

  it("asks nothing of a Microsoft tenant that is not the app's own", async () => {
    expect(await ask(directoryOf("9a4b2c1d-0000-4a5b-9c6d-7e8f90123456"))).toEqual({ kind: "unknown" });
    expect([platform.asked, platform.logins]).toEqual([[], []]);
  });

  it("waits where Graph wants a short pause, and not where it wants a long one", async () => {
    platform.fail(
      { status: 429, code: "TooManyRequests", retryAfter: "0" },
      { status: 503, code: "busy", retryAfter: "0" },
    );
    expect(await ask()).toMatchObject({ kind: "known" });
    platform.fail({ status: 429, code: "TooManyRequests", retryAfter: "600" });
    expect(await ask()).toMatchObject({ kind: "unavailable", error: { code: "channel_unavailable" } });
  });

  it("is unavailable where Graph does not answer", async () => {
    platform.fail({ how: "hang" });
    const settings = settingsOf();
    const hasty = { ...settings, timeoutMs: 50, endAfter: endOnceHeard(() => platform.asked.length) };
    const graph = createGraphClient(hasty, createGraphTokens(settings));
    expect(await ask(createEntraDirectory(graph, null))).toMatchObject({
      kind: "unavailable",
      error: { code: "channel_unavailable" },
    });
  });

  it.each<[string, ...GraphFault[]]>([
    ["breaks off", { body: '{"value": [' }],
    ["answers in another way", { body: "[]" }],
    [
      "names another address",
      { body: '{"accountEnabled":true}' },
      { body: '{"value":[],"@odata.nextLink":"https://evil.example/v1.0/users"}' },
    ],
    ["knows no such path", { status: 404, code: "ResourceNotFound" }],
  ])("is unavailable where Graph %s", async (_what, ...faults: readonly GraphFault[]) => {
    platform.fail(...faults);
    expect(await ask()).toMatchObject({ kind: "unavailable", error: { code: "channel_unavailable" } });
  });

  it.each([
    [[], "add User.Read.All and GroupMember.Read.All of Microsoft Graph"],
    [["GroupMember.Read.All"], "add User.Read.All of Microsoft Graph"],
  ])("says which permission is missing beside %j", async (permissions, remedy) => {
    tenant.permissions = permissions;
    const answer = await ask();
    expect(answer).toMatchObject({ kind: "unavailable", error: { code: "channel_refused" } });
    expect(answer.kind === "unavailable" && answer.error.remedy).toContain(remedy);
  });

  it("says what to set where Entra does not take its proof, or does not know the tenant", async () => {
    const wrong = await ask(directoryOf(null, { kind: "password", password: "wrong" }));
    expect(wrong).toMatchObject({ kind: "unavailable", error: { code: "channel_refused" } });
    expect(wrong.kind === "unavailable" && wrong.error.message).toContain("AADSTS7000215");
    const directory = "entra:9a4b2c1d-0000-4a5b-9c6d-7e8f90123456";
    const lost = await directoryOf().groupsOf({ directory, externalId: id });
    expect(lost).toMatchObject({ kind: "unavailable", error: { code: "channel_refused" } });
  });

  it("is diagnosed: token, permissions, and one reading", async () => {
    expect(await diagnoseEntra(settingsOf(), tenant.id)).toEqual({
      permissions: ["User.Read.All", "GroupMember.Read.All"],
      missing: [],
      readable: true,
    });
    tenant.permissions = ["User.Read.All"];
    expect(await diagnoseEntra(settingsOf(), tenant.id)).toEqual({
      permissions: ["User.Read.All"],
      missing: ["GroupMember.Read.All"],
      readable: false,
    });
    const wrong = settingsOf({ kind: "password", password: "wrong" });
    await expect(diagnoseEntra(wrong, tenant.id)).rejects.toMatchObject({ code: "channel_refused" });
  });
});
