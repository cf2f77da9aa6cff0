import { AsyncLocalStorage } from "node:async_hooks";
import type { Parts } from "../../adapters/connect.ts";
import type { Note } from "../../core/delivery/channel.ts";
import { type After, changeStores, stepOf } from "./mortal-steps.ts";

/**
 * Where an escalation stands still, by what is being done (a call to an outside system, one of its webhooks, or the raising
 * itself) and what of it has just been done. No two words have the same stem: questions are told apart by it.
 */
const places: Readonly<Record<string, string>> = {
  "raise due": "raisedue",
  "raise kept": "raisekept",
  "raise note escalation_status": "raiseshown",

  "ticket_create taken": "tickettaken",
  "ticket_create begun": "ticketbegun",
  "ticket_create created": "ticketcreated",
  "ticket_create linked": "ticketlinked",
  "ticket_create note escalation_status": "ticketshown",
  "ticket_create note ticket_created": "tickettold",
  "ticket_create ending": "ticketending",
  "ticket_create done": "ticketdone",

  "page_trigger taken": "pagetaken",
  "page_trigger begun": "pagebegun",
  "page_trigger triggered": "pagetriggered",
  "page_trigger linked": "pagelinked",
  "page_trigger changed": "pageread",
  "page_trigger note escalation_status": "pageshown",
  "page_trigger note paged": "pagetold",
  "page_trigger ending": "pageending",
  "page_trigger done": "pagedone",

  "jira comment_created stored": "commentstored",
  "jira comment_created taken": "commenttaken",
  "jira comment_created note comment": "commenttold",
  "jira comment_created settling": "commentsettling",

  "jira jira:issue_updated stored": "resolvestored",
  "jira jira:issue_updated taken": "resolvetaken",
  "jira jira:issue_updated note resolved": "resolvetold",
  "jira jira:issue_updated voted": "resolvevoted",
  "jira jira:issue_updated passed on": "resolvepassed",
  "jira jira:issue_updated changed": "resolvekept",
  "jira jira:issue_updated note escalation_status": "resolveshown",
  "jira jira:issue_updated settling": "resolvesettling",
  "page_resolve resolved": "pageresolved",

  "pagerduty incident.acknowledged note acknowledged": "acktold",
  "pagerduty incident.acknowledged changed": "ackkept",
  "pagerduty incident.acknowledged note escalation_status": "ackshown",

  "pagerduty incident.resolved passed on": "wantpassed",
  "pagerduty incident.resolved wanted": "wantkept",
  "pagerduty incident.resolved note answer_wanted": "wanttold",
  "pagerduty incident.resolved changed": "wantchanged",
  "ticket_transition moved": "ticketmoved",

  "raise passed on": "addwritten",
  "ticket_comment commented": "addposted",
  "page_note noted": "addjotted",
  "raise settled": "handkept",
};

/** What is being done where it is neither a call nor a webhook. */
const raising = "raise";

/**
 * Lets a product stand still between the steps of an escalation. Its question says after which; that becomes the step of the
 * escalation, its ticket, its incident and all that is told of them. What is joined already is changed in place.
 */
