import { z } from "zod";

/**
 * What PostgreSQL cannot store in JSON: NUL characters, and halves of surrogate pairs. One of them would keep every
 * event of the same commit out of the inbox.
 */
const storable = (text: string): string => text.replaceAll("\u0000", "").toWellFormed();

/** Text of people, in any length that a request can have. */
export const text = z.string().transform(storable);

/** An id, time stamp or name of Slack's own: never empty, and short. */
export const id = z.string().min(1).max(500).transform(storable);

/** The same where Slack may leave it out, give null or give nothing. */
export const maybeId = z
  .string()
  .max(500)
  .nullish()
  .transform((value) => (value ? storable(value) : null));

/** Text that is empty where Slack leaves it out. */
export const maybeText = text.nullish().transform((value) => value ?? "");

/** Reads an object, or tells what is wrong with it by field names alone, since values are people's words. */
export function readFields<S extends z.ZodType>(
  schema: S,
  input: unknown,
  onMalformed: OnMalformed,
): z.output<S> | null {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  onMalformed(
    parsed.error.issues.map((issue) => `${issue.path.join(".") || "body"} (${issue.code})`).join(", "),
  );
  return null;
}

/** Told what was wrong with a body that should have been understood. */
export type OnMalformed = (fault: string) => void;
