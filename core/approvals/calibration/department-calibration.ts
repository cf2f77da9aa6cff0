import { z } from "zod";
import { calibrationSchema } from "./fit-isotonic.ts";

const share = z.number().min(0).max(1);
const count = z.int().min(0);

/** The threshold of a department's error budget, with the budget that it was computed for and what it rests on. */
const sendingSchema = z.object({
  budget: share,
  confidenceLevel: share,
  /** Null where none is shown to keep the budget. */
  threshold: share.nullable(),
  missing: z.enum(["labels", "accuracy"]).nullable(),
  given: count,
  needed: count,
  labels: count,
  errors: count,
  upperBound: share,
  coverage: share,
});

/** As it is kept with a department: JSON that was read back must fit. */
export const departmentCalibrationSchema = calibrationSchema.and(
  z.object({
    /** Absent where the department's policy has no error budget. */
    sending: sendingSchema.optional(),
  }),
);

/** What the decisions on a department's drafts say about their confidence. */
export type DepartmentCalibration = z.infer<typeof departmentCalibrationSchema>;
