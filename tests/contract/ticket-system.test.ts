import { ExpertError } from "../../core/errors.ts";
import { createFakeTicketSystem, type FakeTicketFault } from "../fakes/ticket-system.ts";
import { ticketSystemContract, type TicketFault } from "./ticket-system.ts";

const faults: Readonly<Record<TicketFault, FakeTicketFault>> = {
  busy: { error: new ExpertError("rate_limited", "It wants a pause.", { facts: { retryAfterMs: 3_000 } }) },
  broken: { error: new ExpertError("channel_unavailable", "It answers with an error.") },
  refused: { error: new ExpertError("channel_refused", "It refuses it.") },
  credentials: { error: new ExpertError("unauthenticated", "It does not know us.") },
  unreachable: {
    error: new ExpertError("channel_unavailable", "It cannot be reached.", { facts: { reached: false } }),
  },
  lost: { error: new ExpertError("channel_unavailable", "It does not answer."), effect: "done" },
};

ticketSystemContract("memory", async () => {
  const tickets = createFakeTicketSystem();
  tickets.indexDelayMs = 50;
  return {
    tickets,
    ticket: { connection: "jira", project: "OPS", issue_type: "Task" },
    transitions: { acknowledge: "Working", resolve: "Done" },
    attachmentLimitBytes: tickets.attachmentLimitBytes,
    count: () => tickets.all.length,
    files: (id) => tickets.ticket(id).files.map(({ name }) => name),
    async comment(id, comment) {
      tickets.write(id, comment);
    },
    async assign(id, to) {
      tickets.assign(id, to);
    },
    async remove(id) {
      tickets.remove(id);
    },
    failNext: (fault) => {
      tickets.fail(faults[fault]);
    },
    close: async () => undefined,
  };
});
