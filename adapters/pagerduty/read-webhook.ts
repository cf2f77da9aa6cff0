import { z } from "zod";
import type { ToldChange } from "../../core/connections/hook-reader.ts";
import { ExpertError } from "../../core/errors.ts";
import {
  commentOf,
  peopleOf,
  personOf,
  resolutionOf,
  resolveReasonSchema,
  stateOf,
  statusSchema,
  userSchema,
} from "./incident.ts";

/** Events whose data is the incident as it stands then (https://developer.pagerduty.com/docs/webhooks/v3-overview/). */
const incidentEvents = [
  "incident.triggered",
  "incident.acknowledged",
  "incident.unacknowledged",
  "incident.resolved",
  "incident.reopened",
  "incident.reassigned",
  "incident.delegated",
  "incident.escalated",
  "incident.priority_updated",
] as const;
const noteEvent = "incident.annotated";
const responderEvents = ["incident.responder.added", "incident.responder.replied"] as const;

/** Stands for an event whose words are not understood, such as a status that is new: the incident is read. */
const otherwise = "otherwise";

/** What this product wants to hear: for the setting up of a webhook. */
export const pagerDutyEvents: readonly string[] = [...incidentEvents, noteEvent, ...responderEvents];

/** Of any event; more is read of those that matter. */
export const envelopeSchema = z.object({
  event: z.object({
    id: z.string().min(1),
    event_type: z.string().min(1),
    occurred_at: z.iso.datetime({ offset: true }),
  }),
});

const head = {
  id: z.string(),
  occurred_at: z.iso.datetime({ offset: true }),
  agent: userSchema.partial({ id: true, type: true }).nullish(),
};
const incidentReference = z.object({ id: z.string().min(1) });

/** Only what is kept: nothing of what else PagerDuty tells. */
const eventSchema = z.discriminatedUnion("event_type", [
  z.object({
    ...head,
    event_type: z.enum(incidentEvents),
    data: z.object({
      id: z.string().min(1),
      status: statusSchema,
      number: z.int().nullish(),
      html_url: z.string().nullish(),
      incident_key: z.string().nullish(),
      assignees: z.array(userSchema).nullish(),
      resolve_reason: resolveReasonSchema,
    }),
  }),
  z.object({
    ...head,
    event_type: z.literal(noteEvent),
    data: z.object({
      id: z.string().min(1),
      content: z.string(),
      trimmed: z.boolean().nullish(),
      incident: incidentReference,
    }),
  }),
  z.object({
    ...head,
    event_type: z.enum([...responderEvents, otherwise]),
    data: z.object({ incident: incidentReference }),
  }),
]);
/** An event that says of which incident it is, in a way that is new here. */
const newerSchema = z.object({ ...head, data: incidentReference });
type Told = z.output<typeof eventSchema>;

/** What is kept of an event that is asked for; null where it does not say of which incident it is. */
export function readEvent(event: unknown): Told | null {
  const known = eventSchema.safeParse(event);
  if (known.success) return known.data;
  const newer = newerSchema.safeParse(event);
  if (!newer.success) return null;
  const { data, ...rest } = newer.data;
  return { ...rest, event_type: otherwise, data: { incident: data } };
}

/** What an event tells of its incident. Throws `invalid_input` where it is none that was let in. */
export function toldByEvent(body: unknown): ToldChange {
  const parsed = eventSchema.safeParse(body);
  if (!parsed.success) {
    throw new ExpertError("invalid_input", "This is no event of PagerDuty.", { cause: parsed.error });
  }
  return told(parsed.data);
}

function told(event: Told): ToldChange {
  const at = new Date(event.occurred_at);
  const agent = event.agent?.type === undefined ? null : { ...event.agent, id: "", type: event.agent.type };
  if (event.event_type === noteEvent) {
    const { id, content, trimmed, incident } = event.data;
    const text = trimmed === true ? `${content} …` : content;
    return {
      externalId: incident.id,
      key: null,
      change: null,
      comments: [commentOf({ id, content: text }, at, agent)],
    };
  }
  if ("incident" in event.data) return { externalId: event.data.incident.id, key: null, change: null };
  const { data } = event;
  const key = data.incident_key == null || data.incident_key === "" ? null : data.incident_key;
  return {
    externalId: data.id,
    key,
    change: {
      externalId: data.id,
      key,
      externalKey: data.number == null ? null : `#${String(data.number)}`,
      url: data.html_url ?? null,
      at,
      state: stateOf(data.status),
      status: data.status,
      assignees: peopleOf(data.assignees ?? []),
      resolution: resolutionOf(data.resolve_reason),
      by: personOf(agent),
      comments: [],
      answer: null,
    },
  };
}
