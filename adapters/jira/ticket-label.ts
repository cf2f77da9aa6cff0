import { createHash } from "node:crypto";

const prefix = "the-expert-";

/**
 * The label by which a ticket is found. A label and not an entity property: a search finds only those properties that an installed
 * app has had indexed, which an account with a token cannot; labels are searched in both editions at once, and
 * people see them. Labels have no spaces and at most 255 characters: a key that is none stands for itself by its hash.
 */
export const labelOf = (key: string): string =>
  prefix +
  (/^[A-Za-z0-9._:-]{1,200}$/.test(key) ? key : `sha256-${createHash("sha256").update(key).digest("hex")}`);

/** The key that a ticket was made with; null where it was made otherwise, or the label is a hash. */
export function keyOf(labels: readonly string[]): string | null {
  const label = labels.find((one) => one.startsWith(prefix));
  const key = label?.slice(prefix.length);
  return key === undefined || key.startsWith("sha256-") ? null : key;
}

/** A query for the label, oldest first. A label holds nothing that could end the quotes. */
export const findByLabel = (label: string): string =>
  `labels = "${label.replaceAll(/["\\]/g, "\\$&")}" ORDER BY created ASC, key ASC`;
