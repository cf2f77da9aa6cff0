import { z } from "zod";
import type { ParsedSlackEvent } from "../slack-event.ts";
import { eventTypes } from "./event-names.ts";
import { noticeParsers } from "./parse-notice.ts";
import { type EventOrigin, parseMessage } from "./parse-message.ts";
import { id, maybeId, type OnMalformed, readFields } from "../../../core/inbox/payload-fields.ts";

const authorizationSchema = z.object({
  team_id: maybeId,
  enterprise_id: z.string().nullish(),
  user_id: maybeId,
  is_enterprise_install: z.boolean().nullish(),
});

const envelopeSchema = z.object({
  event_id: maybeId,
  team_id: maybeId,
  context_team_id: maybeId,
  enterprise_id: maybeId,
  context_enterprise_id: maybeId,
  authorizations: z.array(authorizationSchema).nullish(),
  event: z.looseObject({ type: id, event_ts: maybeId }),
});
type Envelope = z.output<typeof envelopeSchema>;

/** A body of the Events API (`event_callback`). */
export function parseEvent(body: object, onMalformed: OnMalformed): ParsedSlackEvent | null {
  const type = "event" in body && readType(body.event);
  // Most of what other apps subscribe to is not worth a look at its envelope.
  if (typeof type === "string" && !eventTypes.has(type)) return null;
  const envelope = readFields(envelopeSchema, body, onMalformed);
  if (!envelope) return null;
  const origin = originOf(envelope);
  if (!origin) {
    onMalformed("team_id (missing)");
    return null;
  }
  const { event } = envelope;
  const parseNotice = noticeParsers.get(event.type);
  const message = parseNotice ? null : parseMessage(event, origin, onMalformed);
  const parsed = parseNotice ? parseNotice(event, origin, onMalformed) : message?.event;
  if (!parsed) return null;
  const eventId = message?.mentionId ?? envelope.event_id ?? ownEventId(event);
  if (eventId === null) {
    onMalformed("event_id (missing)");
    return null;
  }
  return { eventId, event: parsed };
}

const readType = (event: unknown): unknown =>
  typeof event === "object" && event !== null && "type" in event ? event.type : undefined;

/**
 * In whose name Slack tells us. A workspace's own installation is named by its authorization, also where the event
 * happened in another company's part of a shared channel. An organisation's installation is authorized for all of its
 * workspaces, so that the workspace is the event's; without one, the organisation itself stands for it.
 */
function originOf(envelope: Envelope): EventOrigin | null {
  const authorization = envelope.authorizations?.[0];
  const organisationId =
    authorization?.enterprise_id === undefined
      ? (envelope.context_enterprise_id ?? envelope.enterprise_id)
      : maybeId.parse(authorization.enterprise_id);
  const ofEvent = envelope.context_team_id ?? envelope.team_id;
  const authorized = authorization?.team_id ?? null;
  const teamId =
    (authorization?.is_enterprise_install === true ? (ofEvent ?? authorized) : (authorized ?? ofEvent)) ??
    organisationId;
  if (teamId === null) return null;
  const installationId = authorization?.is_enterprise_install === true ? (organisationId ?? teamId) : teamId;
  return { teamId, organisationId, installationId, botUserId: authorization?.user_id ?? null };
}

/** What tells an event's repeats where Slack gave it no id: its type, place and time. */
function ownEventId(event: Envelope["event"]): string | null {
  if (event.event_ts === null) return null;
  const channel = typeof event["channel"] === "string" ? event["channel"] : "";
  return `${event.type}-${channel}-${event.event_ts}`;
}
