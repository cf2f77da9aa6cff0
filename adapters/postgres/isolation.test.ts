import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import pg from "pg";
import { silentLogger } from "../../core/logger.ts";
import { testDatabase, type TestDatabase } from "../../tests/support/database.ts";
import { fillEveryTable, workspaceOf } from "../../tests/support/fill-every-table.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import { amplyMs } from "../../tests/support/time-limits.ts";
import { createPool } from "./pool.ts";
import { provisionCompany, type ProvisionedCompany } from "./provision.ts";

jest.setTimeout(180_000);

/** Raw SQL as the application's role, against every table that the catalog says has a tenant. */
describe("tenants in SQL", () => {
  let server: TestDatabase;
  let pool: pg.Pool;
  let owner: pg.Client;
  let ours: ProvisionedCompany;
  let theirs: ProvisionedCompany;
  let tables: readonly string[];

  beforeAll(async () => {
    server = await testDatabase();
    pool = createPool(server.appUrl, 2, silentLogger, amplyMs);
    owner = new pg.Client({ connectionString: server.ownerUrl });
    await owner.connect();
    ours = await provisionCompany(server.ownerUrl, smallCompany("ours"), { localAccounts: true });
    theirs = await provisionCompany(server.ownerUrl, smallCompany("theirs"), { localAccounts: true });
    await fillEveryTable(pool, ours);
    await fillEveryTable(pool, theirs);
    const { rows } = await owner.query<{ name: string }>(
      `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
       where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1`,
    );
    tables = rows.map(({ name }) => name);
  });
  afterAll(async () => {
    await owner.end();
    await pool.end();
    await server.close();
  });

  /** Runs as the tenant in a transaction that is rolled back; null is no tenant at all. */
  async function asTenant(
    tenant: string | null,
    text: string,
    values: unknown[] = [],
  ): Promise<{ readonly count: number } | { readonly refused: string }> {
    const client = await pool.connect();
    try {
      await client.query("begin");
      if (tenant !== null) await client.query("select set_config('app.tenant_id', $1, true)", [tenant]);
      const { rowCount } = await client.query(text, values);
      return { count: rowCount ?? 0 };
    } catch (error) {
      return { refused: error instanceof pg.DatabaseError ? (error.code ?? "") : String(error) };
    } finally {
      await client.query("rollback");
      client.release();
    }
  }
  const insufficientPrivilege = "42501";
  const nothing = [{ count: 0 }, { refused: insufficientPrivilege }];
  const column = async (table: string): Promise<string> => {
    const { rows } = await owner.query<{ name: string }>(
      `select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped
         and attname <> 'tenant_id' and attgenerated = '' and attidentity = '' order by attnum limit 1`,
      [table],
    );
    return rows[0]?.name ?? "tenant_id";
  };

  it("finds rows of both tenants in every table, so that the rest of these tests means something", async () => {
    expect(tables.length).toBeGreaterThanOrEqual(19);
    for (const table of tables) {
      const { rows } = await owner.query<{ tenants: string }>(
        `select count(distinct tenant_id)::text as tenants from ${table} where tenant_id in ($1, $2)`,
        [ours.tenantId, theirs.tenantId],
      );
      expect({ table, tenants: rows[0]?.tenants }).toEqual({ table, tenants: "2" });
    }
  });

  it("forces row-level security on every one of them, with one policy, installations with one more", async () => {
    const { rows } = await owner.query<{ name: string; forced: boolean; policies: number }>(
      `select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced,
         (select count(*)::integer from pg_policy p where p.polrelid = c.oid) as policies
       from pg_class c where c.relname = any ($1) and c.relnamespace = 'public'::regnamespace`,
      [tables],
    );
    expect(rows.length).toBe(tables.length);
    const policiesOf = (name: string): number => (name === "installations" ? 2 : 1);
    expect(rows.filter(({ forced, name, policies }) => !forced || policies !== policiesOf(name))).toEqual([]);
  });

  describe("an installation, to whoever names its workspace", () => {
    /** Names the workspace, as the tenant or as none, and says what a statement did. */
    async function naming(
      workspace: string | null,
      tenant: string | null,
      text: string,
      values: unknown[] = [],
    ): Promise<{ readonly rows: unknown[] } | { readonly refused: string }> {
      const client = await pool.connect();
      try {
        await client.query("begin");
        if (workspace !== null)
          await client.query("select set_config('app.workspace', $1, true)", [workspace]);
        if (tenant !== null) await client.query("select set_config('app.tenant_id', $1, true)", [tenant]);
        return { rows: (await client.query<object>(text, values)).rows };
      } catch (error) {
        return { refused: error instanceof pg.DatabaseError ? (error.code ?? "") : String(error) };
      } finally {
        await client.query("rollback");
        client.release();
      }
    }
    const ofWorkspace = (company: ProvisionedCompany): string => `slack:${workspaceOf(company)}`;
    const look = "select tenant_id, workspace_id from installations order by 1, 2";
    const row = (company: ProvisionedCompany) => ({
      tenant_id: company.tenantId,
      workspace_id: workspaceOf(company),
    });

    it("shows nothing where none is named, also not by a part or a pattern", async () => {
      for (const workspace of [
        null,
        "",
        "slack:",
        "slack:%",
        workspaceOf(ours),
        `teams:${workspaceOf(ours)}`,
      ])
        expect(await naming(workspace, null, look)).toEqual({ rows: [] });
    });

    it("shows that one row, and beside it only the tenant's own", async () => {
      expect(await naming(ofWorkspace(ours), null, look)).toEqual({ rows: [row(ours)] });
      expect(await naming(ofWorkspace(ours), ours.tenantId, look)).toEqual({ rows: [row(ours)] });
      const both = await naming(ofWorkspace(ours), theirs.tenantId, look);
      expect("rows" in both && both.rows).toHaveLength(2);
      for (const table of tables.filter((name) => name !== "installations"))
        expect(await naming(ofWorkspace(ours), null, `select from ${table}`)).toEqual({ rows: [] });
    });

    it("lets nobody change, delete or add one", async () => {
      for (const tenant of [null, theirs.tenantId]) {
        const attempt = (text: string) => naming(ofWorkspace(ours), tenant, text, [ours.tenantId]);
        expect(
          await attempt("update installations set state = 'revoked' where tenant_id = $1 returning 1"),
        ).toEqual({ rows: [] });
        expect(await attempt("delete from installations where tenant_id = $1 returning 1")).toEqual({
          rows: [],
        });
        expect(
          await attempt(
            `insert into installations (tenant_id, channel, workspace_id, workspace_name, bot_user_id)
             values ($1, 'slack', 'T-new', 'New', 'U1')`,
          ),
        ).toEqual({ refused: insufficientPrivilege });
      }
    });

    it("names it for one statement alone", async () => {
      const client = await pool.connect();
      try {
        const { rows } = await client.query<{ tenant: string }>(
          "select tenant_of_workspace('slack', $1) as tenant",
          [workspaceOf(ours)],
        );
        expect(rows).toEqual([{ tenant: ours.tenantId }]);
        expect((await client.query(look)).rows).toEqual([]);
      } finally {
        client.release();
      }
    });
  });

  it("shows no row without a tenant, and a tenant its own alone", async () => {
    for (const table of tables) {
      const none = await asTenant(null, `select from ${table}`);
      const other = await asTenant(ours.tenantId, `select from ${table} where tenant_id <> $1`, [
        ours.tenantId,
      ]);
      const own = await asTenant(ours.tenantId, `select from ${table}`);
      expect({ table, none, other }).toEqual({ table, none: { count: 0 }, other: { count: 0 } });
      expect({ table, seen: "count" in own && own.count > 0 }).toEqual({ table, seen: true });
    }
  });

  it("shows in every view what whoever looks may see, and no more", async () => {
    const { rows } = await owner.query<{ name: string; asViewer: boolean }>(
      `select relname as name, 'security_invoker=true' = any (reloptions) as "asViewer" from pg_class
       where relkind = 'v' and relnamespace = 'public'::regnamespace order by 1`,
    );
    expect(rows.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["effective_department_members", "effective_users", "group_access"]),
    );
    for (const { name, asViewer } of rows) {
      const none = await asTenant(null, `select from ${name}`);
      const other = await asTenant(ours.tenantId, `select from ${name} where tenant_id <> $1`, [
        ours.tenantId,
      ]);
      const own = await asTenant(ours.tenantId, `select from ${name}`);
      const seen = "count" in own && own.count > 0;
      expect({ name, asViewer, none, other, seen }).toEqual({
        name,
        asViewer: true,
        none: { count: 0 },
        other: { count: 0 },
        seen: true,
      });
    }
  });

  it("shows nothing on a connection that served a tenant before", async () => {
    const client = await pool.connect();
    try {
      await client.query("begin");
      await client.query("select set_config('app.tenant_id', $1, true)", [theirs.tenantId]);
      await client.query("select from turns");
      await client.query("commit");
      for (const table of tables) {
        const { rowCount } = await client.query(`select from ${table}`);
        expect({ table, rowCount }).toEqual({ table, rowCount: 0 });
      }
    } finally {
      client.release();
    }
  });

  it("changes and deletes nothing of another tenant", async () => {
    for (const table of tables) {
      const name = await column(table);
      const changed = await asTenant(
        ours.tenantId,
        `update ${table} set ${name} = ${name} where tenant_id = $1`,
        [theirs.tenantId],
      );
      const deleted = await asTenant(ours.tenantId, `delete from ${table} where tenant_id = $1`, [
        theirs.tenantId,
      ]);
      expect(nothing).toContainEqual(changed);
      expect(nothing).toContainEqual(deleted);
    }
  });

  it("writes nothing for another tenant, and moves no row of its own to it", async () => {
    for (const table of tables) {
      const { rows } = await owner.query<{ columns: string }>(
        `select string_agg(quote_ident(attname), ', ') as columns from pg_attribute
         where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' and attidentity = ''
           and attname <> 'tenant_id'`,
        [table],
      );
      const columns = rows[0]?.columns ?? "";
      const copied = await asTenant(
        ours.tenantId,
        `insert into ${table} (tenant_id, ${columns}) select $1::uuid, ${columns} from ${table}`,
        [theirs.tenantId],
      );
      const moved = await asTenant(ours.tenantId, `update ${table} set tenant_id = $1`, [theirs.tenantId]);
      expect({ table, copied, moved }).toEqual({
        table,
        copied: { refused: insufficientPrivilege },
        moved: { refused: insufficientPrivilege },
      });
    }
  });

  it("keeps the audit trail from being changed or deleted, also one's own", async () => {
    for (const table of ["audit_events", "audit_seals"]) {
      const name = await column(table);
      for (const text of [
        `update ${table} set ${name} = ${name}`,
        `delete from ${table}`,
        `truncate ${table}`,
      ]) {
        expect(await asTenant(ours.tenantId, text)).toEqual({ refused: insufficientPrivilege });
      }
    }
  });

  it("gives the application no way out: no other role, no new table, no policy change, no registry change", async () => {
    for (const text of [
      "set local role postgres",
      "create table escape (id integer)",
      "alter table turns disable row level security",
      "alter table turns no force row level security",
      "drop policy tenant_isolation on turns",
      "insert into tenants (id, slug) values (gen_random_uuid(), 'new')",
      "update tenants set active = false",
      "insert into audit_epochs (epoch) values (99)",
      "set local session_replication_role = replica",
    ]) {
      expect({ text, result: await asTenant(ours.tenantId, text) }).toEqual({
        text,
        result: { refused: insufficientPrivilege },
      });
    }
  });
});
