import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import pg from "pg";
import { silentLogger } from "../../core/logger.ts";
import { testDatabase, type TestDatabase } from "../../tests/support/database.ts";
import { amplyMs } from "../../tests/support/time-limits.ts";
import { assertSafeRole, createPool } from "./pool.ts";

describe("the role that the application runs as", () => {
  let server: TestDatabase;
  let owner: pg.Client;
  const made: string[] = [];
  beforeAll(async () => {
    server = await testDatabase();
    owner = new pg.Client({ connectionString: server.ownerUrl });
    await owner.connect();
  });
  afterAll(async () => {
    for (const role of made) await owner.query(`drop owned by ${role}; drop role ${role}`);
    await owner.end();
    await server.close();
  });

  const check = async (url: string): Promise<void> => {
    const pool = createPool(url, 1, silentLogger, amplyMs);
    try {
      await assertSafeRole(pool);
    } finally {
      await pool.end();
    }
  };
  /** A login of its own with these rights. */
  const login = async (name: string, rights: string): Promise<string> => {
    const role = `expert_pool_test_${name}`;
    await owner.query(`drop role if exists ${role}`);
    await owner.query(`create role ${role} login password 'only-for-tests' ${rights} in role expert_app`);
    made.push(role);
    const url = new URL(server.appUrl);
    url.username = role;
    url.password = "only-for-tests";
    return url.href;
  };
  const refused = (what: RegExp) => ({
    code: "database_role_unsafe",
    message: expect.stringMatching(what) as unknown,
    remedy: expect.stringContaining("DATABASE_URL") as unknown,
  });

  it("is accepted where row-level security holds it back", async () => {
    await expect(check(server.appUrl)).resolves.toBeUndefined();
  });

  it("is told plainly where the server refuses it", async () => {
    const url = new URL(server.appUrl);
    url.pathname = "/nowhere";
    await expect(check(url.href)).rejects.toMatchObject({
      code: "database_unavailable",
      message: expect.stringMatching(/refused the connection: .*nowhere/) as unknown,
      remedy: expect.stringContaining("DATABASE_URL") as unknown,
    });
  });

  it("is refused as a superuser, and as one who may bypass the policies", async () => {
    await expect(check(server.ownerUrl)).rejects.toMatchObject(refused(/superuser/));
    const url = await login("bypass", "nosuperuser bypassrls");
    await expect(check(url)).rejects.toMatchObject(refused(/bypass row-level security/));
  });

  it("is refused as an owner of a table, itself or by a role that it belongs to", async () => {
    const url = await login("owner", "nosuperuser nobypassrls");
    await owner.query("create table owned (tenant_id uuid)");
    try {
      await owner.query("call isolate_by_tenant('owned')");
      await owner.query("alter table owned owner to expert_pool_test_owner");
      await expect(check(url)).rejects.toMatchObject(refused(/owns owned/));
      await owner.query("alter table owned owner to expert_app");
      await expect(check(server.appUrl)).rejects.toMatchObject(refused(/owns owned/));
    } finally {
      await owner.query("drop table owned");
    }
  });

  it("is refused over a table that no policy protects, or one that is not forced", async () => {
    await owner.query("create table bare (tenant_id uuid)");
    try {
      await expect(check(server.appUrl)).rejects.toMatchObject(refused(/row-level security on bare/));
      await owner.query("alter table bare enable row level security");
      await expect(check(server.appUrl)).rejects.toMatchObject(refused(/row-level security on bare/));
      await owner.query("drop table bare; create table bare (tenant_id uuid) partition by list (tenant_id)");
      await expect(check(server.appUrl)).rejects.toMatchObject(refused(/row-level security on bare/));
    } finally {
      await owner.query("drop table bare");
    }
  });

  it("is refused over a view that reads as its owner", async () => {
    await owner.query("create view all_turns as select * from turns");
    try {
      await expect(check(server.appUrl)).rejects.toMatchObject(refused(/row-level security on all_turns/));
      await owner.query("alter view all_turns set (security_invoker = true)");
      await expect(check(server.appUrl)).resolves.toBeUndefined();
    } finally {
      await owner.query("drop view all_turns");
    }
  });

  it("is refused before the schema is there", async () => {
    const empty = new URL(server.appUrl);
    const name = `${empty.pathname.slice(1)}_empty`;
    await owner.query(`create database ${name}`);
    try {
      empty.pathname = `/${name}`;
      await expect(check(empty.href)).rejects.toMatchObject(refused(/not been migrated/));
    } finally {
      await owner.query(`drop database ${name} with (force)`);
    }
  });

  it("tells that the database is away, which is no fault of the role", async () => {
    const nowhere = new URL(server.appUrl);
    nowhere.port = "1";
    await expect(check(nowhere.href)).rejects.toMatchObject({ code: "database_unavailable" });
  });
});
