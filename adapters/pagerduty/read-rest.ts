import { z } from "zod";
import { incidentSchema, type Incident, type Note, noteSchema, userSchema } from "./incident.ts";
import type { RestClient } from "./rest-client.ts";

/** PagerDuty's own limit of a page. */
const pageSize = "100";
/** More pages are not read: a thousand services. */
const pagesRead = 10;

type User = z.output<typeof userSchema>;

/** The newest incident of a key, with whole people; null where there is none. */
export async function findIncident(rest: RestClient, key: string): Promise<Incident | null> {
  const answer = await rest.get("/incidents", {
    incident_key: key,
    // Else those of the last month alone.
    date_range: "all",
    "include[]": ["agents", "assignees"],
    limit: pageSize,
  });
  const { incidents } = parse(rest, z.object({ incidents: z.array(incidentSchema) }), answer);
  const [newest] = incidents
    // What the key's alerts were merged into has no key of its own.
    .filter(({ incident_key: its }) => its == null || its === "" || its === key)
    .toSorted((one, other) => other.created_at.getTime() - one.created_at.getTime());
  return newest ?? null;
}

/** By its id; null where it is gone. */
export async function readIncident(rest: RestClient, id: string): Promise<Incident | null> {
  const answer = await rest.get(`/incidents/${encodeURIComponent(id)}`);
  return answer === null ? null : parse(rest, z.object({ incident: incidentSchema }), answer).incident;
}

export async function readNotes(rest: RestClient, incidentId: string): Promise<readonly Note[]> {
  const answer = await rest.get(`/incidents/${encodeURIComponent(incidentId)}/notes`);
  return answer === null ? [] : parse(rest, z.object({ notes: z.array(noteSchema) }), answer).notes;
}

/** The user of an e-mail address; null where there is none. */
export async function findUser(rest: RestClient, email: string): Promise<User | null> {
  const answer = await rest.get("/users", { query: email, limit: pageSize });
  const { users } = parse(rest, z.object({ users: z.array(userSchema) }), answer);
  return users.find((user) => user.email?.toLowerCase() === email.toLowerCase()) ?? null;
}

const serviceSchema = z.object({
  id: z.string().min(1),
  name: z.string().nullish(),
  escalation_policy: z.object({ id: z.string().min(1) }).nullish(),
  integrations: z.array(z.object({ integration_key: z.string().nullish() })).nullish(),
});
export type Service = z.output<typeof serviceSchema>;

/** By its id; null where there is none. */
export async function readService(rest: RestClient, id: string): Promise<Service | null> {
  const answer = await rest.get(`/services/${encodeURIComponent(id)}`);
  return answer === null ? null : parse(rest, z.object({ service: serviceSchema }), answer).service;
}

/**
 * The service that an integration key belongs to; null where no service has it, as the key of an event orchestration. The
 * key is in PagerDuty's answers, if not in its published description.
 */
export async function findServiceOfKey(rest: RestClient, routingKey: string): Promise<Service | null> {
  const schema = z.object({ services: z.array(serviceSchema), more: z.boolean().nullish() });
  for (let page = 0; page < pagesRead; page += 1) {
    const answer = await rest.get("/services", {
      "include[]": "integrations",
      limit: pageSize,
      ...(page === 0 ? {} : { offset: String(page * Number(pageSize)) }),
    });
    const { services, more } = parse(rest, schema, answer);
    const found = services.find(({ integrations }) =>
      integrations?.some(({ integration_key: key }) => key === routingKey),
    );
    if (found) return found;
    if (more !== true) return null;
  }
  return null;
}

/** Who is paged first now by an escalation policy, each once. */
export async function readOnCall(rest: RestClient, escalationPolicy: string): Promise<readonly User[]> {
  const schema = z.object({
    oncalls: z.array(z.object({ escalation_level: z.int(), user: userSchema.nullish() })),
  });
  const answer = await rest.get("/oncalls", {
    "escalation_policy_ids[]": escalationPolicy,
    "include[]": "users",
    earliest: "true",
    limit: pageSize,
  });
  const { oncalls } = parse(rest, schema, answer);
  const first = Math.min(...oncalls.map((one) => one.escalation_level));
  const users = oncalls.flatMap((one) => (one.escalation_level === first && one.user ? [one.user] : []));
  return [...new Map(users.map((user) => [user.id, user])).values()];
}

function parse<S extends z.ZodType>(rest: RestClient, schema: S, answer: unknown): z.output<S> {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw rest.unreadable(`${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`.trim());
}
