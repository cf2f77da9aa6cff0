import type { IncidentBook, PlatformIncident } from "./incident-book.ts";
import { incidentJson, noteJson, userJson, userReference } from "./incident-json.ts";

export type Answer = readonly [status: number, body: object];

export const failure = (status: number, message: string): Answer => [
  status,
  { error: { code: 2000 + status, message } },
];

interface RestRequest {
  readonly method: string;
  /** The path in parts, decoded. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly from: string | undefined;
  readonly body: unknown;
}

const list = (name: string, all: readonly object[], query: URLSearchParams): Answer => {
  const limit = Math.min(Number(query.get("limit") ?? 25), 100);
  const offset = Number(query.get("offset") ?? 0);
  return [
    200,
    {
      [name]: all.slice(offset, offset + limit),
      limit,
      offset,
      more: offset + limit < all.length,
      total: null,
    },
  ];
};

/** What the REST API answers about incidents, users and services; null for what it is not asked here. */
export function answerRest(book: IncidentBook, request: RestRequest): Answer | null {
  const { method, path, query } = request;
  const [collection, id, relation] = path;
  const include = query.getAll("include[]");
  if (collection === "incidents") return answerIncidents(book, request);
  if (method !== "GET" || relation !== undefined) return null;
  if (collection === "users" && id === undefined) {
    const words = (query.get("query") ?? "").toLowerCase();
    const found = book.users.filter(({ name, email }) => `${name} ${email}`.toLowerCase().includes(words));
    return list("users", found.map(userJson), query);
  }
  if (collection === "oncalls" && id === undefined) {
    const policies = query.getAll("escalation_policy_ids[]");
    const found = book.services.flatMap(({ policyId, onCall }) =>
      policies.length === 0 || policies.includes(policyId)
        ? onCall.flatMap((users, level) =>
            users.map((user) => ({
              escalation_level: level + 1,
              escalation_policy: { id: policyId, type: "escalation_policy_reference" },
              user: include.includes("users") ? userJson(user) : userReference(user),
              schedule: null,
              start: null,
              end: null,
            })),
          )
        : [],
    );
    return list("oncalls", found, query);
  }
  if (collection === "services") {
    const json = (service: IncidentBook["services"][number]): object => ({
      id: service.id,
      type: "service",
      name: service.name,
      escalation_policy: { id: service.policyId, type: "escalation_policy_reference" },
      integrations: service.routingKeys.map((key) => ({
        type: "events_api_v2_inbound_integration",
        ...(include.includes("integrations") ? { integration_key: key } : {}),
      })),
    });
    if (id === undefined) return list("services", book.services.map(json), query);
    const service = book.services.find((one) => one.id === id);
    return service ? [200, { service: json(service) }] : failure(404, "Not Found");
  }
  return null;
}

function answerIncidents(
  book: IncidentBook,
  { method, path, query, from, body }: RestRequest,
): Answer | null {
  const [, id, relation, ...more] = path;
  const include = query.getAll("include[]");
  if (more.length > 0) return null;
  if (id === undefined) {
    if (method !== "GET") return null;
    const key = query.get("incident_key");
    const found = book.incidents.filter((incident) => key === null || incident.key === key);
    return list(
      "incidents",
      found.map((incident) => incidentJson(incident, include)),
      query,
    );
  }
  const incident = book.incidents.find((one) => one.id === id);
  if (!incident) return failure(404, "Not Found");
  if (relation === undefined)
    return method === "GET" ? [200, { incident: incidentJson(incident, include) }] : null;
  if (relation === "notes" && method === "GET") {
    // Newest first, as the example of the description has them.
    return [200, { notes: incident.notes.map(noteJson).toReversed() }];
  }
  const user = book.users.find(({ email }) => email === from);
  if (!user) return failure(400, "Requester User Not Found");
  if (relation === "notes" && method === "POST") {
    const { content } = (body as { note: { content: string } }).note;
    return [200, { note: noteJson(book.annotate(incident, user, content)) }];
  }
  return relation === "responder_requests" && method === "POST" ? join(book, incident, user, body) : null;
}

function join(
  book: IncidentBook,
  incident: PlatformIncident,
  requester: IncidentBook["users"][number],
  body: unknown,
): Answer {
  const {
    requester_id: requesterId,
    message,
    responder_request_targets: targets,
  } = body as {
    requester_id: string;
    message: string;
    responder_request_targets: { responder_request_target: { id: string } }[];
  };
  if (requesterId !== requester.id) return failure(400, "Requester and From differ");
  const asked = targets.map(({ responder_request_target: target }) =>
    book.users.find((user) => user.id === target.id),
  );
  if (asked.includes(undefined)) return failure(400, "Responder Not Found");
  for (const user of asked) if (user) book.addResponder(incident, user, requester, message);
  return [200, { responder_request: { message } }];
}
