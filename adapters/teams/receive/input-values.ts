import { text } from "../../../core/inbox/payload-fields.ts";

/** What a card's action holds and what was entered on the card, by id; what Teams itself adds is left out. */
export function inputValues(data: unknown): Record<string, string> {
  const values: Record<string, string> = {};
  if (typeof data !== "object" || data === null) return values;
  for (const [name, value] of Object.entries(data)) {
    if (name === "msteams") continue;
    if (typeof value === "string") values[text.parse(name)] = text.parse(value);
    else if (typeof value === "number" || typeof value === "boolean")
      values[text.parse(name)] = String(value);
  }
  return values;
}

/** The same where the data may come as JSON text, as a feedback form's does. */
export function inputValuesOfText(data: unknown): Record<string, string> {
  if (typeof data !== "string") return inputValues(data);
  try {
    return inputValues(JSON.parse(data) as unknown);
  } catch {
    return {};
  }
}
