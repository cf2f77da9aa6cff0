import type { IncidentEvent, PlatformIncident, PlatformUser } from "./incident-book.ts";

const site = "https://acme.pagerduty.com";
/** The REST API tells whole seconds. */
const seconds = (at: Date): string => at.toISOString().replace(/\.\d+Z$/, "Z");

export const userReference = ({ id, name }: PlatformUser): object => ({
  id,
  type: "user_reference",
  summary: name,
  self: `https://api.pagerduty.com/users/${id}`,
  html_url: `${site}/users/${id}`,
});
export const userJson = (user: PlatformUser): object => ({
  ...userReference(user),
  type: "user",
  name: user.name,
  email: user.email,
});
const reference = (type: string, id: string, summary: string): object => ({
  id,
  type: `${type}_reference`,
  summary,
});

/** An incident as the REST API shows it; with whole users where they are asked for. */
export function incidentJson(incident: PlatformIncident, include: readonly string[] = []): object {
  const { service, changedBy, responders } = incident;
  const one = (user: PlatformUser, what: string): object =>
    include.includes(what) ? userJson(user) : userReference(user);
  return {
    id: incident.id,
    type: "incident",
    summary: `[#${String(incident.number)}] ${String(incident.payload["summary"])}`,
    html_url: `${site}/incidents/${incident.id}`,
    incident_number: incident.number,
    title: incident.payload["summary"],
    created_at: seconds(incident.createdAt),
    updated_at: seconds(incident.updatedAt),
    last_status_change_at: seconds(incident.statusChangedAt),
    last_status_change_by: changedBy
      ? one(changedBy, "agents")
      : reference("service", service.id, service.name),
    status: incident.status,
    incident_key: incident.key,
    service: reference("service", service.id, service.name),
    escalation_policy: reference("escalation_policy", service.policyId, "Policy"),
    assignments: incident.assignees.map((user) => ({
      at: seconds(incident.updatedAt),
      assignee: one(user, "assignees"),
    })),
    resolve_reason: null,
    urgency: "high",
    incidents_responders: responders.map(({ user }) => ({ state: "pending", user: userReference(user) })),
    responder_requests: responders.map(({ user, message }) => ({
      message,
      responder_request_targets: [{ responder_request_target: { id: user.id, type: "user_reference" } }],
    })),
  };
}

export const noteJson = ({ id, content, at, user }: PlatformIncident["notes"][number]): object => ({
  id,
  content,
  created_at: seconds(at),
  user: userReference(user),
  channel: { summary: "The PagerDuty website or APIs" },
});

/** The payload of a webhook v3, as https://developer.pagerduty.com/docs/webhooks/v3-overview/ shows it. */
export function webhookJson({ type, incident, by, at, note, responder }: IncidentEvent, id: string): object {
  const { service } = incident;
  const short = reference("incident", incident.id, String(incident.payload["summary"]));
  const data = note
    ? { type: "incident_note", id: note.id, content: note.content, trimmed: false, incident: short }
    : responder
      ? {
          type: "incident_responder",
          state: "pending",
          message: "",
          incident: short,
          user: userReference(responder),
        }
      : {
          id: incident.id,
          type: "incident",
          self: `https://api.pagerduty.com/incidents/${incident.id}`,
          html_url: `${site}/incidents/${incident.id}`,
          number: incident.number,
          status: incident.status,
          incident_key: incident.key,
          created_at: seconds(incident.createdAt),
          title: incident.payload["summary"],
          service: reference("service", service.id, service.name),
          assignees: incident.assignees.map(userReference),
          escalation_policy: reference("escalation_policy", service.policyId, "Policy"),
          teams: [],
          priority: null,
          urgency: "high",
          conference_bridge: null,
          resolve_reason: null,
        };
  return {
    event: {
      id,
      event_type: type,
      resource_type: "incident",
      occurred_at: at.toISOString(),
      agent: by ? userReference(by) : reference("inbound_integration", "PINTEGR", "Events API v2"),
      client: null,
      data,
    },
  };
}
