import type { Database } from "../core/database.ts";
import type { Logger } from "../core/logger.ts";
import { every, type Schedule } from "./every.ts";

/** Twice within the second that audit events may stand unsealed. */
const pauseMs = 400;

/** Chains new audit events by hash, off the path of a question. */
export const sealAudit = ({
  database,
  logger,
}: {
  readonly database: Pick<Database, "sealAudit">;
  readonly logger: Logger;
}): Schedule => every("sealing the audit trail", pauseMs, logger, () => database.sealAudit());
