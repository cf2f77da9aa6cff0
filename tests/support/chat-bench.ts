import type { Reply } from "../../core/conversation/reply.ts";
import type { OutgoingMessage } from "../../core/delivery/channel.ts";
import type { Identity } from "../../core/identity/directory.ts";
import { createPeople } from "../../core/identity/directory.ts";
import type { ChannelPerson } from "../../core/identity/channel-identity.ts";
import { type ConversationId, newId, type TurnId, type UserId } from "../../core/ids.ts";
import type { Queue } from "../../core/queue.ts";
import { createFakeDatabase, type FakeDatabase } from "../fakes/database/database.ts";
import { departmentOf, personOf, type SampleCompany, sampleEnd, sampleQuestion } from "./sample-work.ts";
import { smallCompany } from "./small-company.ts";

export interface ChatBench {
  readonly database: FakeDatabase;
  readonly company: SampleCompany;
  readonly queue: Pick<Queue, "enqueue">;
  /** What was woken: `queue key`. */
  readonly woken: readonly string[];
  identity(name: Parameters<typeof personOf>[1]): Promise<Identity>;
  /** Somebody of the platform whom the company does not know. */
  guest(): Promise<Identity>;
  /** A question that was asked and answered. */
  answered(
    change?: Parameters<typeof sampleQuestion>[1] & {
      readonly reply?: Reply;
      readonly department?: Parameters<typeof departmentOf>[1];
    },
  ): Promise<TurnId>;
  /** Makes a person reachable in direct messages. */
  seen(name: Parameters<typeof personOf>[1]): Promise<ChannelPerson>;
  /** What was written to a thread, without what turns ended with. */
  notes(threadKey?: string): readonly Extract<OutgoingMessage, { kind: "note" }>["note"][];
  /** `event status` of every audit row that begins so. */
  audited(prefix: string): readonly string[];
}

/** A small company on a chat platform, in memory. */
export function chatBench(): ChatBench {
  const database = createFakeDatabase();
  const company = database.provision(smallCompany());
  const woken: string[] = [];
  const { tenantId } = company;
  const identify = async (user: UserId): Promise<Identity> => {
    const found = await createPeople({ database }).identify(tenantId, user);
    if (!found) throw new Error("nobody");
    return found;
  };
  return {
    database,
    company,
    woken,
    queue: {
      async enqueue(name, _job, { key }) {
        woken.push(`${name} ${key}`);
      },
    },
    identity: (name) => identify(personOf(company, name)),
    guest: async () =>
      identify(
        await database.withTenant(tenantId, ({ identities }) =>
          identities.guest({ channel: "slack", workspaceId: "T9", externalId: "U9" }, "Gus Guest"),
        ),
      ),
    async answered({ reply, department, ...change } = {}) {
      const question = sampleQuestion(company, {
        channel: "slack",
        conversationId: newId<ConversationId>(),
        ...change,
      });
      await database.inbox.receive(question);
      await database.withTenant(tenantId, async ({ turns }) => {
        await turns.take(question.id, 1_000);
        const row = database.tables(tenantId).turns.get(question.id);
        if (row && department !== undefined) row.departmentId = departmentOf(company, department);
        const end = sampleEnd(question.id);
        await turns.end(question.id, reply ? { ...end, reply } : end);
      });
      return question.id;
    },
    async seen(name) {
      const person: ChannelPerson = { channel: "slack", workspaceId: "T1", externalId: name.toUpperCase() };
      await database.withTenant(tenantId, ({ identities }) =>
        identities.link(person, personOf(company, name)),
      );
      return person;
    },
    notes: (threadKey) =>
      database
        .tables(tenantId)
        .outbox.filter(({ delivery }) => threadKey === undefined || delivery.threadKey === threadKey)
        .flatMap(({ delivery: { message } }) => (message.kind === "note" ? [message.note] : [])),
    audited: (prefix) =>
      database
        .tables(tenantId)
        .audit.map(({ event }) => `${event.event} ${event.status}`)
        .filter((line) => line.startsWith(prefix)),
  };
}
