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
  hasBeenParsed(connection: WireConnection): boolean;
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
  #parses = false;

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

  /** True where this query has the connection parse a statement, and not merely run it. */
  get parses(): boolean {
    return this.#parses;
  }

  override prepare(connection: WireConnection): void {
    this.#parses = !this.hasBeenParsed(connection);
    if (connection.parsedStatements[setTenant.name] === undefined) {
      this.#parses = true;
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

/**
 * A connection that can no longer be relied on. pg takes the first "parsed" that it hears for this query's own
 * statement, also where it was the other one: after a failure it may believe in a statement that the server does not
 * know. An error without a severity is the wire's; a fatal one ends the connection in a moment.
 */
const spoils = (query: TenantQuery, error: object): boolean =>
  query.parses || !("severity" in error) || error.severity === "FATAL" || error.severity === "PANIC";

/** Runs one prepared statement as the tenant: one round trip, one transaction. */
export async function tenantQuery<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  tenant: TenantId,
  statement: Statement,
  values: unknown[],
  durability: Durability = "saved",
): Promise<Row[]> {
  const client = await pool.connect();
  let spoilt = false;
  try {
    return await new Promise<Row[]>((resolve, reject) => {
      const query = new TenantQuery(tenant, durability, statement, values, (error, result) => {
        spoilt = error !== null && spoils(query, error);
        if (error) reject(error);
        else resolve(result.rows as Row[]);
      });
      client.query(query);
    });
  } finally {
    client.release(spoilt);
  }
}

/** `tenantQuery` with its pool and tenant given: what a store is made of. */
export type TenantRunner = <Row extends pg.QueryResultRow>(
  statement: Statement,
  values: unknown[],
  durability?: Durability,
) => Promise<Row[]>;
