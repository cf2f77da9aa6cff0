import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { grantGroup, revokeGroup } from "../../core/identity/groups/grant-group.ts";
import { entraDirectory, groupIn } from "../../core/identity/groups/group-id.ts";
import type { EntraTenant, GraphGroup, GraphUser } from "../graph-platform/graph-platform.ts";
import { type GraphPlatform, startGraphPlatform } from "../graph-platform/start-graph-platform.ts";
import { startTeamsProduct, type TeamsProduct } from "../support/teams-product.ts";
import type { Person } from "../teams-platform/teams-platform.ts";
import { startTokenIssuer, type TokenIssuer } from "./token-issuer.ts";

const budget = "# Budget\n\nThe travel budget of this year is 4,200 crowns for each engineer.\n";
const secret = "4,200 crowns";
const question = "What is the travel budget of this year?";

/** Groups of Entra decide what people of Teams may read. */
describe("groups of Entra, in Teams", () => {
  let issuer: TokenIssuer;
  let graph: GraphPlatform;
  let product: TeamsProduct;
  let entra: EntraTenant;
  let controllers: GraphGroup;

  const inEntra = (person: Person, displayName: string, change: Partial<GraphUser> = {}): GraphUser =>
    entra.user({
      id: person.aadObjectId,
      displayName,
      mail: person.email ?? null,
      userPrincipalName: person.email ?? person.id,
      ...change,
    });
  beforeAll(async () => {
    issuer = await startTokenIssuer();
    graph = await startGraphPlatform({
      appId: issuer.appId,
      others: { "https://api.botframework.com/.default": issuer.botToken },
    });
    product = await startTeamsProduct({
      platform: { issuer },
      settings: { TEAMS_GRAPH: "on", TEAMS_GRAPH_URL: graph.graphUrl, TEAMS_LOGIN_URL: graph.loginUrl },
    });
    entra = graph.tenant(product.tenant.id);
    controllers = entra.group("Controllers");
    const { vic, sam } = product.people;
    inEntra(vic, "Vic Viewer");
    inEntra(sam, "Sam Staff");
    await product.teach("budget.md", budget, { department: "finance" });
    await product.installForAll();
    await grantGroup(product.parts(), wish());
  });
  afterAll(async () => {
    expect(graph.violations).toEqual([]);
    expect(product.platform.violations).toEqual([]);
    await product.close();
    await graph.close();
    await issuer.close();
  });

  const wish = () => ({
    tenant: product.company.tenantId,
    group: groupIn(entraDirectory(entra.id), controllers.id),
    department: "finance",
    role: "member",
  });
  /** As if the time had passed, and in a process that begins anew. */
  const later = async (minutes: number): Promise<void> => {
    await product.rows("update directory_people set read_at = read_at - $1 * interval '1 minute'", [minutes]);
    await product.stop();
    await product.start();
  };
  const asks = async (person: Person): Promise<string> => {
    const before = product.ofBot(person.chat.messages()).length;
    await person.message(person.chat, question);
    await product.settled();
    return JSON.stringify(product.ofBot(person.chat.messages()).slice(before));
  };
  const changes = async (email: string) =>
    await product.rows<{ after: { departments: object } }>(
      `select metadata -> 'after' as after from audit_events a join users u on u.id = a.resource_id
       where event = 'admin.role_changed' and email = $1 order by a.created_at, a.id`,
      [email],
    );

  it("let a person in a granted group read the department, once they were read, and no more when taken out", async () => {
    const { vic } = product.people;
    expect(await asks(vic)).not.toContain(secret);
    const shift = entra.group("Shift", { id: vic.aadObjectId });
    controllers.members.add(shift.id);
    await later(10);
    expect(await asks(vic)).not.toContain(secret);
    await later(6);
    expect(await asks(vic)).toContain(secret);
    controllers.members.delete(shift.id);
    await later(16);
    expect(await asks(vic)).not.toContain(secret);
    expect(await changes("vic@small.example")).toHaveLength(2);
  });

  it("count for a day while Graph is away, and then no more, and the person is told nothing of it", async () => {
    const { sam } = product.people;
    controllers.members.add(sam.aadObjectId);
    await later(16);
    expect(await asks(sam)).toContain(secret);
    graph.away = true;
    await later(60);
    expect(await asks(sam)).toContain(secret);
    await later(24 * 60);
    const answer = await asks(sam);
    expect(answer).not.toContain(secret);
    expect(answer).not.toMatch(/Graph|Entra|group/i);
    graph.away = false;
    await later(1);
    expect(await asks(sam)).toContain(secret);
  });

  it("give nothing to somebody who was switched off in Entra, at once", async () => {
    const { sam } = product.people;
    const account = entra.users.get(sam.aadObjectId);
    if (!account) throw new Error("Sam is not in Entra");
    account.accountEnabled = false;
    await later(16);
    expect(await asks(sam)).not.toContain(secret);
  });

  it("make somebody whom the company does not know a member, and nobody who is in no granted group", async () => {
    const nok = product.tenant.person({ name: "Nok New", email: "nok@small.example" });
    const max = product.tenant.person({ name: "Max Other", email: "max@small.example" });
    for (const person of [nok, max]) await product.tenant.installFor(person);
    controllers.members.add(inEntra(nok, "Nok of Entra").id);
    inEntra(max, "Max Other");
    expect(await asks(nok)).toContain(secret);
    expect(await asks(max)).not.toContain(secret);
    const named = await product.rows<{ name: string; email: string; roles: string[] }>(
      `select display_name as name, email, roles from effective_users
       where display_name in ('Nok of Entra', 'Max Other') order by display_name desc`,
    );
    expect(named).toEqual([
      { name: "Nok of Entra", email: "nok@small.example", roles: ["viewer"] },
      { name: "Max Other", email: expect.stringContaining("guest.invalid"), roles: ["guest"] },
    ]);
  });

  it("make nobody a member whose account here was switched off", async () => {
    const off = product.tenant.person({ name: "Fay Finance", email: "fay@small.example" });
    await product.rows("update users set active = false where email = $1", ["fay@small.example"]);
    await product.tenant.installFor(off);
    controllers.members.add(inEntra(off, "Fay Finance").id);
    expect(await asks(off)).not.toContain(secret);
    await product.rows("update users set active = true where email = $1", ["fay@small.example"]);
  });

  it("give a guest of Entra what the group is given, and nothing beside", async () => {
    const gus = product.tenant.person({ name: "Gus Guest", email: "gus@other.example" });
    await product.tenant.installFor(gus);
    controllers.members.add(inEntra(gus, "Gus Guest", { userType: "Guest" }).id);
    expect(await asks(gus)).toContain(secret);
    const [guest] = await product.rows<{ email: string; roles: string[] }>(
      "select email, roles from effective_users where display_name = 'Gus Guest'",
    );
    expect(guest?.roles).toEqual(["guest"]);
    expect(guest?.email).not.toContain("other.example");
  });

  it("give nothing any more once the grant is taken back", async () => {
    const { vic } = product.people;
    controllers.members.add(vic.aadObjectId);
    await later(16);
    expect(await asks(vic)).toContain(secret);
    await revokeGroup(product.parts(), wish());
    await later(0);
    expect(await asks(vic)).not.toContain(secret);
  });
});
