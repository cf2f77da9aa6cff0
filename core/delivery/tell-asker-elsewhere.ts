import { directChannels, type DirectPlacePorts, findDirectPlace } from "../handoff/find-direct-place.ts";
import type { TenantId } from "../ids.ts";
import type { Note, OutgoingMessage } from "./channel.ts";
import type { Delivery } from "./outbox.ts";
import { noteId, type NotePorts, writeNotes } from "./write-notes.ts";

/** What brings an asker directly what could not be posted where they asked. */
export type AskerPorts = DirectPlacePorts & NotePorts;

/** Of the notes about a message, the one that brings it to its asker. */
const toAsker = "to the asker";

/**
 * Of what was asked on the web, writes by mail what was decided later: its page shows it, and whoever asked may have left.
 * Nobody is written to who wants everything on the web. For the rest it is called before a message is given up: it writes what its asker waits for into their direct messages, in the channel where they asked
 * or another one that knows them. Doing it again writes nothing. What no asker waits for is left alone, and so is what was
 * brought to them once already: it moves no further. Throws what the channels and the database throw, as long as that may pass.
 */
export async function tellAskerElsewhere(
  ports: AskerPorts,
  tenant: TenantId,
  { id, channel, threadKey, message }: Pick<Delivery, "id" | "channel" | "threadKey" | "message">,
): Promise<void> {
  const awaited = awaitedOf(message);
  if (awaited === null || awaited.turnId === null) return;
  const onWeb = channel === "web";
  // The web's page reads the turn itself.
  if (onWeb && (awaited.kind !== "note" || !ports.reach.has("mail"))) return;
  const { turnId } = awaited;
  const { turn, asker, wanted } = await ports.database.withTenant(
    tenant,
    async ({ threads, members, approvals }) => {
      const asked = await threads.turn(turnId);
      const [person] = asked && onWeb ? await approvals.people([asked.userId]) : [];
      return {
        turn: asked,
        asker: asked && (await members.member(asked.userId)),
        wanted: person?.channel ?? null,
      };
    },
  );
  if (onWeb && wanted === "web") return;
  const channels = onWeb ? (["mail"] as const) : directChannels(channel);
  const found = asker && (await findDirectPlace(ports, tenant, asker, channels, threadKey));
  if (!turn || !found) {
    ports.logger.warn("an asker is told nowhere but on the web what could not be posted", {
      delivery: id,
      turn: turnId,
      channel,
      asker: asker?.id ?? null,
    });
    return;
  }
  const replaces = message.kind === "note" ? message.replaces : undefined;
  await writeNotes(ports, tenant, [
    {
      about: id,
      which: toAsker,
      channel: found.channel,
      ...found.place,
      turnId,
      language: turn.language,
      note: { kind: "moved_here", from: channel, question: turn.question, message: awaited },
      ...(replaces === undefined ? {} : { replaces: noteId({ about: replaces, which: toAsker }) }),
    },
  ]);
}

/** The message as its asker gets it by themselves; null for what they do not wait for. */
function awaitedOf(message: OutgoingMessage): OutgoingMessage | null {
  switch (message.kind) {
    case "reply": {
      if (message.reply.kind !== "answer") return message;
      // There is no thread left that it could be shown in, or asked about again.
      const { shareable: _shareable, ...reply } = message.reply;
      return { ...message, reply };
    }
    case "failure":
      return message.code === "cancelled" ? null : message;
    case "note": {
      const note = awaitedNote(message.note);
      return note && { kind: "note", turnId: message.turnId, language: message.language, note };
    }
  }
}

function awaitedNote(note: Note): Note | null {
  switch (note.kind) {
    case "answer_verified":
      return { ...note, askedBy: null };
    case "answer_withdrawn":
    case "approval_rejected":
      return note;
    case "approval_progress":
      return note.step === "escalated" || note.step === "nobody_decided" ? note : null;
    case "escalation_news":
      return note.news.what === "resolved" || note.news.what === "failed" ? note : null;
    default:
      return null;
  }
}
