import { access, constants } from "node:fs/promises";

export type PostgresSettings = Readonly<Record<string, string | number | boolean>>;

/** Settings of a server that shares a machine with the application and whose rows are the truth. */
const embedded: PostgresSettings = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: 60,
  shared_buffers: "128MB",
  maintenance_work_mem: "64MB",
  fsync: true,
  synchronous_commit: true,
  full_page_writes: true,
  wal_level: "minimal",
  max_wal_senders: 0,
  max_wal_size: "512MB",
  // Reads are served from memory here, so separate I/O and replication processes only cost.
  io_method: "sync",
  max_logical_replication_workers: 0,
  jit: false,
  password_encryption: "scram-sha-256",
  timezone: "UTC",
  log_timezone: "UTC",
  lc_messages: "C",
  lc_monetary: "C",
  lc_numeric: "C",
  lc_time: "C",
  default_text_search_config: "pg_catalog.simple",
  // Statements and values, which errors quote, are the company's text: they stay out of the log.
  // Level "log" is above "error"; who sent the statement gets its error anyway.
  log_min_messages: "log",
  log_error_verbosity: "terse",
  log_min_error_statement: "panic",
  log_checkpoints: false,
};

/**
 * The text of `postgresql.conf`, written anew at every start so that a new release's settings
 * reach old folders; `ALTER SYSTEM` still overrides it.
 */
export async function settingsFile(port: number, overrides: PostgresSettings): Promise<string> {
  const settings: PostgresSettings = { ...embedded, ...(await sharedMemory()), ...overrides, port };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${quote(value)}`);
  return ["# Written at every start of The Expert. To tune the server use ALTER SYSTEM.", ...lines, ""].join(
    "\n",
  );
}

const quote = (value: string | number | boolean): string =>
  typeof value === "boolean" ? (value ? "on" : "off") : `'${String(value).replaceAll("'", "''")}'`;

/** Some containers have no /dev/shm; files serve as well for the little that is needed. */
async function sharedMemory(): Promise<PostgresSettings> {
  if (process.platform !== "linux") return {};
  const usable = await access("/dev/shm", constants.W_OK).then(
    () => true,
    () => false,
  );
  return usable ? {} : { dynamic_shared_memory_type: "mmap" };
}
