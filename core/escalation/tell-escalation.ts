import { type NotePorts, noteId, type OutgoingNote, writeNotes } from "../delivery/write-notes.ts";
import type { Note } from "../delivery/channel.ts";
import type { TenantId } from "../ids.ts";
import type { EscalationNews } from "./escalation-view.ts";
import type { Escalation } from "./escalation.ts";

/** The first card in the thread: every later one takes its place. */
const firstCard = "status";

/**
 * Shows in the thread how the question stands elsewhere: a card at first, and where it stands already the card is changed.
 * What it shows is read when it is posted. Doing it again for the same version posts nothing.
 */
export async function tellStatus(
  ports: NotePorts,
  tenant: TenantId,
  escalation: Pick<Escalation, NotedFields | "version">,
): Promise<void> {
  const note = { kind: "escalation_status", escalationId: escalation.id } as const;
  const first = noteOf(escalation, firstCard, note);
  const { version } = escalation;
  const later =
    version === 1
      ? []
      : [
          {
            ...noteOf(escalation, `${firstCard} v${String(version)}`, note),
            replaces: noteId({ about: escalation.id, which: firstCard }),
          },
        ];
  await writeNotes(ports, tenant, [first, ...later]);
}

/**
 * Tells the thread what has just happened. Names that its readers may not know are left out.
 * @param which what happened and when, such as `resolved LINK MOMENT`: the same is told once.
 */
export async function tellNews(
  ports: NotePorts,
  tenant: TenantId,
  escalation: Pick<Escalation, NotedFields | "named">,
  news: EscalationNews,
  which: string,
): Promise<void> {
  const told = escalation.named ? news : withoutNames(news);
  const note = { kind: "escalation_news", escalationId: escalation.id, news: told } as const;
  await writeNotes(ports, tenant, [noteOf(escalation, `news ${which}`, note)]);
}

type NotedFields = "id" | "channel" | "threadKey" | "address" | "turnId" | "language";

const noteOf = (
  { id: about, channel, threadKey, address, turnId, language }: Pick<Escalation, NotedFields>,
  which: string,
  note: Note,
): OutgoingNote => ({ about, which, channel, threadKey, address, turnId, language, note });

function withoutNames(news: EscalationNews): EscalationNews {
  switch (news.what) {
    case "paged":
      return { ...news, who: null };
    case "assigned":
      return { ...news, to: null };
    case "acknowledged":
    case "resolved":
    case "reopened":
    case "comment":
      return { ...news, by: null };
    case "ticket_created":
    case "status":
    case "failed":
    case "not_done":
      return news;
  }
}
