import { calibrateDepartments } from "../core/approvals/calibrate-departments.ts";
import type { Database } from "../core/database.ts";
import type { Logger } from "../core/logger.ts";
import { every, type Schedule } from "./every.ts";

const pauseMs = 600_000;

interface CalibratorParts {
  readonly database: Pick<Database, "tenants" | "withTenant">;
  readonly logger: Logger;
}

/** Learns from what approvers have decided how far the confidence is to be trusted. */
export const calibrate = (parts: CalibratorParts): Schedule =>
  every("the calibration", pauseMs, parts.logger, () => calibrateDepartments(parts));
