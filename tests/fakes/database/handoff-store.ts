import { lastingAddress } from "../../../core/delivery/address.ts";
import { ExpertError } from "../../../core/errors.ts";
import type { Handoff, HandoffStore } from "../../../core/handoff/handoff.ts";
import { effectiveMember } from "./group-store.ts";
import { type HandoffRow, record, type Tables } from "./tables.ts";

export function fakeHandoffStore(tables: Tables): HandoffStore {
  const { handoffs, turns, conversations, members, now } = tables;
  const nameOf = (user: HandoffRow["requestedBy"]): string => members.get(user)?.name ?? "";

  function present(row: HandoffRow): Handoff {
    const turn = turns.get(row.turnId);
    if (!turn) throw new Error("a hand-off without its turn");
    const { channel, payload } = turn.event;
    return {
      id: row.id,
      turnId: row.turnId,
      conversationId: row.conversationId,
      channel,
      threadKey: payload.threadKey,
      shared: conversations.get(row.conversationId)?.shared ?? false,
      address: lastingAddress(payload.address ?? {}),
      departmentId: row.departmentId,
      question: payload.question,
      requestedBy: row.requestedBy,
      requestedByName: nameOf(row.requestedBy),
      state: row.state,
      takenBy: row.takenBy,
      takenByName: row.takenBy && nameOf(row.takenBy),
      createdAt: new Date(row.createdAt),
    };
  }

  /** The thread is held by whoever last took over one of its questions that is not given back. */
  function hold({ conversationId }: HandoffRow): void {
    const conversation = conversations.get(conversationId);
    const [last] = handoffs
      .filter((row) => row.conversationId === conversationId && row.state === "taken")
      .toSorted((one, other) => other.taking - one.taking);
    if (conversation?.shared === true) conversation.heldBy = last?.takenBy ?? null;
  }

  return {
    async open({ id, turnId, requestedBy }, audit) {
      const turn = turns.get(turnId);
      if (!turn) throw new ExpertError("not_found", "There is no such question.");
      const standing = handoffs.find((row) => row.turnId === turnId && row.state !== "closed");
      if (standing) return { handoff: present(standing), fresh: false };
      const row: HandoffRow = {
        id,
        turnId,
        conversationId: turn.event.payload.conversationId,
        departmentId: turn.departmentId,
        requestedBy,
        state: "open",
        takenBy: null,
        createdAt: now(),
        taking: 0,
      };
      handoffs.push(row);
      record(tables, audit, id);
      return { handoff: present(row), fresh: true };
    },
    async find(id) {
      const row = handoffs.find((handoff) => handoff.id === id);
      return row ? present(row) : null;
    },
    async take(id, by, audit) {
      const row = handoffs.find((handoff) => handoff.id === id);
      if (row?.state !== "open") return null;
      Object.assign(row, {
        state: "taken",
        takenBy: by,
        taking: 1 + Math.max(...handoffs.map(({ taking }) => taking)),
      } satisfies Partial<HandoffRow>);
      hold(row);
      record(tables, audit, id);
      return present(row);
    },
    async giveBack(id, by, audit) {
      const row = handoffs.find((handoff) => handoff.id === id);
      if (row?.state !== "taken" || row.takenBy !== by) return null;
      row.state = "closed";
      hold(row);
      record(tables, audit, id);
      return present(row);
    },
    waitingFor: async (user, departments, limit) =>
      handoffs
        .filter(
          ({ state, takenBy, departmentId }) =>
            (state === "open" && departments.includes(departmentId)) ||
            (state === "taken" && takenBy === user),
        )
        .toSorted((one, other) => one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1))
        .slice(0, limit)
        .map(present),
    experts: async (departmentId) =>
      [...members.values()]
        .map((member) => effectiveMember(tables, member))
        .filter(({ roles, departments }) => {
          if (departmentId === null) return roles.includes("approver");
          const role = departments.get(departmentId);
          return role === "lead" || (role === "member" && roles.includes("approver"));
        })
        .map(({ id, name }) => ({ id, name }))
        .toSorted((one, other) => (one.name < other.name ? -1 : 1)),
  };
}