export function hangInEscalations(
  parts: Pick<Parts, "database" | "inbox" | "escalations" | "dispatching" | "handlers">,
  steps: Map<string, string>,
  after: After,
): void {
  const { database, inbox, escalations, dispatching, handlers } = parts;
  /** What is being done: a call's kind, or a webhook's system and event. */
  const doing = new AsyncLocalStorage<string>();
  const calls = new Map<string, { readonly kind: string; readonly link: string }>();
  const hooks = new Map<string, string>();
  /** Steps after which something stands still. */
  const stopped = new Set<string>();

  const reach = async <T>(
    what: string,
    subject: string,
    result: T,
    where = doing.getStore() ?? raising,
  ): Promise<T> => {
    const step = places[`${where} ${what}`];
    if (step === undefined || steps.get(subject) !== step) return result;
    stopped.add(step);
    return await after(step, subject, result);
  };
  /** What waits behind it must not be found by the sweeper of the very process that stands still. */
  const isStopped = (id: string): boolean => stopped.has(steps.get(id) ?? "");
  const inherit = (from: string, to: string | null): void => {
    const step = steps.get(from);
    if (step !== undefined && to !== null) steps.set(to, step);
  };

  const { carry } = dispatching.carrier;
  Object.assign(dispatching.carrier, {
    carry: (...[tenant, held]: Parameters<typeof carry>) =>
      doing.run(held.dispatch.body.kind, () => carry(tenant, held)),
  });
  for (const system of ["jira", "pagerduty"] as const) {
    const handler = handlers.get(system);
    const handle = handler?.handle.bind(handler);
    if (handler && handle)
      Object.assign(handler, {
        handle: (event: Parameters<typeof handle>[0]) =>
          doing.run(whereOf(system, event.body), () => handle(event)),
        // Of those of one system few are handled at once: what stands still would keep the rest waiting.
        lane: () => null,
      });
  }
  const receiveEvent = inbox.receiveEvent.bind(inbox);
  Object.assign(inbox, {
    receiveEvent: async (event: Parameters<typeof receiveEvent>[0]) => {
      const receipt = await receiveEvent(event);
      if (event.channel !== "jira" && event.channel !== "pagerduty") return receipt;
      const about = externalOf(event.body);
      if (about !== null) inherit(about, receipt.id);
      return await reach("stored", receipt.id, receipt, whereOf(event.channel, event.body));
    },
  });

  const { tickets, pager } = escalations.systems;
  const linkOf = (key: string): string => key.replace(/^expert-/, "");
  const systems: typeof escalations.systems = {
    tickets(connection) {
      const open = tickets(connection);
      return {
        ...open,
        create: async (draft, key) => await reach("created", linkOf(key), await open.create(draft, key)),
        async comment(id, comment) {
          await open.comment(id, comment);
          await reach("commented", id, undefined);
        },
        async transition(id, name) {
          await open.transition(id, name);
          await reach("moved", id, undefined);
        },
      };
    },
    pager(connection) {
      const open = pager(connection);
      return {
        ...open,
        async trigger(draft, key) {
          await open.trigger(draft, key);
          await reach("triggered", linkOf(key), undefined);
        },
        note: async (id, note) => await reach("noted", id, await open.note(id, note)),
        async resolve(key) {
          await open.resolve(key);
          await reach("resolved", linkOf(key), undefined);
        },
      };
    },
  };
  Object.assign(escalations, { systems });

  changeStores(database, (all) => ({
    ...all,
    escalations: {
      ...all.escalations,
      async raise(escalation, ...how) {
        const step = stepOf(escalation.question);
        if (step !== undefined) steps.set(escalation.id, step);
        await reach("due", escalation.id, undefined);
        const raised = await all.escalations.raise(escalation, ...how);
        for (const { id } of [raised.escalation, ...raised.escalation.links]) inherit(escalation.id, id);
        return await reach("kept", escalation.id, raised);
      },
      async linkMade(id, made, audit) {
        inherit(id, made.externalId);
        return await reach("linked", id, await all.escalations.linkMade(id, made, audit));
      },
      change: async (id, ...how) => await reach("changed", id, await all.escalations.change(id, ...how)),
      setState: async (id, ...how) => await reach("settled", id, await all.escalations.setState(id, ...how)),
      wantAnswer: async (id, from) => await reach("wanted", id, await all.escalations.wantAnswer(id, from)),
    },
    dispatches: {
      ...all.dispatches,
      async write(written, audit) {
        await all.dispatches.write(written, audit);
        for (const { body } of written)
          if ("linkId" in body) await reach("passed on", body.linkId, undefined);
      },
      async take(subject, ...how) {
        const [, link = ""] = subject.split("/");
        if (isStopped(link)) return null;
        const taken = await all.dispatches.take(subject, ...how);
        if (!taken) return taken;
        calls.set(taken.id, { kind: taken.body.kind, link });
        return await reach("taken", link, taken, taken.body.kind);
      },
      begin: async (id, attempt) =>
        await reach("begun", calls.get(id)?.link ?? "", await all.dispatches.begin(id, attempt)),
      async done(id, attempt) {
        const { kind, link } = calls.get(id) ?? { kind: "", link: "" };
        await reach("ending", link, undefined, kind);
        return await reach("done", link, await all.dispatches.done(id, attempt), kind);
      },
    },
    events: {
      ...all.events,
      async take(id, leaseMs) {
        if (isStopped(id)) return null;
        const taken = await all.events.take(id, leaseMs);
        if (!taken) return taken;
        hooks.set(id, whereOf(taken.channel, taken.body));
        return await reach("taken", id, taken, hooks.get(id));
      },
      async settle(id, attempt) {
        await reach("settling", id, undefined, hooks.get(id));
        await all.events.settle(id, attempt);
      },
    },
    approvals: {
      ...all.approvals,
      takeDue: async (id, ...how) => (isStopped(id) ? null : await all.approvals.takeDue(id, ...how)),
      vote: async (id, ...how) => await reach("voted", id, await all.approvals.vote(id, ...how)),
    },
    outbox: {
      ...all.outbox,
      async write(deliveries, audit) {
        await all.outbox.write(deliveries, audit);
        for (const { message } of deliveries) if (message.kind === "note") await reachNote(message.note);
      },
    },
  }));

  async function reachNote(note: Note): Promise<void> {
    if (note.kind === "escalation_news") await reach(`note ${note.news.what}`, note.escalationId, undefined);
    else if (note.kind === "escalation_status" || note.kind === "answer_wanted")
      await reach(`note ${note.kind}`, note.escalationId, undefined);
  }
}

interface StoredHook {
  readonly hook?: {
    readonly event?: string;
    readonly issueId?: string;
    readonly event_type?: string;
    readonly data?: { readonly id?: string };
  };
}

/** A webhook's system and event. */
const whereOf = (system: string, body: unknown): string => {
  const { hook } = body as StoredHook;
  return `${system} ${hook?.event ?? hook?.event_type ?? ""}`;
};

/** The vendor's own id of the ticket or incident that a webhook tells of. */
const externalOf = (body: unknown): string | null => {
  const { hook } = body as StoredHook;
  return hook?.issueId ?? hook?.data?.id ?? null;
};
