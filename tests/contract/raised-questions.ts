import type { AuditEvent } from "../../core/audit/audit-event.ts";
import type { Escalation, LinkKind } from "../../core/escalation/escalation.ts";
import type { EscalationStore, NewEscalation } from "../../core/escalation/escalation-store.ts";
import type { ConnectionId } from "../../core/ids.ts";
import type { ReceivedQuestion } from "../../core/inbox/inbox.ts";
import { sampleRaise, type SampleRaise } from "../support/sample-raise.ts";
import { sampleEnd, sampleQuestion } from "../support/sample-work.ts";
import type { DatabaseUnderTest, TenantUnderTest } from "./database-under-test.ts";

/** What is said of one escalation, for the audit trail. */
export const told = (event: AuditEvent["event"]): readonly AuditEvent[] => [
  { event, status: "success", userId: null, resourceType: "escalation" },
];

export interface RaisedQuestions {
  escalations<T>(work: (store: EscalationStore) => Promise<T>): Promise<T>;
  /** A question of Sam's that is answered. */
  asked(change?: Parameters<typeof sampleQuestion>[1]): Promise<ReceivedQuestion>;
  raise(raised: SampleRaise): ReturnType<EscalationStore["raise"]>;
  /** A new question that is raised with links of these kinds. */
  raised(kinds?: readonly LinkKind[], change?: Partial<NewEscalation>): Promise<Escalation>;
  links(kinds: readonly LinkKind[]): Readonly<Partial<Record<LinkKind, ConnectionId>>>;
  eventsOf(id: string): Promise<readonly string[]>;
}

/** A tenant's questions that are escalated. */
export function raisedQuestions(
  open: () => DatabaseUnderTest,
  tenant: () => TenantUnderTest,
  connectionId: () => ConnectionId,
): RaisedQuestions {
  const escalations: RaisedQuestions["escalations"] = (work) =>
    tenant().stores((stores) => work(stores.escalations));
  const asked: RaisedQuestions["asked"] = async (change) => {
    const question = sampleQuestion(tenant().company, change);
    await open().inbox.receive(question);
    await tenant().stores(async ({ turns, outbox }) => {
      await turns.take(question.id, 10_000);
      const end = await turns.end(question.id, sampleEnd(question.id));
      if (end?.delivery) await outbox.posted(end.delivery.id, 1, {});
    });
    return question;
  };
  const raise: RaisedQuestions["raise"] = ({ escalation, dispatches }) =>
    escalations((store) => store.raise(escalation, dispatches, told("escalation.raised")));
  const links: RaisedQuestions["links"] = (kinds) =>
    Object.fromEntries(kinds.map((kind) => [kind, connectionId()]));
  return {
    escalations,
    asked,
    raise,
    links,
    async raised(kinds = ["ticket", "page"], change = {}) {
      const { id } = await asked();
      return (await raise(sampleRaise(tenant().company, id, links(kinds), change))).escalation;
    },
    async eventsOf(id) {
      const { items } = await tenant().stores(({ audit }) => audit.list({ cursor: null, limit: 200 }));
      return items
        .filter(({ resourceId }) => resourceId === id)
        .map(({ event }) => event)
        .toReversed();
    },
  };
}
