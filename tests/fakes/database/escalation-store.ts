import { lastingAddress } from "../../../core/delivery/address.ts";
import { ExpertError } from "../../../core/errors.ts";
import type { Escalation, EscalationLink } from "../../../core/escalation/escalation.ts";
import type { EscalationStore, NewEscalation } from "../../../core/escalation/escalation-store.ts";
import { type EscalationTrigger, severities } from "../../../core/escalation/trigger.ts";
import { strictness } from "../../../core/identity/access.ts";
import type { EscalationLinkId } from "../../../core/ids.ts";
import { pageOf } from "./browsing.ts";
import { linkOf, writeCalls } from "./dispatch-store.ts";
import { takeChange } from "./link-change.ts";
import { type EscalationRow, type LinkRow, record, type Tables, type TurnRow } from "./tables.ts";

export function fakeEscalationStore(tables: Tables): EscalationStore {
  const { escalations, connections, turns, conversations, members, approvals, handoffs, now } = tables;

  const turnOf = ({ turnId }: Pick<EscalationRow, "turnId">): TurnRow => {
    const turn = turns.get(turnId);
    if (!turn) throw new ExpertError("not_found", "There is no such question.");
    return turn;
  };
  const presentLink = (row: EscalationRow, { lookedAt: _looked, ...link }: LinkRow): EscalationLink => ({
    ...link,
    escalationId: row.id,
  });
  function present(row: EscalationRow): Escalation {
    const { channel, payload, userId } = turnOf(row).event;
    const { conversationId, threadKey, address, language } = payload;
    return {
      ...row,
      conversationId,
      channel,
      threadKey,
      address: lastingAddress(address ?? {}),
      shared: conversations.get(conversationId)?.shared ?? false,
      askedBy: userId,
      askedByName: members.get(userId)?.name ?? "",
      language,
      links: row.links.map((link) => presentLink(row, link)),
    };
  }
  const newestFirst = (rows: readonly EscalationRow[]): EscalationRow[] =>
    rows.toSorted(
      (one, other) => other.createdAt.getTime() - one.createdAt.getTime() || (one.id < other.id ? 1 : -1),
    );
  const find = (condition: (row: EscalationRow) => boolean): EscalationRow | undefined =>
    [...escalations.values()].find(condition);
  const one = (row: EscalationRow | undefined): Escalation | null => (row ? present(row) : null);
  const held = (id: EscalationLinkId): { row: EscalationRow; link: LinkRow } | null => {
    const row = find(({ links }) => links.some((link) => link.id === id));
    const link = row?.links.find((own) => own.id === id);
    return row && link ? { row, link } : null;
  };

  const begin = ({ raised, links, ...begun }: NewEscalation): EscalationRow => ({
    ...structuredClone(begun),
    raised: [raised],
    state: "open",
    version: 1,
    acknowledged: null,
    resolved: null,
    answerWantedFrom: null,
    links: links.map(pendingLink),
    createdAt: new Date(now()),
  });

  /** What it lacks of what is raised again; the links that are new. */
  function add(row: EscalationRow, again: NewEscalation): { changed: boolean; added: readonly LinkRow[] } {
    const isNewTrigger = !row.raised.some(({ trigger }) => trigger === again.raised.trigger);
    const isStricter = severities.indexOf(again.severity) > severities.indexOf(row.severity);
    const added = again.links
      .filter(({ kind }) => !row.links.some((link) => link.kind === kind))
      .map(pendingLink);
    if (!isNewTrigger && !isStricter && added.length === 0) return { changed: false, added };
    row.version += 1;
    row.approvalId ??= again.approvalId;
    row.handoffId ??= again.handoffId;
    row.named &&= again.named;
    if (strictness(again.label) > strictness(row.label)) row.label = again.label;
    row.readers = common(row.readers, again.readers);
    if (isNewTrigger) {
      row.raised = [...row.raised, again.raised];
      if (row.state === "resolved") reopen(row);
    }
    if (isStricter) row.severity = again.severity;
    if (added.length > 0) row.policy = again.policy;
    row.links = [...row.links, ...added];
    return { changed: true, added };
  }

  return {
    find: async (id) => one(escalations.get(id)),
    ofTurn: async (id) => one(find(({ turnId }) => turnId === id)),
    async ofConversation(id) {
      const own = newestFirst(
        [...escalations.values()].filter((row) => turnOf(row).event.payload.conversationId === id),
      );
      return one(own.find(({ state }) => state !== "resolved") ?? own[0]);
    },
    async ofLink(wanted) {
      if (typeof wanted === "string") return one(held(wanted)?.row);
      const { connectionId, externalId, key } = wanted;
      const by = (condition: (link: LinkRow) => boolean) =>
        find(({ links }) => links.some((link) => link.connectionId === connectionId && condition(link)));
      const byKey = key === null ? undefined : by((link) => link.key === key);
      return one(byKey ?? (externalId === null ? undefined : by((link) => link.externalId === externalId)));
    },
    async raise(escalation, dispatches, audit) {
      turnOf(escalation);
      const standing = find(({ turnId }) => turnId === escalation.turnId);
      const row = standing ?? begin(escalation);
      if (!standing) escalations.set(row.id, row);
      const { changed, added } = standing ? add(standing, escalation) : { changed: true, added: row.links };
      if (changed) {
        const isNew = (link: string) => added.some(({ id }) => id === link);
        const stands = (link: string) => row.links.some(({ id }) => id === link);
        const wanted = dispatches.filter(({ body }) => {
          const link = linkOf(body);
          return link === null || isNew(link) || (stands(link) && body.kind !== "ticket_create");
        });
        writeCalls(tables, wanted);
        record(tables, audit, row.id);
      }
      return { escalation: present(row), fresh: !standing, changed };
    },
    async linkMade(id, made, audit) {
      const found = held(id);
      if (!found) return null;
      const { row, link } = found;
      const isMade = link.state === "pending" || link.state === "failed";
      const filled = {
        externalId: link.externalId ?? made.externalId,
        externalKey: link.externalKey ?? made.externalKey,
        url: link.url ?? made.url,
      };
      const isFuller =
        filled.externalId !== link.externalId ||
        filled.externalKey !== link.externalKey ||
        filled.url !== link.url;
      if (!isMade && !isFuller && link.createdAt) return present(row);
      Object.assign(link, filled, { createdAt: link.createdAt ?? new Date(now()) });
      if (isMade) Object.assign(link, { state: "open", error: null } satisfies Partial<LinkRow>);
      row.version += 1;
      if (isMade) record(tables, audit, row.id);
      return present(row);
    },
    async renewLink(id, key) {
      const found = held(id);
      if (!found || found.link.key === key) return null;
      const { kind, connectionId } = found.link;
      Object.assign(found.link, pendingLink({ id, kind, connectionId, key }));
      found.row.version += 1;
      return present(found.row);
    },
    async linkFailed(id, error) {
      const found = held(id);
      if (found?.link.state !== "pending" && found?.link.state !== "failed") return null;
      const { row, link } = found;
      if (link.state === "failed" && link.error === error) return present(row);
      Object.assign(link, { state: "failed", error } satisfies Partial<LinkRow>);
      row.version += 1;
      return present(row);
    },
    async linkGone(id, error, audit) {
      const found = held(id);
      if (found?.link.state !== "open" && found?.link.state !== "acknowledged") return null;
      const { row, link } = found;
      Object.assign(link, { state: "failed", error } satisfies Partial<LinkRow>);
      row.version += 1;
      record(tables, audit, row.id);
      return present(row);
    },
    async change(id, change, audit) {
      const found = held(id);
      if (!found) return null;
      const { row, link } = found;
      const before = presentLink(row, { ...link });
      const by = change.by?.name ?? connections.get(link.connectionId)?.name ?? "";
      if (!takeChange(row, link, change, by, now())) return null;
      record(tables, audit, row.id);
      return { escalation: present(row), before };
    },
    async setState(id, to, { name }, dispatches, audit) {
      const row = escalations.get(id);
      if (!row || row.state === to) return null;
      const own = { by: name, at: new Date(now()) };
      if (to === "open") reopen(row);
      else if (to === "acknowledged")
        Object.assign(row, { state: to, acknowledged: own, resolved: null } satisfies Partial<EscalationRow>);
      else Object.assign(row, { state: to, resolved: own } satisfies Partial<EscalationRow>);
      row.version += 1;
      writeCalls(tables, dispatches);
      record(tables, audit, id);
      return present(row);
    },
    async wantAnswer(id, from) {
      const row = escalations.get(id);
      if (row?.answerWantedFrom !== null) return false;
      row.answerWantedFrom = from;
      return true;
    },
    async list({ departments, states, ...page }) {
      const found = newestFirst([...escalations.values()])
        .filter(({ departmentId }) => departments.includes(departmentId))
        .filter(({ state }) => states.includes(state));
      return pageOf(found, page, ({ id }) => id, present);
    },
    async openLinks(connection, limit) {
      const found = [...escalations.values()]
        .flatMap((row) => row.links.map((link) => ({ row, link })))
        .filter(({ link }) => link.connectionId === connection)
        .filter(({ link: { state } }) => state === "open" || state === "acknowledged")
        .toSorted(
          (one, other) => one.link.lookedAt - other.link.lookedAt || (one.link.id < other.link.id ? -1 : 1),
        )
        .slice(0, limit);
      for (const { link } of found) link.lookedAt = now();
      return found.map(({ row, link }) => presentLink(row, link));
    },
    async history(department, limit) {
      const triggersOf = (turn: TurnRow): readonly EscalationTrigger[] => {
        const [approval] = [...approvals.values()].filter(
          ({ turnId, reviewOf }) => turnId === turn.id && reviewOf === null,
        );
        const wrong = [...turn.feedback.values()].some(({ verdict }) => verdict === "down");
        return [
          ...(approval && approval.escalatedAt !== null ? (["overdue"] as const) : []),
          ...(approval?.state === "rejected" ? (["rejected"] as const) : []),
          ...(handoffs.some(({ turnId }) => turnId === turn.id) ? (["asked_for"] as const) : []),
          ...(wrong ? (["wrong"] as const) : []),
        ];
      };
      return [...turns.values()]
        .filter(({ departmentId }) => departmentId === department)
        .toSorted((one, other) => other.createdAt - one.createdAt || (one.id < other.id ? 1 : -1))
        .slice(0, limit)
        .map((turn) => ({
          turnId: turn.id,
          question: turn.event.payload.question,
          askedAt: new Date(turn.createdAt),
          triggers: triggersOf(turn),
        }));
    },
  };
}

const pendingLink = (link: NewEscalation["links"][number]): LinkRow => ({
  ...link,
  externalId: null,
  externalKey: null,
  url: null,
  state: "pending",
  status: null,
  assignees: [],
  resolution: null,
  changedAt: null,
  createdAt: null,
  error: null,
  lookedAt: 0,
});

function reopen(row: EscalationRow): void {
  Object.assign(row, {
    state: "open",
    acknowledged: null,
    resolved: null,
    answerWantedFrom: null,
  } satisfies Partial<EscalationRow>);
}

const common = (one: Escalation["readers"], other: Escalation["readers"]): Escalation["readers"] =>
  one && other ? one.filter((reader) => other.includes(reader)) : (one ?? other);
