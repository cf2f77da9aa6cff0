import { createRequire } from "node:module";
import type pg from "pg";
import type { TenantId } from "../../core/ids.ts";

/** A statement that runs prepared. Its text is fixed, so its name stands for it on every connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/**
 * `saved`: the commit waits for the disk. `soon`: it does not, for steps that are repeated if the database itself
 * crashes within the next fraction of a second (a crash of our process loses nothing either way).
 */
export type Durability = "saved" | "soon";

const setTenant: Statement = {
  name: "set_tenant",
  text: "select set_config('app.tenant_id', $1, true), set_config('synchronous_commit', $2, true)",
};

interface WireConnection {
  readonly parsedStatements: Record<string, string>;
  parse(query: { name: string; text: string; types?: number[] }): void;
  bind(config: { statement: string; values: unknown[] }): void;
  execute(config: { portal: string; rows: number }): void;
}
interface WireQuery extends pg.Submittable {
  prepare(connection: WireConnection): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: WireConnection): void;
}
type WireQueryClass = new (
  config: { name: string; text: string; values: unknown[] },
  values: undefined,
  callback: (error: Error | null, result: pg.QueryResult) => void,
) => WireQuery;

const require = createRequire(import.meta.url);
const Query = (require("pg") as { Query: WireQueryClass }).Query;

/**
 * Sends "set the tenant" and one statement together: one round trip and, since PostgreSQL makes everything before one
 * Sync message a single implicit transaction, the setting holds for exactly that statement.
 */
class TenantQuery extends Query {
  readonly #settings: [string, string];
  #settled = false;

  constructor(
    tenant: TenantId,
    durability: Durability,
    statement: Statement,
    values: unknown[],
    callback: (error: Error | null, result: pg.QueryResult) => void,
  ) {
    super({ name: statement.name, text: statement.text, values }, undefined, callback);
    this.#settings = [tenant, durability === "saved" ? "on" : "off"];
  }

  override prepare(connection: WireConnection): void {
    if (connection.parsedStatements[setTenant.name] === undefined) {
      connection.parse({ ...setTenant, types: [25, 25] });
      connection.parsedStatements[setTenant.name] = setTenant.text;
    }
    connection.bind({ statement: setTenant.name, values: this.#settings });
    connection.execute({ portal: "", rows: 0 });
    super.prepare(connection);
  }

  override handleDataRow(message: unknown): void {
    if (this.#settled) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, connection: WireConnection): void {
    if (this.#settled) super.handleCommandComplete(message, connection);
    else this.#settled = true;
  }
}

/** Runs one prepared statement as the tenant: one round trip, one transaction. */
export async function tenantQuery<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  tenant: TenantId,
  statement: Statement,
  values: unknown[],
  durability: Durability = "saved",
): Promise<Row[]> {
  const client = await pool.connect();
  try {
    return await new Promise<Row[]>((resolve, reject) => {
      client.query(
        new TenantQuery(tenant, durability, statement, values, (error, result) => {
          if (error) reject(error);
          else resolve(result.rows as Row[]);
        }),
      );
    });
  } finally {
    client.release();
  }
}

/** `tenantQuery` with its pool and tenant given: what a store is made of. */
export type TenantRunner = <Row extends pg.QueryResultRow>(
  statement: Statement,
  values: unknown[],
  durability?: Durability,
) => Promise<Row[]>;
