import { ExpertError } from "../../core/errors.ts";
import type { ExternalPerson } from "../../core/escalation/escalation.ts";
import type { ExternalChange, ExternalComment } from "../../core/escalation/external-change.ts";
import type { PageDraft, Pager } from "../../core/escalation/pager.ts";

/** How the next call ends: with an error; `done`: what it asked for is done all the same. */
export interface FakePagerFault {
  readonly error: ExpertError;
  readonly done?: boolean;
}

interface FakeIncident {
  readonly id: string;
  readonly key: string;
  readonly draft: PageDraft;
  at: Date;
  state: ExternalChange["state"];
  by: ExternalPerson | null;
  assignees: readonly ExternalPerson[];
  readonly comments: ExternalComment[];
  readonly responders: string[];
}

/** A pager in memory. */
export interface FakePager extends Pager {
  readonly incidents: FakeIncident[];
  /** Who is on call, and who else is known. */
  onCallNow: readonly ExternalPerson[];
  readonly people: ExternalPerson[];
  /** Calls that were made, in their order: `trigger KEY`. */
  readonly calls: string[];
  failNext(...faults: readonly FakePagerFault[]): void;
  ofKey(key: string): FakeIncident | null;
  /** As somebody does it there. */
  set(incident: FakeIncident, state: FakeIncident["state"], by: ExternalPerson | null): void;
  annotate(incident: FakeIncident, by: ExternalPerson, text: string): void;
  /** The same pager as a connection without a REST key has it. */
  withoutRest(): Pager;
}

const statuses = { open: "triggered", acknowledged: "acknowledged", resolved: "resolved" } as const;
const lacksRest = { fault: "There is no REST key.", remedy: "Set one." };

export function createFakePager(): FakePager {
  const faults: FakePagerFault[] = [];
  const noteKeys = new Map<string, string>();
  let lastMs = 0;
  let ids = 0;
  const next = (): Date => new Date((lastMs = Math.max(Date.now(), lastMs + 1)));

  async function call<T>(name: string, work: () => T): Promise<T> {
    pager.calls.push(name);
    const fault = faults.shift();
    if (!fault) return work();
    if (fault.done === true) work();
    throw fault.error;
  }
  const open = (key: string): FakeIncident | null => {
    const incident = pager.ofKey(key);
    return incident?.state === "resolved" ? null : incident;
  };
  const move = (key: string, state: FakeIncident["state"]): void => {
    const incident = open(key);
    if (incident && incident.state !== state) pager.set(incident, state, null);
  };
  const byId = (id: string): FakeIncident => {
    const incident = pager.incidents.find((one) => one.id === id);
    if (!incident) throw new ExpertError("channel_refused", "There is no such incident.");
    return incident;
  };

  const pager: FakePager = {
    system: "pagerduty",
    incidents: [],
    onCallNow: [],
    people: [],
    calls: [],
    failNext: (...more) => void faults.push(...more),
    ofKey: (key) => pager.incidents.findLast((incident) => incident.key === key) ?? null,
    set(incident, state, by) {
      incident.state = state;
      incident.by = by;
      incident.at = next();
      if (state === "resolved") incident.assignees = [];
      else if (by) incident.assignees = [by];
    },
    annotate(incident, by, text) {
      incident.at = next();
      const comment = {
        id: `N${String((ids += 1))}`,
        by,
        at: incident.at,
        text,
        isPublic: true,
        isOurs: false,
      };
      incident.comments.push(comment);
    },
    trigger: (draft, key) =>
      call(`trigger ${key}`, () => {
        if (open(key)) return;
        const incident: FakeIncident = {
          id: `P${String((ids += 1))}`,
          key,
          draft,
          at: next(),
          state: "open",
          by: null,
          assignees: pager.onCallNow,
          comments: [],
          responders: [],
        };
        pager.incidents.push(incident);
      }),
    acknowledge: (key) =>
      call(`acknowledge ${key}`, () => {
        move(key, "acknowledged");
      }),
    resolve: (key) =>
      call(`resolve ${key}`, () => {
        move(key, "resolved");
      }),
    read: (key) =>
      call(`read ${key}`, () => {
        const incident = pager.ofKey(key);
        if (!incident) return null;
        return {
          externalId: incident.id,
          key,
          externalKey: `#${incident.id.slice(1)}`,
          url: `https://pager.example/incidents/${incident.id}`,
          at: incident.at,
          state: incident.state,
          status: statuses[incident.state],
          assignees: incident.assignees,
          resolution: null,
          by: incident.by,
          comments: [...incident.comments],
          answer: null,
        };
      }),
    note: (externalId, note) =>
      call(`note ${note.key}`, () => {
        const incident = byId(externalId);
        if (noteKeys.has(note.key)) return true;
        pager.annotate(incident, { name: "The Expert", email: null }, note.text);
        const [comment] = incident.comments.splice(-1);
        if (comment) incident.comments.push({ ...comment, isOurs: true });
        noteKeys.set(note.key, externalId);
        return true;
      }),
    addResponders: (externalId, emails) =>
      call(`addResponders ${externalId}`, () => {
        const incident = byId(externalId);
        const wanted = [...new Set(emails.map((email) => email.toLowerCase()))];
        const known = wanted.filter((email) => pager.people.some((person) => person.email === email));
        incident.responders.push(...known.filter((email) => !incident.responders.includes(email)));
        return wanted.filter((email) => !known.includes(email));
      }),
    onCall: () => call("onCall", () => pager.onCallNow),
    test: () => call("test", () => ({ as: "a fake", faults: [] })),
    withoutRest: () => ({
      ...pager,
      read: async () => null,
      note: async () => false,
      addResponders: async () => null,
      onCall: async () => [],
      test: async () => ({ as: "a fake", faults: [lacksRest] }),
    }),
  };
  return pager;
}
