/** A user of the platform. */
export interface PlatformUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

interface PlatformService {
  readonly id: string;
  readonly name: string;
  /** Integration keys that route events to it. */
  readonly routingKeys: string[];
  readonly policyId: string;
  /** Users by the level at which they are on call now, from 1. */
  onCall: readonly (readonly PlatformUser[])[];
}

interface PlatformNote {
  readonly id: string;
  readonly content: string;
  readonly at: Date;
  readonly user: PlatformUser;
}

export type IncidentStatus = "triggered" | "acknowledged" | "resolved";

export interface PlatformIncident {
  readonly id: string;
  readonly number: number;
  /** The deduplication key that it was triggered by. */
  readonly key: string;
  readonly service: PlatformService;
  /** Of the first trigger, as it came. */
  readonly payload: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
  /** How many triggers came for it. */
  triggers: number;
  status: IncidentStatus;
  updatedAt: Date;
  statusChangedAt: Date;
  /** Null: an integration did. */
  changedBy: PlatformUser | null;
  assignees: readonly PlatformUser[];
  readonly notes: PlatformNote[];
  readonly responders: { readonly user: PlatformUser; readonly message: string }[];
}

/** What has just happened to an incident; `by` null: an integration did it. */
export interface IncidentEvent {
  readonly type: string;
  readonly incident: PlatformIncident;
  readonly by: PlatformUser | null;
  readonly at: Date;
  readonly note?: PlatformNote;
  readonly responder?: PlatformUser;
}

/** Services, users and incidents of one account, and what their people do there. */
export interface IncidentBook {
  readonly users: PlatformUser[];
  readonly services: PlatformService[];
  readonly incidents: PlatformIncident[];
  addUser(name: string, email: string): PlatformUser;
  addService(name: string, routingKey: string, ...onCall: readonly PlatformUser[]): PlatformService;
  /** The newest incident of a deduplication key. */
  ofKey(key: string): PlatformIncident | null;
  /** As Events API v2 does; false where no service has the routing key. */
  event(event: Readonly<Record<string, unknown>>): boolean;
  acknowledge(incident: PlatformIncident, by: PlatformUser | null): void;
  unacknowledge(incident: PlatformIncident, by: PlatformUser | null): void;
  resolve(incident: PlatformIncident, by: PlatformUser | null): void;
  reopen(incident: PlatformIncident, by: PlatformUser): void;
  reassign(incident: PlatformIncident, to: readonly PlatformUser[], by: PlatformUser): void;
  annotate(incident: PlatformIncident, by: PlatformUser, content: string): PlatformNote;
  prioritize(incident: PlatformIncident, by: PlatformUser): void;
  addResponder(incident: PlatformIncident, user: PlatformUser, by: PlatformUser, message: string): void;
}

/** @param now what time it is there, in milliseconds since 1970 */
export function createIncidentBook(tell: (event: IncidentEvent) => void, now: () => number): IncidentBook {
  let ids = 0;
  let lastMs = 0;
  const newId = (letter: string): string =>
    `P${letter}${(ids += 1).toString(36).toUpperCase().padStart(5, "0")}`;
  /** No two things happen at the same moment. */
  const next = (): Date => new Date((lastMs = Math.max(now(), lastMs + 1)));

  const happened = (
    type: string,
    incident: PlatformIncident,
    by: PlatformUser | null,
    more: Pick<IncidentEvent, "note" | "responder"> = {},
  ): void => {
    const at = next();
    incident.updatedAt = at;
    tell({ type: `incident.${type}`, incident, by, at, ...more });
  };
  const move = (
    incident: PlatformIncident,
    status: IncidentStatus,
    type: string,
    by: PlatformUser | null,
  ): void => {
    if (incident.status === status) return;
    incident.status = status;
    incident.statusChangedAt = next();
    incident.changedBy = by;
    happened(type, incident, by);
  };

  const book: IncidentBook = {
    users: [],
    services: [],
    incidents: [],
    addUser(name, email) {
      const user = { id: newId("U"), name, email };
      book.users.push(user);
      return user;
    },
    addService(name, routingKey, ...onCall) {
      const service = {
        id: newId("S"),
        name,
        routingKeys: [routingKey],
        policyId: newId("E"),
        onCall: [onCall],
      };
      book.services.push(service);
      return service;
    },
    ofKey: (key) => book.incidents.findLast((incident) => incident.key === key) ?? null,
    event(event) {
      const { routing_key: routingKey, event_action: action, dedup_key: given, payload } = event;
      const service = book.services.find(({ routingKeys }) => routingKeys.includes(String(routingKey)));
      if (!service) return false;
      const key = typeof given === "string" ? given : newId("K");
      const open = book.incidents.findLast(
        (incident) => incident.key === key && incident.service === service && incident.status !== "resolved",
      );
      if (action === "trigger") {
        if (open) open.triggers += 1;
        else {
          const at = next();
          const incident: PlatformIncident = {
            id: newId("I"),
            number: book.incidents.length + 1,
            key,
            service,
            payload: payload as Record<string, unknown>,
            createdAt: at,
            triggers: 1,
            status: "triggered",
            updatedAt: at,
            statusChangedAt: at,
            changedBy: null,
            assignees: service.onCall[0] ?? [],
            notes: [],
            responders: [],
          };
          book.incidents.push(incident);
          happened("triggered", incident, null);
        }
      } else if (open && action === "acknowledge") book.acknowledge(open, null);
      else if (open && action === "resolve") book.resolve(open, null);
      return true;
    },
    acknowledge(incident, by) {
      if (by) incident.assignees = [by];
      move(incident, "acknowledged", "acknowledged", by);
    },
    unacknowledge(incident, by) {
      move(incident, "triggered", "unacknowledged", by);
    },
    resolve(incident, by) {
      if (incident.status !== "resolved") incident.assignees = [];
      move(incident, "resolved", "resolved", by);
    },
    reopen(incident, by) {
      incident.assignees = incident.service.onCall[0] ?? [];
      move(incident, "triggered", "reopened", by);
    },
    reassign(incident, to, by) {
      incident.assignees = to;
      happened("reassigned", incident, by);
    },
    annotate(incident, by, content) {
      const note = { id: newId("N"), content, at: next(), user: by };
      incident.notes.push(note);
      happened("annotated", incident, by, { note });
      return note;
    },
    prioritize(incident, by) {
      happened("priority_updated", incident, by);
    },
    addResponder(incident, user, by, message) {
      incident.responders.push({ user, message });
      happened("responder.added", incident, by, { responder: user });
    },
  };
  return book;
}
