import { z } from "zod";
import type { ExternalPerson, LinkState } from "../../core/escalation/escalation.ts";
import type { ExternalChange, ExternalComment } from "../../core/escalation/external-change.ts";
import { keyOfNote } from "./note-text.ts";

const moment = z.iso.datetime({ offset: true }).transform((at) => new Date(at));

/** A user, or a reference to one; `email` where the whole user was asked for. */
export const userSchema = z.object({
  id: z.string().min(1),
  type: z.string(),
  summary: z.string().nullish(),
  name: z.string().nullish(),
  email: z.string().nullish(),
});

export const statusSchema = z.enum(["triggered", "acknowledged", "resolved"]);
const states = {
  triggered: "open",
  acknowledged: "acknowledged",
  resolved: "resolved",
} as const satisfies Record<z.output<typeof statusSchema>, LinkState>;
export const stateOf = (status: z.output<typeof statusSchema>): ExternalChange["state"] => states[status];

export const resolveReasonSchema = z
  .object({ type: z.string(), incident: z.object({ summary: z.string().nullish() }).nullish() })
  .nullish();

/** An incident of the REST API, as far as it is read. */
export const incidentSchema = z.object({
  id: z.string().min(1),
  incident_number: z.int(),
  html_url: z.string().nullish(),
  status: statusSchema,
  incident_key: z.string().nullish(),
  created_at: moment,
  updated_at: moment.nullish(),
  last_status_change_at: moment.nullish(),
  last_status_change_by: userSchema.nullish(),
  assignments: z.array(z.object({ assignee: userSchema })).default([]),
  escalation_policy: z.object({ id: z.string().min(1) }).nullish(),
  resolve_reason: resolveReasonSchema,
  responder_requests: z
    .array(
      z.object({
        responder_request_targets: z
          .array(z.object({ responder_request_target: z.object({ id: z.string().nullish() }).nullish() }))
          .nullish(),
      }),
    )
    .nullish(),
  incidents_responders: z
    .array(z.object({ user: z.object({ id: z.string().nullish() }).nullish() }))
    .nullish(),
});
export type Incident = z.output<typeof incidentSchema>;

export const noteSchema = z.object({
  id: z.string().min(1),
  content: z.string(),
  created_at: moment,
  user: userSchema.nullish(),
});
export type Note = z.output<typeof noteSchema>;

/** Null for what is no person: a service, an integration, an event rule. */
export function personOf(user: z.output<typeof userSchema> | null | undefined): ExternalPerson | null {
  if (!user || !/^user(_reference)?$/.test(user.type)) return null;
  const name = user.name ?? user.summary ?? user.email;
  return name == null ? null : { name, email: user.email?.toLowerCase() ?? null };
}

export const peopleOf = (
  users: readonly (z.output<typeof userSchema> | null | undefined)[],
): readonly ExternalPerson[] => users.flatMap((user) => personOf(user) ?? []);

export const resolutionOf = (reason: z.output<typeof resolveReasonSchema>): string | null =>
  reason == null ? null : `merged into ${reason.incident?.summary ?? "another incident"}`;

export const commentOf = (
  { id, content }: Pick<Note, "id" | "content">,
  at: Date,
  user: z.output<typeof userSchema> | null | undefined,
): ExternalComment => ({
  id,
  by: personOf(user) ?? { name: user?.summary ?? "PagerDuty", email: null },
  at,
  text: content,
  isPublic: true,
  isOurs: keyOfNote(content) !== null,
});

/** How an incident stands, with its notes. */
export const changeOf = (incident: Incident, key: string, notes: readonly Note[]): ExternalChange => ({
  externalId: incident.id,
  key,
  externalKey: `#${String(incident.incident_number)}`,
  url: incident.html_url ?? null,
  at: new Date(
    Math.max(
      incident.created_at.getTime(),
      incident.updated_at?.getTime() ?? 0,
      incident.last_status_change_at?.getTime() ?? 0,
    ),
  ),
  state: stateOf(incident.status),
  status: incident.status,
  assignees: peopleOf(incident.assignments.map(({ assignee }) => assignee)),
  resolution: resolutionOf(incident.resolve_reason),
  by: personOf(incident.last_status_change_by),
  comments: notes
    .map((note) => commentOf(note, note.created_at, note.user))
    .toSorted((one, other) => one.at.getTime() - other.at.getTime()),
  answer: null,
});
