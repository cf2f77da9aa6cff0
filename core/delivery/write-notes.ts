import { v5 } from "uuid";
import type { AuditEvent } from "../audit/audit-event.ts";
import type { Database } from "../database.ts";
import type { DeliveryId, TenantId, TurnId } from "../ids.ts";
import type { Queue } from "../queue.ts";
import type { Language } from "../text/language.ts";
import type { Address } from "./address.ts";
import type { ChannelName } from "./channel-name.ts";
import type { Note } from "./channel.ts";

export interface NotePorts {
  readonly database: Pick<Database, "withTenant">;
  readonly queue: Pick<Queue, "enqueue">;
}

export interface OutgoingNote {
  /** Of what the note tells, a UUID, and which of its notes this is: the same two are posted once. */
  readonly about: string;
  readonly which: string;
  readonly channel: ChannelName;
  readonly threadKey: string;
  readonly address: Address;
  readonly turnId: TurnId | null;
  readonly language: Language;
  readonly note: Note;
  readonly replaces?: DeliveryId;
}

/** The outbox's name of a note. */
export const noteId = ({ which, about }: Pick<OutgoingNote, "which" | "about">): DeliveryId =>
  v5(which, about) as DeliveryId;

/**
 * Writes notes to the outbox and wakes whoever posts them. Doing it again writes nothing, and no audit event a second
 * time.
 */
export async function writeNotes(
  { database, queue }: NotePorts,
  tenantId: TenantId,
  notes: readonly OutgoingNote[],
  audit: readonly AuditEvent[] = [],
): Promise<void> {
  await database.withTenant(tenantId, ({ outbox }) =>
    outbox.write(
      notes.map(({ about, which, channel, threadKey, address, turnId, language, note, replaces }) => ({
        id: noteId({ which, about }),
        channel,
        threadKey,
        address,
        message: { kind: "note", turnId, language, note, ...(replaces === undefined ? {} : { replaces }) },
      })),
      audit,
    ),
  );
  // A wake-up that is lost delays a note: the sweeper finds its row.
  await Promise.all(
    [...new Set(notes.map(({ threadKey }) => threadKey))].map((threadKey) =>
      queue
        .enqueue("delivery", { tenantId, threadKey }, { key: `delivery-${threadKey}`, again: true })
        .catch(() => undefined),
    ),
  );
}
