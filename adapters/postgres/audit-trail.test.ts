import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import pg from "pg";
import type { AuditEvent } from "../../core/audit/audit-event.ts";
import { type ChainReport, verifyChain } from "../../core/audit/verify-chain.ts";
import type { TenantId } from "../../core/ids.ts";
import { silentLogger } from "../../core/logger.ts";
import { testDatabase, type TestDatabase } from "../../tests/support/database.ts";
import { pause, until } from "../../tests/support/sample-work.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import { amplyMs } from "../../tests/support/time-limits.ts";
import { createDatabase } from "./database.ts";
import { createPool } from "./pool.ts";
import { provisionCompany } from "./provision.ts";

jest.setTimeout(180_000);

const told = (number: number): AuditEvent => ({
  event: "chat.request",
  status: "started",
  userId: null,
  resourceType: "turn",
  resourceId: "01900000-0000-7000-8000-000000000001",
  model: "m",
  requestHash: "h",
  latencyMs: number,
  metadata: { number },
});

describe("the audit trail in PostgreSQL", () => {
  let server: TestDatabase;
  let owner: pg.Client;
  let pool: pg.Pool;
  let database: ReturnType<typeof createDatabase>;
  let tenant: TenantId;
  let tenants = 0;
  beforeAll(async () => {
    server = await testDatabase();
    owner = new pg.Client({ connectionString: server.ownerUrl });
    await owner.connect();
    pool = createPool(server.appUrl, 8, silentLogger, amplyMs);
    database = createDatabase(pool);
  });
  afterAll(async () => {
    await database.close();
    await pool.end();
    await owner.end();
    await server.close();
  });
  beforeEach(async () => {
    tenants += 1;
    const plan = smallCompany(`audit-${String(tenants)}`);
    tenant = (await provisionCompany(server.ownerUrl, plan, { localAccounts: false })).tenantId;
  });

  const append = (...numbers: readonly number[]): Promise<void> =>
    database.withTenant(tenant, ({ audit }) => audit.append(numbers.map(told)));
  const unsealed = async (): Promise<number> =>
    (await database.withTenant(tenant, ({ audit }) => audit.unsealed())).events;
  const sealAll = (): Promise<void> =>
    until("every event is sealed", async () => {
      await database.sealAudit();
      return (await unsealed()) === 0;
    });
  const verify = (): Promise<ChainReport> =>
    database.withTenant(tenant, ({ audit }) => verifyChain(audit.sealed()));
  /** Three seals over two events each, beside those of the provisioning. */
  const sealedTrail = async (): Promise<void> => {
    await sealAll();
    for (const number of [1, 3, 5]) {
      await append(number, number + 1);
      await sealAll();
    }
    expect(await verify()).toMatchObject({ intact: true, seals: 4 });
  };

  it("cuts a seal between two transactions, never within one", async () => {
    await sealAll();
    for (const number of [1, 3, 5]) await append(number, number + 1);
    const counts = async (): Promise<readonly number[]> => {
      const query = "select event_count from audit_seals where tenant_id = $1 order by number offset 1";
      return (await owner.query<{ event_count: number }>(query, [tenant])).rows.map((row) => row.event_count);
    };
    await until("no older transaction runs", async () => {
      const { rows } = await owner.query<{ past: boolean }>(
        `select pg_snapshot_xmin(pg_current_snapshot())::text::bigint > max(transaction_id) as past
          from audit_events where tenant_id = $1`,
        [tenant],
      );
      return rows[0]?.past === true;
    });
    await database.sealAudit(3);
    expect(await counts()).toEqual([4, 2]);
    expect(await verify()).toMatchObject({ intact: true, seals: 3 });
  });

  it("seals the others' events where one tenant's cannot be sealed", async () => {
    const other = await provisionCompany(server.ownerUrl, smallCompany(`stuck-${String(tenants)}`), {
      localAccounts: false,
    });
    await sealAll();
    await owner.query(`
      create function stuck() returns trigger language plpgsql as $$ begin raise 'stuck'; end $$;
      create trigger stuck before insert on audit_seals for each row
        when (new.tenant_id = '${tenant}') execute function stuck()`);
    try {
      await append(1);
      await database.withTenant(other.tenantId, ({ audit }) => audit.append([told(1)]));
      const theirs = () => database.withTenant(other.tenantId, ({ audit }) => audit.unsealed());
      await until("the other's are sealed", async () => {
        await database.sealAudit().catch(() => undefined);
        return (await theirs()).events === 0;
      });
      await expect(database.sealAudit()).rejects.toThrow("stuck");
      expect(await unsealed()).toBe(1);
    } finally {
      await owner.query("drop trigger stuck on audit_seals; drop function stuck");
    }
    await sealAll();
    expect(await verify()).toMatchObject({ intact: true });
  });

  describe("tampered with by somebody who owns the database", () => {
    beforeEach(sealedTrail);
    afterEach(async () => {
      expect((await verify()).intact).toBe(false);
    });
    const second = `(select id from audit_events where tenant_id = $1 and latency_ms = 3)`;

    it.each([
      "event = 'auth.login'",
      "status = 'denied'",
      "user_id = gen_random_uuid()",
      "resource_type = 'document'",
      "resource_id = gen_random_uuid()",
      "model = null",
      "request_hash = 'x'",
      "latency_ms = 4",
      `metadata = '{"number": 4}'`,
      "created_at = created_at + interval '1 microsecond'",
      "epoch = 2",
      "transaction_id = transaction_id + 1",
      "id = gen_random_uuid()",
    ])("shows a changed field: %s", async (change) => {
      await owner.query(`update audit_events set ${change} where id = ${second}`, [tenant]);
      expect((await verify()).faults.length).toBeGreaterThan(0);
    });

    it("shows an event moved to another tenant", async () => {
      const other = await provisionCompany(server.ownerUrl, smallCompany(`other-${String(tenants)}`), {
        localAccounts: false,
      });
      await owner.query(`update audit_events set tenant_id = $2 where id = ${second}`, [
        tenant,
        other.tenantId,
      ]);
    });

    it("shows a deleted event", async () => {
      await owner.query(`delete from audit_events where id = ${second}`, [tenant]);
      expect((await verify()).faults.join()).toMatch(/covers 2 events; 1 are there/);
    });

    it("shows a deleted seal", async () => {
      await owner.query("delete from audit_seals where tenant_id = $1 and number = 3", [tenant]);
      expect((await verify()).faults.join()).toMatch(/seal 3 is missing/);
    });

    it("shows a seal that was made anew over a changed event", async () => {
      await owner.query(`update audit_events set status = 'denied' where id = ${second}`, [tenant]);
      await owner.query(
        `update audit_seals s set hash = (
           select encode(sha256(convert_to(s.previous_hash || e'\n' ||
             string_agg(audit_event_text(e), e'\n' order by e.epoch, e.transaction_id, e.position), 'UTF8')), 'hex')
           from audit_events e where e.tenant_id = $1 and e.latency_ms in (3, 4))
         where s.tenant_id = $1 and s.number = 3`,
        [tenant],
      );
      expect((await verify()).faults).toEqual([expect.stringMatching(/seal 4 does not follow/)]);
    });

    it("shows an event that was inserted later as if it were old, also by the application itself", async () => {
      const client = await pool.connect();
      try {
        await client.query("begin");
        await client.query("select set_config('app.tenant_id', $1, true)", [tenant]);
        await client.query(
          `insert into audit_events (tenant_id, event, status, epoch, transaction_id, created_at)
           select tenant_id, 'auth.login', 'success', epoch, transaction_id, created_at from audit_events
           where tenant_id = $1 and latency_ms = 3`,
          [tenant],
        );
        await client.query("commit");
      } finally {
        client.release();
      }
      expect((await verify()).faults.join()).toMatch(/covers 2 events; 3 are there/);
    });
  });

  it("shows that its end was cut off by the head that was kept", async () => {
    await sealedTrail();
    const { head } = await verify();
    await owner.query("delete from audit_events where tenant_id = $1 and latency_ms in (5, 6)", [tenant]);
    await owner.query("delete from audit_seals where tenant_id = $1 and number = 4", [tenant]);
    const cut = await verify();
    expect(cut.intact).toBe(true);
    expect(cut.head).not.toBe(head);
  });

  it("leaves to the next seal what a running transaction may still write below it", async () => {
    await sealAll();
    const client = await pool.connect();
    try {
      await client.query("begin");
      await client.query("select set_config('app.tenant_id', $1, true)", [tenant]);
      await client.query(
        "insert into audit_events (tenant_id, event, status) values ($1, 'auth.login', 'success')",
        [tenant],
      );
      await append(1);
      await database.sealAudit();
      expect(await unsealed()).toBe(1);
      await client.query("commit");
    } finally {
      client.release();
    }
    await sealAll();
    expect(await verify()).toMatchObject({ intact: true, faults: [] });
  });

  /** Mulberry32: small, and the same everywhere. */
  const random = (seed: number) => (): number => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };

  it.each([1, 2, 3, 4])(
    "never breaks its chain, whoever writes and seals at the same time (seed %i)",
    async (seed) => {
      const next = random(seed);
      const second = createPool(server.appUrl, 4, silentLogger, amplyMs);
      const twin = createDatabase(second);
      let written = 0;
      /** A transaction that stays open for a while, and is sometimes rolled back. */
      const slowly = async (): Promise<void> => {
        const [waitMs, keeps] = [next() * 15, next() < 0.7];
        const client = await second.connect();
        try {
          await client.query("begin");
          await client.query("select set_config('app.tenant_id', $1, true)", [tenant]);
          await client.query(
            "insert into audit_events (tenant_id, event, status) values ($1, 'auth.login', 'success')",
            [tenant],
          );
          await pause(waitMs);
          await client.query(keeps ? "commit" : "rollback");
          if (keeps) written += 1;
        } finally {
          client.release();
        }
      };
      const quickly = async (): Promise<void> => {
        const count = 1 + Math.floor(next() * 4);
        await append(...Array.from({ length: count }, (_, number) => number));
        written += count;
      };
      const writer = async (): Promise<void> => {
        for (let round = 0; round < 12; round += 1) {
          await (next() < 0.4 ? slowly() : quickly());
          if (next() < 0.3) await pause(next() * 4);
        }
      };
      let writing = true;
      const sealer = async (which: typeof database): Promise<void> => {
        while (writing) {
          await which.sealAudit();
          await pause(next() * 6);
        }
      };
      const before = (await verify()).events + (await unsealed());
      const sealers = [sealer(database), sealer(twin)];
      await Promise.all([writer(), writer(), writer()]);
      writing = false;
      await Promise.all(sealers);
      await sealAll();
      expect(await verify()).toMatchObject({ intact: true, faults: [], events: before + written });
      await twin.close();
      await second.end();
    },
  );

  it("goes on in a new epoch where a restored database counts its transactions from below", async () => {
    await sealedTrail();
    await owner.query(
      "update audit_events set transaction_id = transaction_id + 1000000 where tenant_id = $1",
      [tenant],
    );
    await owner.query("delete from audit_seals where tenant_id = $1", [tenant]);
    await owner.query("select audit_begin_epoch_after_restore()");
    await append(7);
    await sealAll();
    expect(await verify()).toMatchObject({ intact: true, faults: [] });
    await owner.query("select audit_begin_epoch_after_restore()");
    const { rows } = await owner.query<{ epochs: string }>(
      "select count(*)::text as epochs from audit_epochs",
    );
    expect(rows[0]?.epochs).toBe("2");
  });
});
