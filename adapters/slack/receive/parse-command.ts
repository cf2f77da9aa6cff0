import { z } from "zod";
import type { ParsedSlackEvent } from "../slack-event.ts";
import { id, maybeId, maybeText, type OnMalformed, readFields } from "../../../core/inbox/payload-fields.ts";

const commandSchema = z.object({
  command: id,
  text: maybeText,
  team_id: maybeId,
  enterprise_id: maybeId,
  channel_id: id,
  user_id: id,
  trigger_id: id,
  response_url: id,
});

/** A slash command, whose form Slack sends field by field. */
export function parseCommand(body: object, onMalformed: OnMalformed): ParsedSlackEvent | null {
  const command = readFields(commandSchema, body, onMalformed);
  if (!command) return null;
  const teamId = command.team_id ?? command.enterprise_id;
  if (teamId === null) {
    onMalformed("team_id (missing)");
    return null;
  }
  return {
    eventId: `trigger-${command.trigger_id}`,
    event: {
      kind: "command",
      teamId,
      organisationId: command.enterprise_id,
      userId: command.user_id,
      userTeamId: teamId,
      text: command.text.trim(),
      channelId: command.channel_id,
      triggerId: command.trigger_id,
      responseUrl: command.response_url,
    },
  };
}
