import { runMigrations } from "bullmq";
import pg from "pg";
import { queueUnavailable } from "./backend.ts";
import { defaultSchema } from "./queue.ts";

const identifier = (name: string): string => pg.escapeIdentifier(name);

/**
 * Creates or updates BullMQ's tables and functions as their owner, and lets the application's role use them, not
 * change them. May be run again at any time, and by several processes at once. Throws `queue_unavailable`.
 */
export async function migrateBullmq(
  ownerUrl: string,
  { schema = defaultSchema, appRole }: { readonly schema?: string; readonly appRole: string },
): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl, connectionTimeoutMillis: 10_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    await runMigrations(client, schema);
    const [inSchema, role] = [identifier(schema), identifier(appRole)];
    await client.query(
      `grant usage on schema ${inSchema} to ${role};
       grant select, insert, update, delete on all tables in schema ${inSchema} to ${role};
       grant usage, select on all sequences in schema ${inSchema} to ${role};
       grant execute on all functions in schema ${inSchema} to ${role};`,
    );
  } catch (error) {
    throw queueUnavailable("PostgreSQL", error);
  } finally {
    await client.end().catch(() => {});
  }
}
