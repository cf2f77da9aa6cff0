import type { ParsedSlackEvent } from "../slack-event.ts";
import { parseCommand } from "./parse-command.ts";
import { parseEvent } from "./parse-event.ts";
import { interactionParsers } from "./parse-interaction.ts";
import type { OnMalformed } from "../../../core/inbox/payload-fields.ts";

/**
 * What a body of Slack's asks of us, be it an event, a command or an interaction; null where it is nothing for us, and
 * is acknowledged without being stored. Never throws: a body that should have been understood and was not is null too,
 * and is told to `onMalformed`.
 */
export function parseSlackBody(
  body: unknown,
  onMalformed: OnMalformed = () => undefined,
): ParsedSlackEvent | null {
  if (typeof body !== "object" || body === null) {
    onMalformed("body (no object)");
    return null;
  }
  if ("command" in body) return parseCommand(body, onMalformed);
  if (!("type" in body)) {
    onMalformed("type (missing)");
    return null;
  }
  if (body.type === "event_callback") return parseEvent(body, onMalformed);
  return interactionParsers.get(String(body.type))?.(body, onMalformed) ?? null;
}
