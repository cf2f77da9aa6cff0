import { ExpertError } from "../../core/errors.ts";

/** Classes and codes of PostgreSQL, of the network and of Prisma that mean "not now": away, full, restarting, busy. */
const unavailable = /^(08|53|57P|58)|^(ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|ENOTFOUND)$|^(P1|P2024|P2028)/;
/** Two transactions were in each other's way: the one that was undone succeeds when it is tried again. */
const undone = /^40(001|P01)$/;
/** A login that is not there or has another password, or may not connect; a database that is not there. */
const refused = /^(28|3D000)/;
const diskFull = "53100";

/** An error of `pg` as one of ours; anything else is returned as it is. */
export function translateError(error: unknown): unknown {
  if (error instanceof ExpertError || typeof error !== "object" || error === null) return error;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const message = "message" in error && typeof error.message === "string" ? error.message : "";
  if (code === diskFull) {
    return new ExpertError("storage_full", "The database has no disk space left, so nothing was changed.", {
      remedy: "Free some space on the database's disk, then try again.",
      cause: error,
    });
  }
  if (undone.test(code)) {
    return new ExpertError("database_unavailable", "The database undid a change that met another.", {
      remedy: "Try again.",
      cause: error,
    });
  }
  if (refused.test(code)) {
    return new ExpertError("database_unavailable", `The database refused the connection: ${message}.`, {
      remedy:
        "Correct the name, the password and the database in DATABASE_URL and DATABASE_OWNER_URL, or run `npm run expert -- migrate`, which makes the login.",
      cause: error,
    });
  }
  if (
    unavailable.test(code) ||
    /Connection terminated|timeout exceeded when trying to connect/.test(message)
  ) {
    return new ExpertError("database_unavailable", "The database cannot be reached.", {
      remedy: "Try again in a moment; if it persists, `npm run expert -- doctor` names the cause.",
      cause: error,
    });
  }
  return error;
}
