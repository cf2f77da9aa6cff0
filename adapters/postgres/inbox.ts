import { createHash } from "node:crypto";
import type pg from "pg";
import {
  type Inbox,
  otherQuestion,
  type ReceivedEvent,
  type ReceivedQuestion,
} from "../../core/inbox/inbox.ts";
import { storableBody } from "../../core/inbox/storable-body.ts";
import type { ConversationId, TurnId } from "../../core/ids.ts";
import { ExpertError, isExpertError } from "../../core/errors.ts";
import { translateError } from "./translate-error.ts";

/** Events of one batch; more wait for the next. Bounds the size of a statement, not the rate. */
const batchLimit = 256;

/**
 * Events that may wait for their batch. At a batch of 256 every few milliseconds it is full only where the database has
 * all but stopped, and then refusing at once serves people better than taking ever more.
 */
const waitingLimit = 10_000;
/** What a full list needs at most to empty once the database works again, in seconds. */
const retryAfterSeconds = 5;

interface Waiting {
  readonly event: ReceivedQuestion | ReceivedEvent;
  resolve(row: ReceivedRow): void;
  reject(error: unknown): void;
}

interface ReceivedRow {
  tenant_id: string;
  channel: string;
  event_id: string;
  id: TurnId;
  /** Null as long as it is not known what the event asks. */
  conversation_id: ConversationId | null;
  question: string | null;
  fresh: boolean;
}

/**
 * Takes events in by micro-batches: what arrives while one commit is under way goes into the next, so that many
 * acknowledgements share a wait for the disk. No NOTIFY: it would hold a lock of the whole instance through the commit.
 */
export function createInbox(
  pool: pg.Pool,
  { limit = waitingLimit }: { readonly limit?: number } = {},
): Inbox {
  let waiting: Waiting[] = [];
  let writing = false;

  async function write(batch: readonly Waiting[]): Promise<void> {
    try {
      const rows = await receiveBatch(
        pool,
        batch.map(({ event }) => event),
      );
      for (const { event, resolve, reject } of batch) {
        const row = rows.get(keyOf(event.channel, event.eventId, event.tenantId));
        if (row) resolve({ ...row, fresh: row.fresh && row.id === event.id });
        else reject(new Error("the inbox did not answer for an event"));
      }
    } catch (error) {
      await refuse(batch, translateError(error));
    }
  }

  /** An event that cannot be stored fails alone: those that arrived beside it are tried by themselves. */
  async function refuse(batch: readonly Waiting[], error: unknown): Promise<void> {
    if (batch.length === 1 || isExpertError(error)) for (const { reject } of batch) reject(error);
    else for (const one of batch) await write([one]);
  }

  async function drain(): Promise<void> {
    writing = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchLimit);
      waiting = waiting.slice(batchLimit);
      await write(batch);
    }
    writing = false;
  }

  const take = (event: ReceivedQuestion | ReceivedEvent): Promise<ReceivedRow> =>
    new Promise<ReceivedRow>((resolve, reject) => {
      if (waiting.length >= limit) {
        reject(full());
        return;
      }
      waiting.push({ event, resolve, reject });
      // Whatever else arrives in this turn of the event loop joins the first batch.
      if (!writing) {
        writing = true;
        setImmediate(() => void drain());
      }
    });

  return {
    async receive(question) {
      const { id: turnId, conversation_id: conversationId, question: asked, fresh } = await take(question);
      if (asked !== question.payload.question || conversationId === null) throw otherQuestion();
      return { turnId, conversationId, fresh };
    },
    async receiveEvent(event) {
      const { id, fresh } = await take(event);
      return { id, fresh };
    },
  };
}

const full = (): ExpertError =>
  new ExpertError("rate_limited", "Too many questions arrive at once, so this one was not taken in.", {
    remedy: "Wait a few seconds and ask again.",
    facts: { retryAfterSeconds },
  });

const keyOf = (channel: string, eventId: string, tenant: string): string => `${tenant} ${channel} ${eventId}`;

async function receiveBatch(
  pool: pg.Pool,
  batch: readonly (ReceivedQuestion | ReceivedEvent)[],
): Promise<ReadonlyMap<string, ReceivedRow>> {
  const events = batch.map((event) =>
    "payload" in event
      ? { ...event, requestHash: hashOf(event.payload.question) }
      : { ...event, body: storableBody(event.body) },
  );
  const { rows } = await pool.query<ReceivedRow>({
    name: "inbox_receive",
    text: "select * from inbox_receive($1)",
    values: [JSON.stringify(events)],
  });
  return new Map(rows.map((row) => [keyOf(row.channel, row.event_id, row.tenant_id), row]));
}

const hashOf = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");
