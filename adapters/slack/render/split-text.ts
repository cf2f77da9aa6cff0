import type { Run } from "../../../core/markdown/inline-runs.ts";
import { splitRuns as split } from "../../../core/markdown/split-runs.ts";
import { writeMrkdwn } from "./write-mrkdwn.ts";

/** Runs as mrkdwn texts of at most `limit` characters each, cut after sentences where it can be, else after words. */
export const splitRuns = (runs: readonly Run[], limit: number): readonly string[] =>
  split(runs, limit, writeMrkdwn);
